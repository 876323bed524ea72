import { wordsOf } from '../../language/index.js';
import type { Candidate, FollowRule } from './rule.js';

export interface Match {
  readonly rule: FollowRule;
  /** `followed`: named by the library itself. `search`: found by a hashtag or a word. */
  readonly cause: 'followed' | 'search';
}

/** A rule that words decide. `anchor` is a word without which it cannot hold: the rule is looked at only where that word occurs. */
interface WordRule {
  readonly rule: FollowRule;
  readonly holds: (words: readonly string[]) => boolean;
}

const tagKey = (tag: string): string => wordsOf(tag).join('');

/**
 * Tells for a post whom it concerns, over the follows of all libraries at once.
 *
 * Percolation: rules are filed under what a post must have for them to hold (its author, a tag, a channel's target, one word), so the
 * time for a post grows with what the post has and hardly with the number of rules. A further kind of rule brings its anchor and its test.
 * Changing it is adding and removing single rules; nothing is compiled anew.
 */
export class Matcher {
  private readonly byId = new Map<string, () => void>();
  private readonly profiles = new Map<string, FollowRule[]>();
  private readonly tags = new Map<string, FollowRule[]>();
  private readonly targets = new Map<string, FollowRule[]>();
  private readonly anchors = new Map<string, WordRule[]>();

  constructor(rules: Iterable<FollowRule> = []) {
    for (const rule of rules) this.add(rule);
  }

  get size(): number {
    return this.byId.size;
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

  /** Each rule at most once, in no particular order. */
  match(post: Candidate): Match[] {
    const found: Match[] = [];
    const take = (rules: readonly FollowRule[] | undefined, cause: Match['cause']): void => {
      for (const rule of rules ?? []) found.push({ rule, cause });
    };
    if (post.author !== undefined) take(this.profiles.get(`${post.network}\0${post.author}`), 'followed');
    if (this.tags.size > 0) for (const tag of new Set(post.tags.map(tagKey))) take(this.tags.get(tag), 'search');
    if (post.account !== undefined)
      for (const target of post.targets) take(this.targets.get(`${post.account}\0${target.kind}\0${target.key}`), target.kind === 'search' ? 'search' : 'followed');
    if (this.anchors.size > 0) this.matchWords(post.words(), found);
    return found;
  }

  private matchWords(words: readonly string[], found: Match[]): void {
    for (const word of new Set(words))
      for (const candidate of this.anchors.get(word) ?? []) if (candidate.holds(words)) found.push({ rule: candidate.rule, cause: 'search' });
  }

  /** Files a rule; the answer takes it out again. */
  private file(rule: FollowRule): () => void {
    switch (rule.kind) {
      case 'profile':
        return put(this.profiles, `${rule.network}\0${rule.key}`, rule);
      case 'hashtag':
        return put(this.tags, tagKey(rule.key), rule);
      case 'words': {
        const phrase = wordsOf(rule.key);
        const anchor = longest(phrase);
        // Nothing but punctuation: it can never hold, and the service that adds follows refuses it with words.
        return anchor === undefined ? () => undefined : put(this.anchors, anchor, { rule, holds: (words) => holdsPhrase(words, phrase) });
      }
      // What a channel of its own brings was asked for by name. A timeline is only a way to hear: what it brings must match by itself.
      case 'feed':
      case 'list':
      case 'search':
        return put(this.targets, `${rule.accountId}\0${rule.kind}\0${rule.key}`, rule);
      case 'timeline':
      case 'mentions':
        return () => undefined;
    }
  }
}

const put = <Entry>(index: Map<string, Entry[]>, key: string, entry: Entry): (() => void) => {
  const entries = index.get(key);
  if (entries === undefined) index.set(key, [entry]);
  else entries.push(entry);
  return () => {
    const left = (index.get(key) ?? []).filter((each) => each !== entry);
    if (left.length === 0) index.delete(key);
    else index.set(key, left);
  };
};

/** The longest word is the rarest guess that needs no statistics. */
const longest = (words: readonly string[]): string | undefined => words.reduce<string | undefined>((best, word) => (best === undefined || word.length > best.length ? word : best), undefined);

const holdsPhrase = (words: readonly string[], phrase: readonly string[]): boolean => {
  for (let start = words.indexOf(phrase[0] ?? ''); start >= 0; start = words.indexOf(phrase[0] ?? '', start + 1))
    if (phrase.every((word, offset) => words[start + offset] === word)) return true;
  return false;
};
