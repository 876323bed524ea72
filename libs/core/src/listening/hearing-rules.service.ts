import { setImmediate } from 'node:timers/promises';
import type { Clock, Place } from '@earshot/plugin-sdk';
import { Database, type Tx } from '../database/index.js';
import { Matcher } from '../follows/matcher/index.js';
import { changedRules, type FollowChange, type SearchChange } from '../follows/index.js';
import { readSearch } from '../follows/search-syntax/index.js';
import { DoNotList, readDoNotEntries } from '../privacy/index.js';
import { keyText } from './key.js';
import { type AreaWord, type LibraryTree, Places } from './route.js';

/** Who we are on a network: tells what addresses us, and what answers us. */
export interface Identity {
  readonly accountId: string;
  readonly libraryId: string;
}

/** All that decides who hears what, as of one moment. */
export interface HearingRules {
  readonly matcher: Matcher;
  readonly places: Places;
  /** The service area of each library that has one, as classifiers are told of it. */
  readonly areas: ReadonlyMap<string, Place>;
  readonly tree: LibraryTree;
  readonly identities: ReadonlyMap<string, Identity>;
  readonly notHeard: DoNotList;
  /** Somebody was erased: what answers, quotes or mentions them goes by a stand-in. */
  readonly anybodyErased: boolean;
}

/** How stale the rules may be in a process that made no change itself. Following takes effect everywhere within this time. */
const freshMs = 1_000;
/** Channels of which it is remembered: more than an installation has. */
const mostPlanned = 100_000;
/** Rules that are taken in at once; whatever else this process does comes between. */
const atOnce = 1_000;

const fingerprintSql = `
  select concat_ws('/',
    (select concat_ws(',', count(*), max(at), count(lifted_at)) from do_not_list),
    (select concat_ws(',', count(*), max(id::text)) from service_area),
    (select concat_ws(',', count(*), count(a.profile_id), count(a.removed_at), count(distinct n.local_id), string_agg(distinct p.remote_id, ','))
     from account a left join profile p on p.id = a.profile_id left join profile_alias n on n.profile_id = p.id),
    (select count(*) from library),
    (select exists (select 1 from suppression where until is null))) as print`;

/**
 * Keeps the rules of all libraries in memory. Follows and saved searches are many: what changed of them since the last look, in whichever
 * process, is added and removed one by one, and nothing stops meanwhile. The rest is small, and read again as a whole when it changed.
 */
export class HearingRulesService {
  private readonly matcher = new Matcher();
  private rules: HearingRules | undefined;
  private print = '';
  private since: string | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | undefined;
  /** How often news came, and up to which of them the rules were asked for. */
  private news = 0;
  private known = 0;
  /** The version of each channel's plan than which the rules are not older. */
  private readonly planned = new Map<string, number>();

  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** The rules, at most a second old. */
  async current(): Promise<HearingRules> {
    if (this.rules !== undefined && this.clock.now() - this.askedAt < freshMs) return this.rules;
    const news = this.news;
    do await (this.asking ??= this.ask().finally(() => (this.asking = undefined)));
    while (this.known < news);
    return this.rules as HearingRules;
  }

  /**
   * The rules, as new as the plan by which a channel is read now, or newer: a channel is planned as soon as somebody is followed, and what it brings first
   * would else be measured by rules that do not know why it is there.
   */
  async sincePlanned(channelId: string, version: number): Promise<HearingRules> {
    if (this.planned.get(channelId) === version) return this.current();
    this.refresh();
    const rules = await this.current();
    if (this.planned.size >= mostPlanned) this.planned.clear();
    this.planned.set(channelId, version);
    return rules;
  }

  /** Something changed: the next batch sees it. */
  refresh(): void {
    this.askedAt = Number.NEGATIVE_INFINITY;
    this.news++;
  }

  private async ask(): Promise<void> {
    const [askedAt, news] = [this.clock.now(), this.news];
    const read = await this.database.listening(async (tx) => {
      const changes = await changedRules(tx, this.since);
      const print = (await tx.query<{ print: string }>(fingerprintSql))[0]?.print ?? '';
      return { changes, print, surroundings: this.rules === undefined || print !== this.print ? await readSurroundings(tx) : undefined };
    });
    await inPortions(read.changes.follows, (follow) => this.takeFollow(follow));
    await inPortions(read.changes.searches, (search) => this.takeSearch(search));
    this.matcher.narrow(read.changes.narrowings);
    this.since = read.changes.until;
    if (read.surroundings !== undefined) {
      this.rules = { matcher: this.matcher, ...read.surroundings };
      this.print = read.print;
    }
    this.askedAt = askedAt;
    this.known = news;
  }

  private takeFollow(follow: FollowChange): void {
    if (follow.live) this.matcher.add(follow);
    else this.matcher.remove(follow.id);
  }

  /** A text that was written for another version and that this one cannot read finds nothing; the API says so of its search. */
  private takeSearch({ rule, text, live }: SearchChange): void {
    const query = live ? readSearch(text).query : undefined;
    if (query === undefined) this.matcher.removeSearch(rule.id);
    else this.matcher.addSearch(rule, query);
  }
}

const inPortions = async <T>(all: readonly T[], take: (one: T) => void): Promise<void> => {
  for (const [at, one] of all.entries()) {
    if (at > 0 && at % atOnce === 0) await setImmediate();
    take(one);
  }
};

const readSurroundings = async (tx: Tx): Promise<Omit<HearingRules, 'matcher'>> => {
  const lines = await tx.query<{ library_id: string; ancestors: string[] }>(
    'select library_id, array_agg(ancestor_id order by distance) as ancestors from library_line group by library_id',
  );
  const areas = await tx.query<AreaWord>('select library_id as "libraryId", kind, value from service_area order by id');
  const identities = await tx.query<{ id: string; library_id: string; network: string; remote_id: string }>(
    `select a.id, a.library_id, p.network, n.remote_id from account a join profile p on p.id = a.profile_id
     cross join lateral (select p.remote_id union select x.host || '/' || x.local_id from profile_alias x where x.profile_id = p.id) n where a.removed_at is null order by a.id`,
  );
  return {
    places: new Places(areas),
    areas: new Map([...Map.groupBy(areas.filter(({ kind }) => kind !== 'hashtag'), (area) => area.libraryId)].map(([id, words]) => [id, { id, names: words.map(({ value }) => value) }])),
    tree: { lines: new Map(lines.map((line) => [line.library_id, line.ancestors])) },
    identities: new Map(identities.map((each) => [keyText({ network: each.network, remoteId: each.remote_id }), { accountId: each.id, libraryId: each.library_id }])),
    notHeard: new DoNotList(await readDoNotEntries(tx), 'hear'),
    anybodyErased: (await tx.query('select 1 from suppression where until is null limit 1')).length > 0,
  };
};
