import type { Batch, Clock } from '@earshot/plugin-sdk';
import type { Ear } from './ear.js';
import type { StreamCursor } from './stream-cursor.js';

export interface Quiet {
  /** Something came: from now on it waits for that long again, or for as long as is said. */
  readonly touch: (nextMs?: number) => void;
  readonly stop: () => void;
}

/** Calls `then` each time that nothing was touched for that long; after that it waits for the next touch. */
export const whenQuiet = (clock: Clock, ms: number, then: () => void): Quiet => {
  let [last, wait, isOn] = [clock.now(), ms, true];
  let cancel: (() => void) | undefined;
  const arm = (left: number): void => {
    cancel?.();
    cancel = clock.after(left, look);
  };
  // One timer for thousands of touches a second.
  const look = (): void => {
    cancel = undefined;
    const left = last + wait - clock.now();
    if (!isOn) return;
    if (left > 0) arm(left);
    else then();
  };
  arm(ms);
  return {
    touch: (nextMs = wait) => {
      last = clock.now();
      if (isOn && (cancel === undefined || nextMs !== wait)) arm(nextMs);
      wait = nextMs;
    },
    stop: () => {
      isOn = false;
      cancel?.();
    },
  };
};

const LONGEST_MS = 2 ** 31 - 1;

const timer = (clock: Clock, ms: number): { readonly rang: Promise<'rang'>; readonly cancel: () => void } => {
  const { promise, resolve } = Promise.withResolvers<'rang'>();
  // No timer of Node waits for ever.
  return { rang: promise, cancel: ms > LONGEST_MS ? () => undefined : clock.after(Math.max(0, ms), () => resolve('rang')) };
};

/** Waits, and gives what was looked up meanwhile, and an empty batch at least once a pulse. */
export async function* waitFor(ms: number, { ear, clock, pulseMs, abort }: Carrying): AsyncGenerator<Batch<StreamCursor>> {
  // Two timers, not the clock's own time: a machine that slept goes on at once.
  const end = timer(clock, ms);
  const stopped = whenAborted(abort);
  try {
    while (!abort.aborted) {
      const pulse = timer(clock, pulseMs);
      const what = await Promise.race([end.rang.then(() => 'end' as const), pulse.rang, ear.looks.answered, stopped.aborted]);
      pulse.cancel();
      if (what === 'end' || what === 'aborted') return;
      yield { events: ear.looks.take() };
    }
  } finally {
    end.cancel();
    stopped.forget();
  }
}

const whenAborted = (abort: AbortSignal): { readonly aborted: Promise<'aborted'>; readonly forget: () => void } => {
  const { promise, resolve } = Promise.withResolvers<'aborted'>();
  const tell = (): void => resolve('aborted');
  if (abort.aborted) tell();
  else abort.addEventListener('abort', tell, { once: true });
  return { aborted: promise, forget: () => abort.removeEventListener('abort', tell) };
};

export interface Carrying {
  readonly ear: Ear;
  readonly clock: Clock;
  readonly pulseMs: number;
  readonly abort: AbortSignal;
}

/** What a socket brings, with what was looked up beside it, and an empty batch at least once a pulse. */
export async function* carry(batches: AsyncIterable<Batch<StreamCursor>>, { ear, clock, pulseMs }: Carrying): AsyncGenerator<Batch<StreamCursor>> {
  const iterator = batches[Symbol.asyncIterator]();
  let pull = iterator.next();
  try {
    for (;;) {
      const { rang, cancel } = timer(clock, pulseMs);
      const what = await Promise.race([pull, ear.looks.answered, rang]);
      cancel();
      if (what === 'looked' || what === 'rang') {
        yield { ...ear.takeProof(), events: ear.looks.take() };
        continue;
      }
      if (what.done === true) return;
      pull = iterator.next();
      // It may fail while the host of this plugin stores what came before.
      pull.catch(() => undefined);
      if (what.value.cursor !== undefined) ear.cursor = what.value.cursor;
      yield what.value;
    }
  } finally {
    await iterator.return?.();
  }
}
