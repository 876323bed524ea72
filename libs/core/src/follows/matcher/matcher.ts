import { tagOf } from '../../language/index.js';
import type { SearchQuery } from '../search-syntax/index.js';
import type { Candidate, FollowRule, SearchRule } from './rule.js';
import type { Said } from './said.js';
import { SearchIndex } from './search-index.js';

export interface Match {
  readonly rule: FollowRule;
  /** `followed`: named by the library itself. `search`: found by a hashtag or a search. */
  readonly cause: 'followed' | 'search';
}

/** Follows or lists, by id → the searches of which each must hold for what they let in. */
export type Narrowings = ReadonlyMap<string, readonly string[]>;

/**
 * Tells for a post whom it concerns, over the follows and saved searches of all libraries at once.
 *
 * Percolation: rules are filed under what a post must have for them to hold (its author, a tag, a channel's target, a word), so the time for
 * a post grows with what the post has and hardly with the number of rules. A further kind of rule brings its anchor and its test.
 * Changing it is adding and removing single rules; nothing is compiled anew.
 */
export class Matcher {
  private readonly byId = new Map<string, FollowRule>();
  /** By network. */
  private readonly profiles = new Map<string, Rules>();
  private readonly tags: Rules = new Map();
  /** By account and kind. */
  private readonly targets = new Map<string, Rules>();
  private readonly saved = new SearchIndex<SearchRule>();
  private narrowings: Narrowings = new Map();

  constructor(rules: Iterable<FollowRule> = []) {
    for (const rule of rules) this.add(rule);
  }

  get size(): number {
    return this.byId.size + this.saved.size;
  }

  /** Adds a rule, or puts it in the place of the one with the same id. */
  add(rule: FollowRule): void {
    this.remove(rule.id);
    this.byId.set(rule.id, rule);
    const where = this.whereOf(rule);
    if (where !== undefined) put(where.rules, where.key, rule);
  }

  remove(id: string): void {
    const rule = this.byId.get(id);
    if (rule === undefined) return;
    this.byId.delete(id);
    const where = this.whereOf(rule);
    if (where !== undefined) takeOut(where.rules, where.key, rule);
  }

  /** Adds a search, or puts it in the place of the one with the same id. */
  addSearch(rule: SearchRule, query: SearchQuery): void {
    this.saved.add(rule, query);
  }

  removeSearch(id: string): void {
    this.saved.remove(id);
  }

  /** From now on these hold, and no others. */
  narrow(narrowings: Narrowings): void {
    this.narrowings = narrowings;
  }

  /** The saved searches that hold. */
  searches(said: Said): readonly SearchRule[] {
    return this.saved.match(said);
  }

  /** The follows that let it in: each at most once, in no particular order. `searches` is asked only where one of them is narrowed. */
  match(post: Candidate, searches: () => readonly SearchRule[] = () => this.searches(post.said)): Match[] {
    const found: Match[] = [];
    const take = (rules: FollowRule | readonly FollowRule[] | undefined, cause: Match['cause']): void => {
      if (rules === undefined) return;
      for (const rule of isMany(rules) ? rules : [rules]) if (this.letsIn(rule, searches)) found.push({ rule, cause });
    };
    if (post.author !== undefined) take(this.profiles.get(post.network)?.get(post.author), 'followed');
    for (const name of post.alsoKnownAs ?? none) take(this.profiles.get(post.network)?.get(name), 'followed');
    if (this.tags.size > 0) for (const tag of post.said.tags) take(this.tags.get(tag), 'search');
    if (post.account !== undefined && this.targets.size > 0)
      for (const { kind, key } of post.targets) take(this.targets.get(`${post.account}\0${kind}`)?.get(key), kind === 'search' || kind === 'timeline' ? 'search' : 'followed');
    return found;
  }

  /** A timeline is only a way to hear: of what it brings, that comes in which a search lets through. Anything else was asked for by name. */
  private letsIn(rule: FollowRule, searches: () => readonly SearchRule[]): boolean {
    if (this.narrowings.size === 0) return rule.kind !== 'timeline';
    const narrowing = [...(this.narrowings.get(rule.id) ?? []), ...(this.narrowings.get(rule.listId) ?? [])];
    if (narrowing.length === 0) return rule.kind !== 'timeline';
    return narrowing.every((id) => searches().some((search) => search.id === id));
  }

  /** Under what a rule is filed; undefined where nothing of a post brings it up. */
  private whereOf(rule: FollowRule): { readonly rules: Rules; readonly key: string } | undefined {
    switch (rule.kind) {
      case 'profile':
        return { rules: among(this.profiles, rule.network), key: rule.key };
      case 'hashtag':
        return { rules: this.tags, key: tagOf(rule.key) };
      case 'feed':
      case 'list':
      case 'search':
      case 'timeline':
        return { rules: among(this.targets, `${rule.accountId}\0${rule.kind}`), key: rule.key };
      case 'mentions':
        return undefined;
    }
  }
}

const none: readonly never[] = [];

/** Mostly one: an array for each of a hundred thousand is felt in memory. */
type Rules = Map<string, FollowRule | FollowRule[]>;

const isMany = (rules: FollowRule | readonly FollowRule[]): rules is readonly FollowRule[] => Array.isArray(rules);

const among = (index: Map<string, Rules>, key: string): Rules => {
  const there = index.get(key);
  if (there !== undefined) return there;
  const made: Rules = new Map();
  index.set(key, made);
  return made;
};

const put = (rules: Rules, key: string, rule: FollowRule): void => {
  const there = rules.get(key);
  if (there === undefined) rules.set(key, rule);
  else if (Array.isArray(there)) there.push(rule);
  else rules.set(key, [there, rule]);
};

const takeOut = (rules: Rules, key: string, rule: FollowRule): void => {
  const there = rules.get(key);
  const left = Array.isArray(there) ? there.filter((each) => each !== rule) : [];
  if (left.length === 0) rules.delete(key);
  else rules.set(key, left);
};
