import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import type { ClientConfig, Pool } from 'pg';
import { DatabaseGone, isConnectionLost } from '../errors/index.js';
import { dataSourceOptions } from './data-source-options.js';
import { WorkingProcess } from './holders/working-process.js';
import { isId } from './ids.js';
import { tellHints } from './tell-hints.js';
import { type Hint, type Tx } from './tx.js';
import { ReadScope } from './read-scope.js';
import { SteadyClient } from './steady-client.js';

/** The login that a part of the platform uses: none of them owns a table or passes by row-level security. */
export type DatabaseRole = 'app' | 'worker' | 'listener' | 'keeper';

export interface DatabaseOptions {
  readonly connections: Readonly<Record<DatabaseRole, ClientConfig>>;
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  readonly poolSize?: Partial<Record<DatabaseRole, number>>;
  /** What an after-commit hook threw. */
  readonly onHookError?: (error: unknown) => void;
}

/** Deadlock and serialisation failure: the transaction did nothing and may be run again. So it may where it gave in as it waited for a lock. */
const mayRunAgain = new Set(['40P01', '40001']);
const gaveIn = '55P03';
const attempts = 5;
/**
 * Of a process that is stopped, or whose machine is gone, in the middle of a batch, of what that makes us forget, or of a job: its threads, its channel and
 * its conversations are locked no longer than its lease holds, after which another goes on with them.
 */
const standsStillMs = 15_000;
/**
 * Of a stopped process several transactions may wait for each other, each of which would stand still only once the one before it was ended, and
 * hold its threads for as long again: so whoever waits gives in first, and lives to try again, or does not.
 */
const waitsForLockMs = 5_000;
/** How long whoever lives tries again. */
const patienceMs = 120_000;
const runsAgain: ReadonlySet<DatabaseRole> = new Set(['listener', 'keeper']);

/**
 * The door to PostgreSQL: every statement runs in a transaction that says who acts.
 *
 * `as(actor)` and `reads(actor)` use the application's login, `working(actor)` the jobs' login, `listening()` the listener's,
 * which hears for all libraries and sees neither notes nor replies nor staff, and `keeping()` the keeper's, which forgets for all libraries.
 */
export class Database {
  private readonly process = new WorkingProcess((work) => this.listening(work));

  private constructor(private readonly sources: Readonly<Record<DatabaseRole, DataSource>>, private readonly options: DatabaseOptions) {}

  static async open(options: DatabaseOptions): Promise<Database> {
    const opened: DataSource[] = [];
    const open = async (role: DatabaseRole, fallback: number): Promise<DataSource> => {
      const source = await dataSource(role, options, options.poolSize?.[role] ?? fallback).initialize();
      opened.push(source);
      return source;
    };
    try {
      return new Database({ app: await open('app', 12), worker: await open('worker', 6), listener: await open('listener', 6), keeper: await open('keeper', 2) }, options);
    } catch (error) {
      await Promise.all(opened.map((source) => source.destroy()));
      throw error;
    }
  }

  /** A read-write transaction of one actor, as the application. Rolls back on any throw, which goes on to the caller. */
  as<T>(actor: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction('app', actor, work);
  }

  /** A transaction of a library's system actor, as a job. */
  working<T>(actor: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction('worker', actor, work);
  }

  /** A transaction of the listener, over all libraries. Run again after a deadlock, or where it waited too long for a lock, so `work` must have no effect outside of it. */
  listening<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.untilThrough('listener', work);
  }

  /**
   * A transaction of the keeper, who reaches what people said and what was written about it in every library, to forget it or to hand it
   * out, and can add nothing to it. Run again as `listening` is, so `work` must have no effect outside of it.
   */
  keeping<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.untilThrough('keeper', work);
  }

  /** A statement before any actor is known: only the sign-in functions can be reached so. */
  async beforeSignIn<Row = unknown>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.sources.app.query(sql, [...parameters])) as Row[];
  }

  /** A statement before a job knows whose it is: only the functions that tell what is due can be reached so. */
  async beforeJob<Row = unknown>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.sources.worker.query(sql, [...parameters])) as Row[];
  }

  /** What time it is by the one clock that all processes share: leases and what is due go by it, since the clocks of machines differ, and are set. */
  async now(): Promise<Date> {
    const [row] = await this.beforeJob<{ now: Date }>('select now() as now');
    return (row as { now: Date }).now;
  }

  /** The lazily opened, read-only transaction of one request. */
  reads(actor: string): ReadScope {
    return new ReadScope(this.sources.app, requireId(actor));
  }

  /** The name of this process in a lease on work that is taken now: once it beats no more, whoever wants the work takes it. */
  holder(): Promise<string> {
    return this.process.holder();
  }

  /** The connections' settings, for what must keep a connection of its own (LISTEN). */
  connection(role: DatabaseRole): ClientConfig {
    return this.options.connections[role];
  }

  /** How many connections of each pool are lent, and how many statements wait for one. */
  pools(): readonly { readonly role: DatabaseRole; readonly used: number; readonly idle: number; readonly waiting: number }[] {
    return (Object.keys(this.sources) as DatabaseRole[]).map((role) => {
      const { totalCount, idleCount, waitingCount } = (this.sources[role].driver as unknown as { readonly master: Pool }).master;
      return { role, used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
    });
  }

  async close(): Promise<void> {
    // Where the database is away already, it is known to be gone soon enough.
    await this.process.leave().catch(() => {});
    await Promise.all(Object.values(this.sources).filter((source) => source.isInitialized).map((source) => source.destroy()));
  }

  private async untilThrough<T>(role: 'listener' | 'keeper', work: (tx: Tx) => Promise<T>): Promise<T> {
    const until = performance.now() + patienceMs;
    for (let attempt = 1; ; ) {
      try {
        return await this.transaction(role, undefined, work);
      } catch (error) {
        const code = (error as { code?: string }).code ?? '';
        if (code === gaveIn ? performance.now() > until : attempt++ === attempts || !mayRunAgain.has(code)) throw error;
      }
    }
  }

  private async transaction<T>(role: DatabaseRole, actor: string | undefined, work: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.sources[role].createQueryRunner();
    const hooks: (() => void | Promise<void>)[] = [];
    let result: T;
    try {
      await runner.startTransaction();
      if (actor !== undefined) await runner.query(`select set_config('earshot.actor', $1, true)`, [requireId(actor)]);
      const hints: Hint[] = [];
      result = await work(openTx(runner, hints, hooks));
      await tellHints(runner, hints);
      await runner.commitTransaction();
    } catch (error) {
      const gone = isConnectionLost(error);
      // The error that matters is the first; a broken connection cannot roll back and the server does it itself.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch((rollback: unknown) => (gone ? undefined : this.options.onHookError?.(rollback)));
      throw gone ? new DatabaseGone(error) : error;
    } finally {
      await runner.release();
    }
    for (const hook of hooks) await this.runHook(hook);
    return result;
  }

  private async runHook(hook: () => void | Promise<void>): Promise<void> {
    try {
      await hook();
    } catch (error) {
      this.options.onHookError?.(error);
    }
  }
}

const requireId = (actor: string): string => {
  if (!isId(actor)) throw new TypeError('an actor is named by a uuid');
  return actor;
};

const openTx = (runner: QueryRunner, hints: Hint[], hooks: (() => void | Promise<void>)[]): Tx => ({
  manager: runner.manager,
  query: async <Row>(sql: string, parameters: readonly unknown[] = []) => rowsOf<Row>(await runner.query(sql, [...parameters])),
  hint: (hint) => void hints.push(hint),
  afterCommit: (work) => void hooks.push(work),
});

/** TypeORM answers UPDATE and DELETE with [rows, count]. */
const rowsOf = <Row>(answer: unknown): Row[] => {
  if (Array.isArray(answer) && answer.length === 2 && Array.isArray(answer[0]) && typeof answer[1] === 'number') return answer[0] as Row[];
  return answer as Row[];
};

const dataSource = (role: DatabaseRole, options: DatabaseOptions, poolSize: number): DataSource =>
  new DataSource({
    ...dataSourceOptions(options.connections[role]),
    applicationName: `earshot-${role}`,
    poolSize,
    entities: options.entities,
    extra: {
      Client: SteadyClient, connectionTimeoutMillis: 10_000, statement_timeout: role === 'app' ? 15_000 : 120_000,
      idle_in_transaction_session_timeout: role === 'app' ? 60_000 : standsStillMs, ...(runsAgain.has(role) ? { lock_timeout: waitsForLockMs } : {}),
    },
  });
