import type { Clock, Place } from '@earshot/plugin-sdk';
import { Database, type Tx } from '../database/index.js';
import { type FollowRule, Matcher } from '../follows/matcher/index.js';
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
  /** `<library> <profile key>` of each person whom a library does not hear; it holds for all below that library. */
  readonly notHeard: ReadonlySet<string>;
}

/** How stale the rules may be in a process that made no change itself. Following takes effect everywhere within this time. */
const freshMs = 1_000;

const fingerprintSql = `
  select concat_ws('/',
    (select concat_ws(',', count(*), max(added_at), count(removed_at), max(removed_at)) from follow),
    (select concat_ws(',', count(*), max(at), count(lifted_at)) from do_not_hear),
    (select concat_ws(',', count(*), max(id::text)) from service_area),
    (select concat_ws(',', count(*), count(profile_id), count(removed_at)) from account),
    (select count(*) from library)) as print`;

/**
 * Keeps the rules of all libraries in memory, and reads them again when they changed, in whichever process.
 * Reading 12,000 follows again takes well under a second and happens only then; asking whether they changed costs one small statement a second.
 */
export class HearingRulesService {
  private rules: HearingRules | undefined;
  private print = '';
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly database: Database, private readonly clock: Clock) {}

  /** The rules, at most a second old. */
  async current(): Promise<HearingRules> {
    if (this.rules !== undefined && this.clock.now() - this.askedAt < freshMs) return this.rules;
    return this.database.listening(async (tx) => {
      const print = (await tx.query<{ print: string }>(fingerprintSql))[0]?.print ?? '';
      this.askedAt = this.clock.now();
      if (this.rules === undefined || print !== this.print) {
        this.rules = await read(tx);
        this.print = print;
      }
      return this.rules;
    });
  }

  /** Something changed in this process: the next batch sees it. */
  refresh(): void {
    this.askedAt = Number.NEGATIVE_INFINITY;
  }
}

const read = async (tx: Tx): Promise<HearingRules> => {
  const follows = await tx.query<FollowRule>(
    `select f.id, f.library_id as "libraryId", f.account_id as "accountId", f.kind, f.network, f.key, f.keep_days as "keepDays"
     from follow f join follow_list l on l.id = f.list_id where f.removed_at is null and l.removed_at is null order by f.id`,
  );
  const lines = await tx.query<{ library_id: string; ancestors: string[] }>(
    'select library_id, array_agg(ancestor_id order by distance) as ancestors from library_line group by library_id',
  );
  const areas = await tx.query<AreaWord>('select library_id as "libraryId", kind, value from service_area order by id');
  const identities = await tx.query<{ id: string; library_id: string; network: string; remote_id: string }>(
    'select a.id, a.library_id, p.network, p.remote_id from account a join profile p on p.id = a.profile_id where a.removed_at is null order by a.id',
  );
  const notHeard = await tx.query<{ library_id: string; network: string; remote_id: string }>(
    'select d.library_id, p.network, p.remote_id from do_not_hear d join profile p on p.id = d.profile_id where d.lifted_at is null',
  );
  return {
    matcher: new Matcher(follows),
    places: new Places(areas),
    areas: new Map([...Map.groupBy(areas.filter(({ kind }) => kind !== 'hashtag'), (area) => area.libraryId)].map(([id, words]) => [id, { id, names: words.map(({ value }) => value) }])),
    tree: { lines: new Map(lines.map((line) => [line.library_id, line.ancestors])) },
    identities: new Map(identities.map((each) => [keyText({ network: each.network, remoteId: each.remote_id }), { accountId: each.id, libraryId: each.library_id }])),
    notHeard: new Set(notHeard.map((each) => `${each.library_id} ${keyText({ network: each.network, remoteId: each.remote_id })}`)),
  };
};
