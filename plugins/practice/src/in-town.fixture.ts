import type { Batch, Clock, OpenChannel, Target } from '@earshot/plugin-sdk';
import { settings, type PracticeCtx, type PracticeSettings } from './settings.js';
import type { Position } from './position.js';

/** Time that moves only while somebody waits for it: each wait ends at once, and its milliseconds have passed. */
export class WaitedTime implements Clock {
  private at: number;

  constructor(start: Date) {
    this.at = start.getTime();
  }

  now(): number {
    return this.at;
  }

  pass(ms: number): void {
    this.at += ms;
  }

  after(ms: number, then: () => void): () => void {
    let off = false;
    queueMicrotask(() => {
      if (off) return;
      this.at += ms;
      then();
    });
    return () => {
      off = true;
    };
  }
}

export const start = new Date('2026-03-02T09:00:00Z');

export interface Scene {
  readonly time: WaitedTime;
  readonly stop: AbortController;
  readonly kept: Map<string, unknown>;
  readonly ctx: PracticeCtx;
}

/** An account of the practice network whose store, time and abort the test holds. The same `kept` is the same account in another process. */
export const scene = (given: Partial<PracticeSettings> = {}, kept = new Map<string, unknown>(), time = new WaitedTime(start)): Scene => {
  const stop = new AbortController();
  const unused = (): never => {
    throw new Error('the practice network needs no other');
  };
  const ctx: PracticeCtx = {
    settings: settings.parse(given),
    secrets: { read: () => ({}), replace: unused },
    fetch: unused,
    connect: unused,
    store: {
      get: async (key) => structuredClone(kept.get(key)),
      set: async (key, value) => void kept.set(key, structuredClone(value)),
    },
    log: { info: () => undefined, warn: () => undefined },
    progress: () => undefined,
    now: () => new Date(time.now()),
    abort: stop.signal,
  };
  return { time, stop, kept, ctx };
};

export const town: Target = { kind: 'timeline', key: 'town', label: 'Town' };

export const open = (cursor?: Position, targets: readonly Target[] = [town], changes: AsyncIterable<readonly Target[]> = never()): OpenChannel<Position> => ({
  key: 'town', mode: 'stream', pulseMs: 15_000, retarget: 'live', targets, changes, ...(cursor === undefined ? {} : { cursor }),
});

/** Changes that never come, as an open channel has them most of the time. */
async function* never(): AsyncGenerator<readonly Target[]> {
  await new Promise(() => undefined);
}

/** Batches until `enough` says so; then the stream is aborted, as the host ends it. */
export const hear = async (batches: AsyncIterable<Batch<Position>>, { stop }: Scene, enough: (heard: readonly Batch<Position>[]) => boolean): Promise<readonly Batch<Position>[]> => {
  const heard: Batch<Position>[] = [];
  for await (const batch of batches) {
    heard.push(batch);
    if (enough(heard)) stop.abort();
  }
  return heard;
};
