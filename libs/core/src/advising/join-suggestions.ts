import { newId } from '../database/index.js';
import type { Found } from './house/house-advisor.js';
import { suggestionKeys } from './suggestion-keys.js';

/** As long as nobody's first stands far above everybody's second: the usual constant of reciprocal rank fusion. */
const damping = 60;

/** What is stored of one need already. */
export interface StoredSuggestion {
  readonly id: string;
  readonly adviceId: string;
  /** Of the one that is shown in its place. */
  readonly sameAs: string | null;
  readonly keys: readonly string[];
}

export interface FoundSuggestion {
  /** From 1. */
  readonly place: number;
  readonly suggestion: Found;
}

export interface JoinedSuggestion extends StoredSuggestion, FoundSuggestion {
  readonly rank: number;
}

export interface Joined {
  readonly added: readonly JoinedSuggestion[];
  /** What those that are stored gain, because somebody else found them too. */
  readonly raised: ReadonlyMap<string, number>;
}

/**
 * Puts what one advisor found beside what others found for the same need.
 *
 * What shares an identifier is one resource, and is shown where it was found first. Its rank is the sum of 1 / (60 + place) over the
 * advisors that found it: of what one advisor found, its own order; of two, what both found first. An advisor that repeats itself adds nothing.
 */
export const joinSuggestions = (adviceId: string, stored: readonly StoredSuggestion[], found: readonly FoundSuggestion[]): Joined => {
  const [leaders, finders] = [new Map<string, string>(), new Map<string, Set<string>>()];
  const know = ({ id, adviceId: by, sameAs, keys }: StoredSuggestion): void => {
    const leader = sameAs ?? id;
    finders.set(leader, (finders.get(leader) ?? new Set()).add(by));
    for (const key of keys) if (!leaders.has(key)) leaders.set(key, leader);
  };
  stored.forEach(know);

  const raised = new Map<string, number>();
  const added = found.map(({ place, suggestion }): JoinedSuggestion => {
    const keys = suggestionKeys(suggestion.identifiers);
    const sameAs = keys.map((key) => leaders.get(key)).find((leader) => leader !== undefined) ?? null;
    const worth = 1 / (damping + place);
    if (sameAs !== null && finders.get(sameAs)?.has(adviceId) !== true) raised.set(sameAs, (raised.get(sameAs) ?? 0) + worth);
    const joined = { id: newId(), adviceId, sameAs, keys, rank: worth, place, suggestion };
    know(joined);
    return joined;
  });
  return { added: added.map((one) => ({ ...one, rank: one.rank + (raised.get(one.id) ?? 0) })), raised };
};
