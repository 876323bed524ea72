import { isRemoteError, RemoteError } from '../remote-error.js';
import type { Batch } from '../source-event.js';
import { FrameBuffer } from './frame-buffer.js';
import type { SocketOptions } from './socket-options.js';

const slowestPulseMs = 5_000;

type Ended = { readonly error?: unknown };

interface Waiter<C> {
  resolve(result: IteratorResult<Batch<C>, undefined>): void;
  reject(error: unknown): void;
}

/**
 * One reading of one socket.
 *
 * `idle` ─ first pull ─▶ `connecting` ─ open ─▶ `open` ─ overflow, close, error, silence ─▶ `draining` ─ buffer empty ─▶ `ended`.
 * Abort and `return()` lead from every state to `ended` at once.
 */
export class SocketReading<C> implements AsyncIterator<Batch<C>, undefined> {
  private state: 'idle' | 'connecting' | 'open' | 'draining' | 'ended' = 'idle';
  private readonly buffer: FrameBuffer<C>;
  private readonly waiters: Waiter<C>[] = [];
  private readonly options: Required<SocketOptions<C>>;
  private socket: WebSocket | undefined;
  private outcome: Ended = {};
  private isDue = false;
  private flushFor: 'events' | 'progress' = 'progress';
  private stopFlush: (() => void) | undefined;
  private stopPulse: (() => void) | undefined;

  constructor(options: Required<SocketOptions<C>>) {
    this.options = options;
    this.buffer = new FrameBuffer({ events: options.maxEvents, size: options.maxSize });
  }

  next(): Promise<IteratorResult<Batch<C>, undefined>> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject });
      if (this.state === 'idle') this.open();
      this.serve();
    });
  }

  return(): Promise<IteratorResult<Batch<C>, undefined>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  private open(): void {
    const { abort, connect } = this.options;
    if (abort.aborted) return this.end();
    this.state = 'connecting';
    abort.addEventListener('abort', this.end, { once: true });
    this.hearPulse();
    // Called inside `then`, so that a factory that throws rejects like one that fails.
    Promise.resolve().then(connect).then(this.attach, this.fail);
  }

  private readonly attach = (socket: WebSocket): void => {
    if (this.state !== 'connecting') return socket.close();
    this.state = 'open';
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', this.onMessage);
    socket.addEventListener('close', this.onClose);
    socket.addEventListener('error', this.onError);
    this.hearPulse();
    if (socket.readyState > WebSocket.OPEN) this.fail(new Error('closed before it could be read'));
  };

  private readonly onMessage = ({ data }: MessageEvent<string | ArrayBuffer>): void => {
    this.hearPulse();
    try {
      const size = typeof data === 'string' ? data.length : data.byteLength;
      const fits = this.buffer.push(this.options.read(data), size);
      if (!fits) return this.drain({});
    } catch (error) {
      return this.drain({ error });
    }
    this.scheduleFlush();
    this.serve();
  };

  private readonly onClose = ({ code }: CloseEvent): void => this.fail(new Error(`closed with code ${code}`));

  private readonly onError = (): void => this.fail(new Error('socket error'));

  private readonly fail = (cause: unknown): void => {
    if (isRemoteError(cause)) return this.drain({ error: cause });
    const { host } = this.options;
    const reason = cause instanceof Error ? cause.message : 'no connection';
    const facts = host === '' ? { cause } : { cause, host };
    this.drain({ error: new RemoteError('unreachable', `The stream ended: ${reason}`, facts) });
  };

  private hearPulse(): void {
    this.stopPulse?.();
    const { clock, pulseMs } = this.options;
    this.stopPulse = clock.after(pulseMs, () => this.fail(new Error(`nothing heard for ${pulseMs} ms`)));
  }

  /** Events wait for `flushMs`; bare progress for as long as the pulse allows, since every batch costs the host a commit. */
  private scheduleFlush(): void {
    const { clock, flushMs, pulseMs } = this.options;
    const hasEvents = this.buffer.eventCount > 0;
    const isScheduled = this.stopFlush !== undefined && (this.flushFor === 'events' || !hasEvents);
    if (this.isDue || isScheduled) return;
    this.stopFlush?.();
    this.flushFor = hasEvents ? 'events' : 'progress';
    this.stopFlush = clock.after(hasEvents ? flushMs : Math.min(slowestPulseMs, pulseMs / 3), () => {
      this.isDue = true;
      this.stopFlush = undefined;
      this.serve();
    });
  }

  private serve(): void {
    while (this.waiters.length > 0 && this.mayGive()) this.waiters.shift()?.resolve({ done: false, value: this.give() });
    if (this.state === 'draining' && this.buffer.isEmpty) this.finish();
    if (this.state === 'ended') this.dismiss();
  }

  private mayGive(): boolean {
    if (this.buffer.isEmpty || this.state === 'ended') return false;
    return this.state === 'draining' || this.isDue || this.buffer.eventCount >= this.options.batchSize;
  }

  private give(): Batch<C> {
    const batch = this.buffer.take(this.options.batchSize);
    if (this.buffer.isEmpty) {
      this.isDue = false;
      this.stopFlush?.();
      this.stopFlush = undefined;
    }
    return batch;
  }

  private drain(outcome: Ended): void {
    if (this.state === 'draining' || this.state === 'ended') return;
    this.state = 'draining';
    this.outcome = outcome;
    this.letGo();
    this.serve();
  }

  private readonly end = (): void => {
    if (this.state === 'ended') return;
    this.outcome = {};
    this.letGo();
    this.finish();
    this.dismiss();
  };

  private finish(): void {
    this.state = 'ended';
    this.options.abort.removeEventListener('abort', this.end);
  }

  /** Answers pulls after the end: the error once, then `done`, as a generator would. */
  private dismiss(): void {
    for (const waiter of this.waiters.splice(0)) {
      if ('error' in this.outcome) waiter.reject(this.outcome.error);
      else waiter.resolve({ done: true, value: undefined });
      this.outcome = {};
    }
  }

  private letGo(): void {
    this.stopPulse?.();
    this.stopFlush?.();
    const { socket } = this;
    if (!socket) return;
    socket.removeEventListener('message', this.onMessage);
    socket.removeEventListener('close', this.onClose);
    // NOTE: `error` keeps its listener: undici reports a failing close after it.
    if (socket.readyState <= WebSocket.OPEN) socket.close();
  }
}
