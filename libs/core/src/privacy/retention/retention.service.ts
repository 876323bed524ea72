import type { Clock } from '@earshot/plugin-sdk';
import { type Database, type Tx, readSql } from '../../database/index.js';
import { type Classifiers, type Labels, effectsOf } from '../../understanding/index.js';
import type { Suppression } from '../suppression.js';
import { type LetGo, letGo, letWordsGo, workOut } from './let-go.js';
import { retentionDefaults } from './retention-kinds.js';

/** What goes of what is kept as one kind. */
export interface Going {
  readonly libraryId: string;
  readonly keptAs: string;
  readonly conversations: number;
  readonly posts: number;
}

export interface RetentionPreview {
  /** The end of the coming night. */
  readonly until: Date;
  readonly going: readonly Going[];
  /** Posts of others whose words go from conversations that stay. */
  readonly masked: number;
}

const tonightSql = readSql(import.meta.url, './tonight.sql');
const maskedSql = readSql(import.meta.url, './masked-tonight.sql');
/** In one transaction: a portion holds what it works out for some hundred milliseconds. */
const workedOutAtOnce = 500;
/** Conversations in one transaction: some tens of milliseconds, so that listening never waits long for a thread. */
const letGoAtOnce = 50;
/** Decisions not to keep something are remembered for so many days, and forgotten so many at once. */
const rememberedDays = 30;
const forgottenAtOnce = 5_000;
/** Staff have seen by then what they were told of. */
const noticeDays = 90;
const nightFrom = 1;
const nightTo = 5;

/**
 * Keeps what was heard for as long as libraries want, and no longer.
 *
 * A conversation that changes loses its `keep_until`; it is worked out again for all that changed at once, within a minute, and before anybody
 * asks what goes. What is over goes at night, in portions that are a transaction each: stopped at any moment, the next run goes on.
 */
export class RetentionService {
  constructor(
    private readonly database: Database,
    private readonly suppression: Suppression,
    private readonly classifiers: Classifiers,
    private readonly clock: Clock,
  ) {}

  /** Writes down what the labels of today's classifiers mean for retention. Once at a start. */
  async declareLabels(): Promise<void> {
    const labels = [...this.labels()].map(([label, { effects }]) => ({
      label, need: (effects.attention ?? 0) > 0,
      keeps: effects.retention === 'short' ? 'short' : effects.blur === true || effects.view === 'crisis' ? 'sensitive' : null,
    }));
    await this.database.keeping((tx) =>
      tx.query(
        `insert into label_keeping as k (label, keeps, need) select * from unnest($1::text[], $2::text[], $3::boolean[]) as t(label, keeps, need) order by label
         on conflict (label) do update set keeps = excluded.keeps, need = excluded.need where (k.keeps, k.need) is distinct from (excluded.keeps, excluded.need)`,
        [labels.map(({ label }) => label), labels.map(({ keeps }) => keeps), labels.map(({ need }) => need)]),
    );
  }

  /** Until everything that changed is worked out. */
  async workOut(abort?: AbortSignal): Promise<void> {
    while (abort?.aborted !== true && (await this.database.keeping((tx) => workOut(tx, retentionDefaults, workedOutAtOnce))) > 0);
  }

  /** What goes in the coming night, of a library and all below it. */
  async preview(libraryId: string): Promise<RetentionPreview> {
    await this.workOut();
    return this.database.keeping(async (tx) => {
      const libraries = (await tx.query<{ library_id: string }>('select library_id from library_line where ancestor_id = $1', [libraryId])).map((row) => row.library_id);
      const [night] = await tx.query<{ until: Date }>(
        `select (date_trunc('day', l.now) + make_interval(days => case when extract(hour from l.now) < $3::int then 0 else 1 end, hours => $3::int)) at time zone l.time_zone as until
         from (select $2::timestamptz at time zone time_zone as now, time_zone from library where id = $1) l`, [libraryId, this.now(), nightTo]);
      const until = night?.until ?? this.now();
      const [masked] = await tx.query<{ posts: number }>(maskedSql, [libraries, until]);
      return { until, going: await tx.query<Going>(tonightSql, [libraries, until]), masked: masked?.posts ?? 0 };
    });
  }

  /** Lets go of what is over in the libraries where it is night; where it ended within the hour, of what was over when it did, as a preview said. */
  async night(abort: AbortSignal): Promise<LetGo> {
    const dark = await this.database.keeping((tx) =>
      tx.query<{ id: string; at: Date }>(
        `select id, least($1::timestamptz, (date_trunc('day', l.now) + make_interval(hours => $3::int)) at time zone l.time_zone) as at
         from (select id, time_zone, $1::timestamptz at time zone time_zone as now from library) l where extract(hour from l.now) between $2::int and $3::int order by id`, [this.now(), nightFrom, nightTo]));
    const gone = { conversations: 0, posts: 0 };
    for (const [at, libraries] of Map.groupBy(dark, (library) => library.at.getTime())) {
      const { conversations, posts } = await this.letGo(libraries.map(({ id }) => id), abort, new Date(at));
      gone.conversations += conversations;
      gone.posts += posts;
    }
    return gone;
  }

  /** Lets go, now, of all that is over in these libraries, or was at `at`; ends early where it is aborted. */
  async letGo(libraries: readonly string[], abort: AbortSignal, at = this.now()): Promise<LetGo> {
    if (libraries.length === 0) return { conversations: 0, posts: 0 };
    await this.workOut(abort);
    let [conversations, posts] = [0, 0];
    for (const portion of [
      () => this.database.keeping((tx) => letGo(tx, libraries, at, letGoAtOnce, this.suppression)),
      () => this.database.keeping((tx) => letWordsGo(tx, libraries, at, letGoAtOnce, this.labels())),
    ])
      for (let done = await portion(); done.conversations > 0; done = abort.aborted ? { conversations: 0, posts: 0 } : await portion()) {
        conversations += done.conversations;
        posts += done.posts;
      }
    await this.database.keeping((tx) => tx.query('delete from suppression where until < $1', [at]));
    await this.database.keeping((tx) => tx.query('delete from notice where library_id = any($1::uuid[]) and told_at < $2::timestamptz - make_interval(days => $3)', [libraries, at, noticeDays]));
    while (!abort.aborted && (await this.database.keeping((tx) => forgetNotKept(tx, at))) === forgottenAtOnce);
    return { conversations, posts };
  }

  private now(): Date {
    return new Date(this.clock.now());
  }

  private labels(): Labels {
    return effectsOf(this.classifiers.list());
  }
}

const forgetNotKept = async (tx: Tx, at: Date): Promise<number> =>
  (await tx.query(
    `delete from not_kept n using (select post, account_id from not_kept where at < $1::timestamptz - make_interval(days => $2) order by at limit $3 for update skip locked) o
     where n.post = o.post and n.account_id = o.account_id returning 1`, [at, rememberedDays, forgottenAtOnce])).length;
