import type { GapRow } from '../../accounts/index.js';
import type { FollowCount } from '../../follows/index.js';
import { holds, type Said } from '../../follows/matcher/index.js';
import { printSearch, type SearchQuery, type SearchTerm } from '../../follows/search-syntax/index.js';

const nouns: Readonly<Record<FollowCount['kind'], readonly [one: string, many: string]>> = {
  profile: ['profile', 'profiles'], hashtag: ['hashtag', 'hashtags'], feed: ['feed', 'feeds'], list: ['list of a network', 'lists of networks'], search: ['search of a network', 'searches of networks'],
  timeline: ['timeline', 'timelines'], mentions: ['account’s mentions', 'accounts’ mentions'],
};

/** "12 profiles and 3 hashtags on town.example, what addresses you, and the threads under these". */
export const overInWords = (over: readonly FollowCount[]): string => {
  if (over.length === 0) return 'nothing yet: no follow brings anything';
  const parts = over.map(({ kind, network, count }) => `${count} ${nouns[kind][count === 1 ? 0 : 1]} on ${network}`);
  return `${parts.join(', ')}, what addresses you, and the threads under these`;
};

interface Tried {
  readonly query: SearchQuery;
  readonly said: readonly Said[];
  /** Posts of whoever asks not to be found by searching. */
  readonly refused: number;
  readonly over: readonly FollowCount[];
  /** The latest times of which not everything was heard, each with the number of all. */
  readonly gaps: readonly (Pick<GapRow, 'from' | 'to' | 'why'> & { readonly all: number; readonly plugin: string })[];
  readonly capped: boolean;
  readonly since: Date;
  readonly firstHeard: Date | undefined;
}

const termsSaid = 20;
export const mostGaps = 3;
const day = (date: Date): string => date.toISOString().slice(0, 10);
const minute = (date: Date): string => `${day(date)} ${date.toISOString().slice(11, 16)} UTC`;

/** What the search does not find whatever is said, in sentences. */
export const notHeard = ({ query, said, refused, over, gaps, capped, since, firstHeard }: Tried): readonly string[] => [
  'Whatever else is said on these networks: a search opens nothing. To hear more, follow who says it, or let the search ask a network that searches itself.',
  ...(over.some(({ kind }) => kind === 'timeline') ? ['Of a timeline, what no search narrows it to: it lets nothing in by itself, and so nothing of it could be tried.'] : []),
  ...(refused === 0 ? [] : [`${refused === 1 ? 'One post' : `${refused} posts`} of people who ask not to be found by searching: they are heard, and no search looks at them.`]),
  ...(over.some(({ kind }) => kind === 'profile' || kind === 'hashtag' || kind === 'search') ? ['Answers under what is followed where they come after its thread was last looked at: a thread is looked at for three days from its newest post, and not once it is closed.'] : []),
  ...missed(gaps),
  ...(capped ? [`What is older than ${day(firstHeard ?? since)}: only the newest ${said.length + refused} posts were looked at.`] : []),
  ...(!capped && firstHeard !== undefined && firstHeard.getTime() - since.getTime() > 86_400_000 ? [`What was said before ${day(firstHeard)}: nothing was heard before, or it is not kept any more.`] : []),
  ...unsaid(query, said),
];

const missed = (gaps: Tried['gaps']): readonly string[] => {
  const more = (gaps[0]?.all ?? 0) - gaps.length;
  return [
    ...gaps.map(({ from, to, why, plugin }) => `Perhaps not all that was said on ${plugin} ${from === null ? `until ${minute(to)}` : `from ${minute(from)} to ${minute(to)}`}: ${why.replace(/\.$/, '')}.`),
    ...(more > 0 ? [`Nor what ${more === 1 ? 'one more gap' : `${more} more gaps`} of these days missed.`] : []),
  ];
};

const unsaid = (query: SearchQuery, said: readonly Said[]): readonly string[] => {
  const missing = wantedTerms(query).slice(0, termsSaid).filter((term) => !said.some((each) => holds(term, each)));
  return missing.length === 0 ? [] : [`In these days nobody said ${missing.map(printSearch).join(', ')}.`];
};

/** What the search asks for, not what it excludes. */
const wantedTerms = (query: SearchQuery): readonly SearchTerm[] => {
  switch (query.kind) {
    case 'all':
    case 'any':
      return query.of.flatMap(wantedTerms);
    case 'not':
      return [];
    default:
      return [query];
  }
};
