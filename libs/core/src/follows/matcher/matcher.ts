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
  private readonly byId = new Map<string, () => void>();
  private readonly profiles = new Map<string, FollowRule[]>();
  private readonly tags = new Map<string, FollowRule[]>();
  private readonly targets = new Map<string, FollowRule[]>();
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
    this.byId.set(rule.id, this.file(rule));
  }

  remove(id: string): void {
    this.byId.get(id)?.();
    this.byId.delete(id);
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
    const take = (rules: readonly FollowRule[] | undefined, cause: Match['cause']): void => {
      if (rules !== undefined) for (const rule of rules) if (this.letsIn(rule, searches)) found.push({ rule, cause });
    };
    if (post.author !== undefined) take(this.profiles.get(`${post.network}\0${post.author}`), 'followed');
    if (this.tags.size > 0) for (const tag of post.said.tags) take(this.tags.get(tag), 'search');
    if (post.account !== undefined && this.targets.size > 0)
      for (const { kind, key } of post.targets) take(this.targets.get(`${post.account}\0${kind}\0${key}`), kind === 'search' || kind === 'timeline' ? 'search' : 'followed');
    return found;
  }

  /** A timeline is only a way to hear: of what it brings, that comes in which a search lets through. Anything else was asked for by name. */
  private letsIn(rule: FollowRule, searches: () => readonly SearchRule[]): boolean {
    if (this.narrowings.size === 0) return rule.kind !== 'timeline';
    const narrowing = [...(this.narrowings.get(rule.id) ?? []), ...(this.narrowings.get(rule.listId) ?? [])];
    if (narrowing.length === 0) return rule.kind !== 'timeline';
    return narrowing.every((id) => searches().some((search) => search.id === id));
  }

  /** Files a rule; the answer takes it out again. */
  private file(rule: FollowRule): () => void {
    switch (rule.kind) {
      case 'profile':
        return put(this.profiles, `${rule.network}\0${rule.key}`, rule);
      case 'hashtag':
        return put(this.tags, tagOf(rule.key), rule);
      case 'feed':
      case 'list':
      case 'search':
      case 'timeline':
        return put(this.targets, `${rule.accountId}\0${rule.kind}\0${rule.key}`, rule);
      case 'mentions':
        return () => undefined;
    }
  }
}

const put = (index: Map<string, FollowRule[]>, key: string, entry: FollowRule): (() => void) => {
  const entries = index.get(key);
  if (entries === undefined) index.set(key, [entry]);
  else entries.push(entry);
  return () => {
    const left = (index.get(key) ?? []).filter((each) => each !== entry);
    if (left.length === 0) index.delete(key);
    else index.set(key, left);
  };
};
