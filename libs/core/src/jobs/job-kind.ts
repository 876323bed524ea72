import type { z } from 'zod';

/** For whom a job acts: as the system actor of one library, or for the installation as a whole, which sees no library's work. */
export type ActsFor = 'library' | 'installation';

/** What there is to know of one kind of job before any of them is written down. */
export interface JobKind<Data extends object, For extends ActsFor> {
  /** `<feature>.<what>`, such as `listening.classify`: for ever, since waiting jobs are known by it. */
  readonly name: string;
  /** Checked when a job is enqueued and again before it runs. Ids, choices and numbers: the queue is no place for anybody's words. */
  readonly data: z.ZodType<Data>;
  readonly actsFor: For;
  /** How many of them one process runs at a time. */
  readonly atOnce: number;
  /** What runs longer is aborted, and tried again like what failed. */
  readonly deadlineSeconds: number;
  /** How often a failed one is tried again, waiting twice as long each time up to `longestSeconds`. After that it stays as failed, for administrators to see. */
  readonly retry: { readonly times: number; readonly firstSeconds: number; readonly longestSeconds: number };
  /** At most one of the kind waits or runs in the whole installation, whatever the number of processes; enqueueing another does nothing. */
  readonly alone?: true;
  /** Reaches the world in the name of its library: not begun while somebody has stopped everything there. */
  readonly outside?: true;
  /** Five cron fields, in UTC: enqueued by the installation itself, with `data` of `{}`. Such a kind is `alone` and acts for the installation. */
  readonly schedule?: string;
}

/** Declares a kind; only typed, nothing is registered by it. */
export const defineJob = <Data extends object, For extends ActsFor>(kind: JobKind<Data, For>): JobKind<Data, For> => Object.freeze(kind);

/** One attempt at one job. */
export interface JobRun<Data extends object, For extends ActsFor> {
  readonly id: string;
  readonly data: Data;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted at the deadline, when the process stops, and when the job was taken over. Nothing may be written after it. */
  readonly abort: AbortSignal;
  /** The library and the actor to name to `Database.working`. */
  readonly library: For extends 'library' ? { readonly id: string; readonly actorId: string } : undefined;
}

/** May run more than once for one job, also at a later time in another process: what it does must bear that. A throw is a failed attempt. */
export type JobHandler<Data extends object, For extends ActsFor> = (run: JobRun<Data, For>) => Promise<void>;
