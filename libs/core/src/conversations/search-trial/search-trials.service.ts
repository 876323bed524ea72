import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Clock } from '@earshot/plugin-sdk';
import { PlatformError } from '../../errors/index.js';
import { ChannelsRepository } from '../../accounts/index.js';
import { type FollowCount, FollowsRepository } from '../../follows/index.js';
import { holds, Said } from '../../follows/matcher/index.js';
import { printSearch, readSearch, type SearchFault, type SearchQuery } from '../../follows/search-syntax/index.js';
import type { ReadScope } from '../../database/index.js';
import type { Keyed, Page } from '../../graphql/index.js';
import { chosenLibraries } from '../reader-libraries.js';
import { type HeardText, HeardTextsRepository } from './heard-texts.repository.js';
import { suggestSearch, type SuggestedSearch } from './suggest-search.js';
import { mostGaps, notHeard } from './trial-words.js';

/** Posts that a trial looks at: the newest. */
export const mostTried = 20_000;
const mostSuggestedFrom = 50;
const mostCompared = 5_000;
/** Posts that are looked at without a pause; whatever else this process does comes between. */
const atOnce = 1_000;
const dayMs = 86_400_000;

/** What a search would have found in what one library heard. */
export interface SearchTrial {
  readonly libraryId: string;
  readonly asRead: string;
  readonly since: Date;
  readonly until: Date;
  readonly over: readonly FollowCount[];
  /** Posts that were looked at. */
  readonly heard: number;
  readonly found: number;
  /** Whether there are older posts in this time that were not looked at. */
  readonly capped: boolean;
  readonly notHeard: readonly string[];
  readonly query: SearchQuery;
}

export interface SearchSuggestion extends SuggestedSearch {
  readonly ofPosts: number;
  readonly findsOfPosts: number;
  readonly heard: number;
  readonly findsOfHeard: number;
}

/** Tries searches on what was heard, before they are saved. Reads only. */
@Injectable()
export class SearchTrialsService {
  private readonly channels = new ChannelsRepository();

  constructor(
    private readonly texts: HeardTextsRepository,
    private readonly follows: FollowsRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws PlatformError NOT_FOUND where the reader has no role at the library; BAD_INPUT for the days */
  async test(reads: ReadScope, told: { readonly text: string; readonly libraryId: string; readonly days: number }): Promise<SearchTrial | SearchFault> {
    if (told.days < 1 || told.days > 365) throw new PlatformError('BAD_INPUT', 'A search is tried on 1 to 365 days.', 'days');
    const { query, fault } = readSearch(told.text);
    if (fault !== undefined) return fault;
    await chosenLibraries(reads, [told.libraryId]);
    const until = new Date(this.clock.now());
    const since = new Date(until.getTime() - told.days * dayMs);
    const over = await this.follows.counts(reads, told.libraryId);
    const gaps = await this.channels.gapsSince(reads, told.libraryId, since, mostGaps);
    const rows = await this.texts.since(reads, told.libraryId, since, mostTried + 1);
    const tried = rows.slice(0, mostTried);
    const said = tried.flatMap(saidOf);
    const found = await countWhere(said, (each) => holds(query, each));
    const capped = rows.length > mostTried;
    return {
      libraryId: told.libraryId, asRead: printSearch(query), since, until, over, heard: tried.length, found, capped, query,
      notHeard: notHeard({ query, said, refused: tried.length - said.length, over, gaps, capped, since, firstHeard: tried.at(-1)?.heardAt }),
    };
  }

  /** The posts that it found, a page at a time: ids, the newest first. */
  async page(reads: ReadScope, trial: SearchTrial, page: Page): Promise<readonly (HeardText & Keyed)[]> {
    return firstFound(await this.texts.since(reads, trial.libraryId, trial.since, mostTried, page), trial, page.limit);
  }

  /** The newest posts that it found. */
  async newest(reads: ReadScope, trial: SearchTrial, count: number): Promise<readonly HeardText[]> {
    return firstFound(await this.texts.since(reads, trial.libraryId, trial.since, mostTried), trial, count);
  }

  /** @throws PlatformError NOT_FOUND where one of the posts is not heard by the library; BAD_INPUT where there are none, or too many */
  async suggest(reads: ReadScope, libraryId: string, postIds: readonly string[]): Promise<SearchSuggestion | undefined> {
    const ids = [...new Set(postIds)];
    if (ids.length === 0 || ids.length > mostSuggestedFrom) throw new PlatformError('BAD_INPUT', `Choose from 1 to ${mostSuggestedFrom} posts.`, 'postIds');
    await chosenLibraries(reads, [libraryId]);
    const chosen = await this.texts.byIds(reads, libraryId, ids);
    if (chosen.length < ids.length) throw new PlatformError('NOT_FOUND', 'One of these posts is not heard by this library, or is gone.', 'postIds');
    const posts = chosen.flatMap(saidOf);
    const heard = (await this.texts.since(reads, libraryId, new Date(0), mostCompared)).filter(({ id }) => !ids.includes(id)).flatMap(saidOf);
    const suggested = posts.length === 0 ? undefined : suggestSearch(posts, heard);
    if (suggested === undefined) return undefined;
    const { query } = readSearch(suggested.text);
    if (query === undefined) throw new Error('a suggested search cannot be read');
    const finds = (all: readonly Said[]): number => all.filter((said) => holds(query, said)).length;
    return { ...suggested, ofPosts: posts.length, findsOfPosts: finds(posts), heard: heard.length, findsOfHeard: finds(heard) };
  }
}

const saidOf = ({ text, tags, lang }: HeardText): Said[] => (text === null ? [] : [new Said(text, tags, lang ?? undefined)]);

const firstFound = <Row extends HeardText>(rows: readonly Row[], { query }: SearchTrial, count: number): readonly Row[] => {
  const found: Row[] = [];
  for (const row of rows) {
    if (found.length === count) break;
    if (saidOf(row).some((said) => holds(query, said))) found.push(row);
  }
  return found;
};

const countWhere = async (all: readonly Said[], test: (said: Said) => boolean): Promise<number> => {
  let count = 0;
  for (const [at, said] of all.entries()) {
    if (at > 0 && at % atOnce === 0) await setImmediate();
    if (test(said)) count++;
  }
  return count;
};
