import type { Clock } from '../clock.js';
import type { FrameBatch } from './frame-buffer.js';

/** How {@link fromSocket} reads. */
export interface SocketOptions<C> {
  /** Opens the socket, and sends what subscribes. Called once, at the first pull; resolves with an open socket, in the same turn in which it opened. */
  readonly connect: () => Promise<WebSocket>;
  /**
   * What a frame said. Called for each frame, in order, as it arrives; keep it quick. What cannot be read becomes an `unreadable`
   * event here; an error that it throws ends the read after what came before has been given.
   */
  readonly read: (frame: string | ArrayBuffer) => FrameBatch<C>;
  /** Milliseconds without any frame after which the socket counts as dead: half-open sockets report nothing by themselves. */
  readonly pulseMs: number;
  readonly abort: AbortSignal;
  /** Named by the error when the socket fails, for the host's circuit breaker. */
  readonly host?: string;
  /** Milliseconds that an event waits for company at most. Default 50. */
  readonly flushMs?: number;
  /** Events after which a batch is full. Default 500. */
  readonly batchSize?: number;
  /** Events that wait for a slow reader before the read ends. Default 10,000. */
  readonly maxEvents?: number;
  /** Bytes of frames (UTF-16 units of text frames) that wait at most. Default 16 MiB. */
  readonly maxSize?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
}
