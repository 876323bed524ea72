import { type Clock, RemoteError } from '@earshot/plugin-sdk';
import type { UnderWay } from './network.js';

export interface BodyLimits {
  readonly host: string;
  readonly bytes: number;
  readonly idleMs: number;
}

/**
 * A body that ends in an error when it grows past `bytes` (counted after decompression, so a small bomb is a large body) or stands
 * still for `idleMs`. What was not read is let go at the other end.
 */
export const limitedBody = (body: ReadableStream<Uint8Array>, limits: BodyLimits, clock: Clock, underWay: UnderWay, failureOf: (error: unknown) => unknown): ReadableStream<Uint8Array> => {
  const reader = body.getReader();
  let bytes = 0;
  const read = async (): Promise<ReadableStreamReadResult<Uint8Array>> => {
    const end = underWay();
    let cancel: () => void = () => {};
    const idle = new Promise<never>((_, reject) => {
      cancel = clock.after(limits.idleMs, () => reject(new RemoteError('unreachable', `${limits.host} stopped in the middle of its answer.`, { host: limits.host })));
    });
    try {
      return await Promise.race([reader.read(), idle]);
    } finally {
      cancel();
      end();
    }
  };
  const giveUp = (error: unknown): unknown => {
    // The connection is of no use any more; that closing it may fail changes nothing.
    reader.cancel(error).catch(() => {});
    return error;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await read();
          if (done) return controller.close();
          bytes += value.byteLength;
          if (bytes > limits.bytes)
            throw new RemoteError('invalid-data', `The answer of ${limits.host} is larger than ${Math.floor(limits.bytes / 1024 / 1024)} MB: it was not read to its end.`, { host: limits.host });
          controller.enqueue(value);
        } catch (error) {
          controller.error(giveUp(failureOf(error)));
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
};
