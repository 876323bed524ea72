import type { Tx } from '@earshot/core/database';
import { type ActsFor, type EnqueueOptions, type JobHandler, type JobKind, type JobRun, Jobs } from '@earshot/core/jobs';

interface Waiting {
  readonly kind: JobKind<object, ActsFor>;
  readonly data: object;
  readonly options: { readonly libraryId?: string; readonly at?: Date; readonly key?: string };
}

/** Jobs that wait until a test says so: what was enqueued in a transaction that committed. Each runs once; what it throws comes out of {@link work}. */
export class JobsAtHand extends Jobs {
  readonly waiting: Waiting[] = [];
  private readonly handlers = new Map<string, JobHandler<object, ActsFor>>();

  handle<Data extends object, For extends ActsFor>(kind: JobKind<Data, For>, handler: JobHandler<Data, For>): void {
    this.handlers.set(kind.name, handler as unknown as JobHandler<object, ActsFor>);
  }

  enqueue<Data extends object, For extends ActsFor>(tx: Tx, kind: JobKind<Data, For>, data: Data, options: EnqueueOptions<For>): Promise<string | undefined> {
    const parsed = kind.data.parse(data);
    tx.afterCommit(() => void this.waiting.push({ kind: kind as unknown as Waiting['kind'], data: parsed, options }));
    return Promise.resolve(undefined);
  }

  /** Runs what waits, and what that enqueues, in its order. */
  async work(abort: AbortSignal = new AbortController().signal): Promise<void> {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift())
      await this.handlers.get(next.kind.name)?.({ id: next.kind.name, data: next.data, attempt: 1, abort, library: undefined } as JobRun<object, ActsFor>);
  }
}
