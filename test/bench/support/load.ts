import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

export const percentile = (share: number, of: readonly number[]): number => of.toSorted((a, b) => a - b)[Math.min(of.length - 1, Math.floor(of.length * share))] ?? Number.NaN;

/** More than this unanswered, and the server does not keep up: what comes later would only measure the queue. */
const mostWaiting = 2_000;

export interface Schedule {
  readonly perSecond: number;
  readonly seconds: number;
}

/**
 * Asks on schedule, whether or not what was asked before is answered.
 * @returns what each took in ms, counted from the moment at which it was due: a server that stalls is not spared what it kept waiting.
 */
export const openLoop = async ({ perSecond, seconds }: Schedule, ask: (n: number) => Promise<unknown>): Promise<readonly number[]> => {
  const [began, total] = [performance.now(), Math.round(perSecond * seconds)];
  const times: number[] = [];
  const asked: Promise<void>[] = [];
  const failures: unknown[] = [];
  for (let n = 0; n < total && failures.length === 0; n += 1) {
    const due = began + (n * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    if (n - times.length > mostWaiting) throw new Error(`${mostWaiting} questions wait for their answers at ${perSecond} a second`);
    asked.push(ask(n).then(() => void times.push(performance.now() - due), (error: unknown) => void failures.push(error)));
  }
  await Promise.all(asked);
  if (failures.length > 0) throw failures[0];
  return times;
};

/** So many ask one question after the other for so long. @returns answers a second */
export const closedLoop = async (clients: number, seconds: number, ask: (n: number) => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  let asked = 0;
  let answered = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() - began < seconds * 1_000) {
      await ask(asked++);
      answered += 1;
    }
  }));
  return answered / ((performance.now() - began) / 1_000);
};
