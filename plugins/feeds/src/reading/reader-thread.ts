import { Worker } from 'node:worker_threads';
import type { CleanedWriting, ReadDocument, Writing } from './documents.js';

type Job =
  | { readonly do: 'read'; readonly bytes: Uint8Array; readonly charset?: string; readonly url: string }
  | { readonly do: 'clean'; readonly written: readonly Writing[] };

/** The thread has loaded its parsers. */
interface Ready { readonly ready: true }
type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

interface Waiting {
  readonly job: Job;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ReaderFault) => void;
}

export interface ReaderLimits {
  /** Milliseconds that one job may take, counted from when the thread has loaded its parsers and takes it up. */
  readonly deadlineMs: number;
  /** Of the JavaScript heap; the bytes of a document come on top. */
  readonly heapMb: number;
}

const defaultLimits: ReaderLimits = { deadlineMs: 5_000, heapMb: 256 };
/** Milliseconds for loading the parsers: a share of a second, or many on a busy machine, which is not the document's fault. */
const startMs = 60_000;

/** The document defeated its reader: too slow, too much memory, or a fault of a parser. Not worth a second try with the same bytes. */
export class ReaderFault extends Error {
  override readonly name = 'ReaderFault';
}

/**
 * One worker thread that reads strangers' documents, one job at a time, in the order asked.
 *
 * States: `absent` → (a job) → `working` → `idle` → (a job) → `working` …; a job that passes the deadline or the memory limit ends the
 * thread (`absent` again) and rejects with {@link ReaderFault}; jobs behind it go on in a new thread. An idle thread does not keep
 * the process alive.
 */
export class ReaderThread {
  private worker: Worker | undefined;
  private ready = false;
  private current: Waiting | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly queue: Waiting[] = [];

  constructor(private readonly limits: ReaderLimits = defaultLimits) {}

  /** Decodes and parses a document. `bytes` is handed over: the caller's view is empty afterwards. */
  read(bytes: Uint8Array, url: string, charset?: string): Promise<ReadDocument> {
    return this.run({ do: 'read', bytes, url, ...(charset === undefined ? {} : { charset }) }) as Promise<ReadDocument>;
  }

  /** Plain text and safe markup for each piece, in the same order. */
  clean(written: readonly Writing[]): Promise<readonly CleanedWriting[]> {
    if (written.length === 0) return Promise.resolve([]);
    return this.run({ do: 'clean', written }) as Promise<readonly CleanedWriting[]>;
  }

  /** Ends the thread; what waits is rejected. The next job starts a new one. */
  async close(): Promise<void> {
    const waiting = this.queue.splice(0);
    const { worker } = this;
    this.fail(new ReaderFault('the reader was closed'));
    for (const { reject } of waiting) reject(new ReaderFault('the reader was closed'));
    await worker?.terminate();
  }

  private run(job: Job): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.queue.push({ job, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.current !== undefined) return;
    const waiting = this.queue.shift();
    if (waiting === undefined) {
      this.worker?.unref();
      return;
    }
    this.current = waiting;
    this.worker ??= this.start();
    this.worker.ref();
    const { job } = waiting;
    this.worker.postMessage({ job }, job.do === 'read' && job.bytes.buffer instanceof ArrayBuffer ? [job.bytes.buffer] : []);
    if (this.ready) this.armDeadline();
    else this.arm(startMs, 'the reader did not start');
  }

  private armDeadline(): void {
    this.arm(this.limits.deadlineMs, `reading took longer than ${this.limits.deadlineMs / 1_000} s`);
  }

  private arm(ms: number, fault: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail(new ReaderFault(fault)), ms);
  }

  private start(): Worker {
    this.ready = false;
    const worker = new Worker(new URL('./reader.worker.mjs', import.meta.url), {
      // The parent's flags (a test runner's, a debugger's) are not for strangers' bytes.
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    });
    worker.on('message', (told: Ready | Answer) => worker === this.worker && this.hear(told));
    worker.on('error', (error: unknown) => worker === this.worker && this.fail(faultOf(error)));
    worker.on('exit', () => worker === this.worker && this.fail(new ReaderFault('the reader ended')));
    return worker;
  }

  private hear(told: Ready | Answer): void {
    if (!('ready' in told)) return this.settle(told);
    this.ready = true;
    if (this.current !== undefined) this.armDeadline();
  }

  private settle(answer: Answer): void {
    clearTimeout(this.timer);
    const { current } = this;
    this.current = undefined;
    if (answer.ok) current?.resolve(answer.value);
    else current?.reject(new ReaderFault(answer.why));
    this.next();
  }

  private fail(fault: ReaderFault): void {
    clearTimeout(this.timer);
    const { current, worker } = this;
    this.current = undefined;
    this.worker = undefined;
    void worker?.terminate();
    current?.reject(fault);
    this.next();
  }
}

const faultOf = (error: unknown): ReaderFault => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return new ReaderFault(code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'reading took too much memory' : 'the reader failed', { cause: error });
};

/** The process's reader: one thread is enough for thousands of feeds, and bounds what hostile ones can take. */
export const reader = new ReaderThread();
