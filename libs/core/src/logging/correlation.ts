import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/** Runs `work` so that every log line of it, and of what it awaits, carries `id`: a request's, a job's or a channel's. */
export function withCorrelation<Result>(id: string, work: () => Result): Result {
  return current.run(id, work);
}

/** The id of the work going on; undefined outside of any. */
export function correlationId(): string | undefined {
  return current.getStore();
}
