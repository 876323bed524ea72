import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { type JobWithMetadata, PgBoss } from 'pg-boss';
import { Database, SteadyClient, type Tx } from '../database/index.js';
import { type Logger, correlationId, withCorrelation } from '../logging/index.js';
import { jobFailure } from './job-failure.js';
import type { ActsFor, JobHandler, JobKind, JobRun } from './job-kind.js';
import { type EnqueueOptions, Jobs } from './jobs.js';
import { queueSchema } from './install-job-queue.js';
import { keepQueues, keepSchedules } from './keep-queues.js';

export interface JobQueueOptions {
  readonly log: Logger;
  /** Whether this process runs jobs; every process may enqueue them. */
  readonly works: boolean;
  /** How often it looks for jobs whose worker is gone, in seconds; for what fell due by its schedule every five seconds at least. */
  readonly supervisionSeconds?: number;
}

/** Somebody who runs a job says so this often; after three missed signs it is taken from them. */
const heartbeatSeconds = 30;
/** Also where NOTIFY wakes us: a job that was written down for later is only found by looking (seen 25.6 s late with pg-boss 12's default, 2026-11-20). */
const lookSeconds = 0.5;
/** What is scheduled comes by the minute; what is enqueued at once wakes its worker by NOTIFY all the same. */
const lookAtScheduledSeconds = 5;
/** What may not begin while its library is stopped is looked at again after this. */
const heldSeconds = 30;
/** What still runs when the process is asked to stop has so long; then it is aborted and will be tried again. */
const settleMs = 10_000;

interface Registered {
  readonly kind: JobKind<object, ActsFor>;
  readonly handler: JobHandler<object, ActsFor>;
}

/**
 * Jobs by pg-boss, over a small pool of its own as the worker's role.
 *
 * `declared` ─ bootstrap ─▶ `open` (can enqueue) ─ start, in a process that works ─▶ `working` ─ shutdown: takes nothing more, waits, aborts ─▶ `closed`.
 */
@Injectable()
export class JobQueue extends Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly boss: PgBoss;
  private readonly registered = new Map<string, Registered>();
  private readonly kept = new Set<string>();
  private startedAt = 0;

  constructor(
    private readonly database: Database,
    private readonly options: JobQueueOptions,
  ) {
    super();
    const supervision = options.supervisionSeconds ?? 15;
    this.boss = new PgBoss({
      ...this.connection(),
      schema: queueSchema, migrate: false, createSchema: false, registerInstance: false, reindex: false,
      supervise: options.works, schedule: options.works, useListenNotify: options.works,
      superviseIntervalSeconds: supervision, monitorIntervalSeconds: supervision, cronWorkerIntervalSeconds: Math.min(5, supervision), openTelemetry: { enabled: false },
    });
    this.boss.on('error', (error) => options.log.warn('The job queue is held up', { error }));
    this.boss.on('warning', ({ message }) => options.log.warn('The job queue warns', { warning: message }));
  }

  handle<Data extends object, For extends ActsFor>(kind: JobKind<Data, For>, handler: JobHandler<Data, For>): void {
    if (this.registered.has(kind.name)) throw new TypeError(`two handlers for jobs of the kind ${kind.name}`);
    if (kind.schedule !== undefined && (kind.alone !== true || kind.actsFor !== 'installation')) throw new TypeError(`${kind.name} is scheduled, so it is alone and acts for the installation`);
    // Data are parsed by the kind's own schema before the handler sees them, which is all that the two types differ in.
    this.registered.set(kind.name, { kind: kind as unknown as Registered['kind'], handler: handler as unknown as Registered['handler'] });
  }

  async enqueue<Data extends object, For extends ActsFor>(tx: Tx, kind: JobKind<Data, For>, data: Data, options: EnqueueOptions<For>): Promise<string | undefined> {
    const parsed = kind.data.parse(data);
    await this.keepQueueOf(kind as unknown as JobKind<object, ActsFor>);
    const libraryId = 'libraryId' in options ? (options.libraryId as string) : undefined;
    const id = await this.boss.send(kind.name, parsed, {
      db: { executeSql: async (sql, values) => ({ rows: await tx.query(sql, values) }) },
      ...(libraryId === undefined ? {} : { group: { id: libraryId } }),
      ...(options.at === undefined ? {} : { startAfter: options.at }),
      ...keyOf(kind, options.key),
    });
    return id ?? undefined;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.boss.start();
    await keepQueues(this.boss, this.kinds(), heartbeatSeconds);
  }

  /** Runs jobs of every kind that has a handler here. */
  async start(): Promise<void> {
    this.startedAt = Date.now();
    await keepSchedules(this.boss, this.kinds());
    for (const { kind, handler } of this.registered.values()) {
      const seconds = kind.schedule === undefined ? lookSeconds : lookAtScheduledSeconds;
      await this.boss.work<object>(kind.name, { localConcurrency: kind.atOnce, pollingIntervalSeconds: seconds, notifyPollingIntervalSeconds: seconds, includeMetadata: true }, ([job]) => this.begin(kind, handler, job as JobWithMetadata));
    }
  }

  /** How many jobs it runs now. */
  get running(): number {
    return this.boss.getWipData().reduce((all, { count }) => all + count, 0);
  }

  /** How long ago any of its workers last asked for a job, in milliseconds: each asks every few seconds, but for those that are at one. */
  quietMs(): number {
    return Date.now() - Math.max(this.startedAt, ...this.boss.getWipData().map(({ lastFetchedOn }) => lastFetchedOn ?? 0));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.boss.stop({ graceful: true, timeout: settleMs });
  }

  /** Runs a failed job once more. */
  async retry(kind: string, id: string): Promise<void> {
    await this.boss.retry(kind, id);
  }

  /** Of a kind that nobody in this process runs: one that works does, and may be started for the first time later. */
  private async keepQueueOf(kind: JobKind<object, ActsFor>): Promise<void> {
    if (this.registered.has(kind.name) || this.kept.has(kind.name)) return;
    await keepQueues(this.boss, [kind], heartbeatSeconds);
    this.kept.add(kind.name);
  }

  private kinds(): readonly JobKind<object, ActsFor>[] {
    return [...this.registered.values()].map(({ kind }) => kind);
  }

  /** Under the id of what asked for it, so that the log tells the whole of it as one; else under its own. */
  private begin(kind: JobKind<object, ActsFor>, handler: JobHandler<object, ActsFor>, job: JobWithMetadata): Promise<void> {
    return withCorrelation((kind.alone === true ? undefined : job.singletonKey) ?? job.id, () => this.run(kind, handler, job));
  }

  private async run(kind: JobKind<object, ActsFor>, handler: JobHandler<object, ActsFor>, job: JobWithMetadata): Promise<void> {
    const about = { kind: kind.name, job: job.id, attempt: job.retryCount + 1 };
    try {
      const library = await this.libraryOf(kind, job.groupId ?? undefined);
      if (kind.outside === true && library !== undefined && (await this.isStopped(library.id))) return await this.putBack(job);
      await handler({ id: job.id, data: kind.data.parse(job.data), attempt: about.attempt, abort: job.signal, library } satisfies JobRun<object, 'library'> | JobRun<object, 'installation'>);
    } catch (error) {
      const failure = jobFailure(error);
      if (job.retryCount < kind.retry.times) this.options.log.warn('A job failed and is tried again', { ...about, error: failure.message });
      else this.options.log.error('A job failed for the last time', error, about);
      throw failure;
    }
  }

  private async isStopped(libraryId: string): Promise<boolean> {
    return (await this.database.beforeJob(`select from stopped_libraries('all') s where s = $1`, [libraryId])).length > 0;
  }

  /** As if nobody had begun it: it waits, and this was no attempt. pg-boss completes afterwards what is still active alone. */
  private async putBack({ id, name }: JobWithMetadata): Promise<void> {
    await this.database.beforeJob(
      `update ${queueSchema}.job set state = 'created', started_on = null, heartbeat_on = null, start_after = now() + $3 * interval '1 second' where id = $1 and name = $2 and state = 'active'`,
      [id, name, heldSeconds]);
  }

  /** A job that names a library does no more than that library may: none of the installation's work, whoever wrote it down. */
  private async libraryOf({ actsFor }: JobKind<object, ActsFor>, id: string | undefined): Promise<{ readonly id: string; readonly actorId: string } | undefined> {
    if (actsFor === 'library') return this.library(id);
    if (id !== undefined) throw new Error('a job of the installation names a library');
    return undefined;
  }

  private async library(id: string | undefined): Promise<{ readonly id: string; readonly actorId: string }> {
    const [row] = id === undefined ? [] : await this.database.beforeJob<{ actor_id: string | null }>('select system_actor_of($1) as actor_id', [id]);
    if (id === undefined || !row?.actor_id) throw new Error('the job names no library that is there');
    return { id, actorId: row.actor_id };
  }

  private connection(): ConstructorParameters<typeof PgBoss>[0] & object {
    const { host, port, user, password, database, ssl } = this.database.connection('worker');
    // Its pool of pg takes this, and its types do not say so.
    const pooled = { Client: SteadyClient };
    return {
      ...pooled, application_name: 'earshot-jobs', max: 4,
      ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }), ...(user === undefined ? {} : { user }),
      ...(typeof password === 'string' ? { password } : {}), ...(database === undefined ? {} : { database }), ...(ssl === undefined ? {} : { ssl }),
    };
  }
}

/**
 * pg-boss makes use of the key of a kind that is alone. Of others it is free, and holds what the work goes by in the log: there, an older program beside
 * this one takes no notice of it, and the data stay the kind's own.
 */
const keyOf = ({ alone }: Pick<JobKind<object, ActsFor>, 'alone'>, key: string | undefined): { readonly singletonKey?: string } => {
  const singletonKey = key ?? (alone === true ? undefined : correlationId());
  return singletonKey === undefined ? {} : { singletonKey };
};
