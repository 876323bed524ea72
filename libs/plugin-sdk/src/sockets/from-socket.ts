import { systemClock } from '../clock.js';
import type { Batch } from '../source-event.js';
import type { SocketOptions } from './socket-options.js';
import { SocketReading } from './socket-reading.js';

/**
 * Reads a WebSocket as batches, oldest first: what a `stream` channel's {@link Source.read} returns.
 *
 * The socket is always read, whether anybody pulls or not: a paused WebSocket answers no ping and is cut. Frames wait in a bounded
 * buffer, and leave it as a batch of whole frames when there are `batchSize` events or the oldest has waited for `flushMs`. Frames
 * that bring no event (a heartbeat, a cursor) leave as an empty batch now and then, so that the channel shows its pulse.
 *
 * How it ends:
 * - `abort`, or `return()` on the iterator: at once, also while a pull is pending; what was buffered is dropped, and comes again
 *   because its cursor was never stored.
 * - The buffer overflows: it stops listening, gives what it holds, and returns. Nothing is lost: what was not given is not in the
 *   last cursor either, and the next opening catches up from there.
 * - The socket closes, fails, cannot be opened, or is silent for `pulseMs`: it gives what it holds, then throws
 *   {@link RemoteError} `unreachable`. Errors of `connect` and `read` that are RemoteErrors already stay what they are.
 *
 * Not retried and not reconnected: the host opens the channel again, with back-off. May be iterated once.
 *
 * @example
 * ```ts
 * read: (channel, ctx) =>
 *   fromSocket({
 *     connect: () => ctx.connect(addressAfter(channel.cursor)),
 *     read: (frame) => eventsOf(JSON.parse(String(frame))),
 *     pulseMs: channel.pulseMs,
 *     abort: ctx.abort,
 *   }),
 * ```
 */
export const fromSocket = <C>(options: SocketOptions<C>): AsyncIterable<Batch<C>> => {
  const reading = new SocketReading<C>({
    host: '',
    flushMs: 50,
    batchSize: 500,
    maxEvents: 10_000,
    maxSize: 16 * 1024 * 1024,
    clock: systemClock,
    ...options,
  });
  return { [Symbol.asyncIterator]: () => reading };
};
