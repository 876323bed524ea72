import type { Said } from '../../follows/matcher/index.js';
import { letterStandsAlone } from '../../language/index.js';

export interface SuggestedTerm {
  /** As it stands in the search: a word, or a hashtag with its sign. */
  readonly term: string;
  readonly inPosts: number;
  readonly inHeard: number;
}

export interface SuggestedSearch {
  readonly text: string;
  readonly terms: readonly SuggestedTerm[];
}

interface Weighed extends SuggestedTerm {
  readonly weight: number;
  readonly holders: ReadonlySet<number>;
}

/** Up to so many alternatives: a person is to read the search and to mend it. */
const mostAlternatives = 5;
/** In more than this share of what is heard, a word finds too much by itself. */
const common = 0.01;

/**
 * A search for what some posts have in common and other posts have not; undefined where there is nothing.
 *
 * A word or hashtag weighs the share of the posts that have it, times the logarithm of how many times more often it is in them than in what was
 * heard. Has each post one that is the same, the weightiest of these is the search, with a second one where it is common by itself; else
 * alternatives, each of which takes in as much weight of posts that none before it finds.
 */
export const suggestSearch = (posts: readonly Said[], heard: readonly Said[]): SuggestedSearch | undefined => {
  const weighed = weigh(posts, heard);
  const shared = weighed.filter(({ inPosts }) => inPosts === posts.length);
  const [first, second] = shared;
  if (first === undefined) return alternatives(posts.length, weighed);
  const alone = second === undefined || (posts.length > 1 && first.inHeard <= common * heard.length);
  return searchOf(alone ? [first] : [first, second], ' ');
};

const weigh = (posts: readonly Said[], heard: readonly Said[]): readonly Weighed[] => {
  const holders = new Map<string, Set<number>>();
  for (const [at, post] of posts.entries()) for (const term of termsOf(post)) holders.set(term, (holders.get(term) ?? new Set()).add(at));
  const inHeard = new Map<string, number>();
  for (const post of heard) for (const term of termsOf(post)) if (holders.has(term)) inHeard.set(term, (inHeard.get(term) ?? 0) + 1);
  return [...holders]
    .map(([term, by]) => {
      const [inside, outside] = [by.size, inHeard.get(term) ?? 0];
      const rarity = Math.log((inside + 0.5) / (posts.length + 1) / ((outside + 0.5) / (heard.length + 1)));
      return { term, inPosts: inside, inHeard: outside, weight: (inside / posts.length) * rarity, holders: by };
    })
    .filter(({ weight, inPosts }) => weight > 0 && inPosts >= Math.min(2, posts.length))
    .sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1));
};

const alternatives = (posts: number, weighed: readonly Weighed[]): SuggestedSearch | undefined => {
  const left = new Set(Array.from({ length: posts }, (_, at) => at));
  const chosen: Weighed[] = [];
  while (left.size > 0 && chosen.length < mostAlternatives) {
    const gain = ({ holders, weight }: Weighed): number => weight * [...holders].filter((at) => left.has(at)).length;
    const best = weighed.reduce<Weighed | undefined>((before, each) => (gain(each) > (before === undefined ? 0 : gain(before)) ? each : before), undefined);
    if (best === undefined) break;
    chosen.push(best);
    for (const at of best.holders) left.delete(at);
  }
  return chosen.length === 0 ? undefined : searchOf(chosen, ' OR ');
};

const searchOf = (terms: readonly Weighed[], by: string): SuggestedSearch => ({
  text: terms.map(({ term }) => term).join(by),
  terms: terms.map(({ term, inPosts, inHeard }) => ({ term, inPosts, inHeard })),
});

/** Words of three letters and more, and hashtags. Single letters of scripts without spaces say nothing. */
const termsOf = (said: Said): ReadonlySet<string> =>
  new Set([...said.words.filter((word) => word.length > 2 && !letterStandsAlone(word) && !/^\p{N}+$/u.test(word)), ...said.tags.map((tag) => `#${tag}`)]);
