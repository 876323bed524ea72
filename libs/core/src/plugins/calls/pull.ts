import type { Clock } from '@earshot/plugin-sdk';
import { PluginFault } from '../plugin-fault.error.js';
import { withDeadline } from '../with-deadline.js';

interface Bounds {
  readonly clock: Clock;
  readonly plugin: string;
  /** For all of it. */
  readonly ms: number;
  readonly most: number;
  readonly abort: AbortSignal;
}

/**
 * What a plugin's iterable gives, unchecked, within its bounds. Ends at once when `abort` does, whatever the plugin is doing.
 * @throws as {@link withDeadline}; the abort's reason.
 */
export async function* pull(begin: () => unknown, { clock, plugin, ms, most, abort }: Bounds): AsyncIterable<unknown> {
  const until = clock.now() + ms;
  const aborted = new Promise<never>((_resolve, reject) => {
    if (abort.aborted) reject(abort.reason);
    abort.addEventListener('abort', () => reject(abort.reason), { once: true });
  });
  aborted.catch(() => {});
  const next = <T>(work: () => Promise<T>): Promise<T> => Promise.race([withDeadline(clock, Math.max(0, until - clock.now()), plugin, work, ms), aborted]);
  const iterator = await next(async () => iteratorOf(begin(), plugin));
  try {
    for (let count = 0; count < most; count++) {
      const { value, done } = await next(() => iterator.next());
      if (done === true) return;
      yield value;
    }
  } finally {
    letGo(iterator);
  }
}

const iteratorOf = (told: unknown, plugin: string): AsyncIterator<unknown> => {
  const iterator = (told as Partial<AsyncIterable<unknown>> | undefined)?.[Symbol.asyncIterator]?.call(told);
  if (iterator === undefined) throw new PluginFault(plugin, 'gave what cannot be read one by one');
  return iterator;
};

/** A plugin that does not let go, or fails at it, holds up nobody: the abort of its context takes its network away. */
const letGo = (iterator: AsyncIterator<unknown>): void => void Promise.resolve().then(() => iterator.return?.()).catch(() => {});
