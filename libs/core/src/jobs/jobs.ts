import type { Tx } from '../database/index.js';
import type { ActsFor, JobHandler, JobKind } from './job-kind.js';

export type EnqueueOptions<For extends ActsFor> = {
  /** Not before this moment. */
  readonly at?: Date;
  /** Of a kind that is `alone`: one for each key. */
  readonly key?: string;
} & (For extends 'library' ? { readonly libraryId: string } : unknown);

/** Work that outlives the process that asked for it. */
export abstract class Jobs {
  /** Who runs jobs of this kind. Called once a kind, while the application is put together. */
  abstract handle<Data extends object, For extends ActsFor>(kind: JobKind<Data, For>, handler: JobHandler<Data, For>): void;

  /**
   * Writes a job down in the caller's transaction: it is there when, and only when, that commits. At least once, it is run by a process with
   * the role `work`.
   * @returns its id; undefined where a kind that is alone waits or runs already
   * @throws ZodError where the data is not of the kind
   */
  abstract enqueue<Data extends object, For extends ActsFor>(tx: Tx, kind: JobKind<Data, For>, data: Data, options: EnqueueOptions<For>): Promise<string | undefined>;
}
