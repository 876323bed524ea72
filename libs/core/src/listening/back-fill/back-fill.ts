import { Injectable } from '@nestjs/common';
import { type Batch, type Clock, type Target, isRemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { type Jobs, defineJob } from '../../jobs/index.js';
import type { Logger } from '../../logging/index.js';
import type { Intake, PluginHost, PluginRegistry } from '../../plugins/index.js';
import type { StopWatch } from '../../stops/index.js';
import { byAccount } from '../by-account.js';
import { type FillEnd, fillVerdict } from './fill-verdict.js';
import type { FillKind, Fills, TakenFill } from './fills.repository.js';

/** Fills gaps and the last days of new follows: every minute, and as soon as a gap was noticed. */
export const backFillJob = defineJob({
  name: 'listening.back-fill', data: z.strictObject({}), actsFor: 'installation',
  atOnce: 1, deadlineSeconds: 3_600, retry: { times: 1, firstSeconds: 60, longestSeconds: 60 }, alone: true, schedule: '* * * * *',
});

/** Longer than a job lasts. What a killed process took is free before that, as soon as it is known to be gone. */
const leaseMs = 70 * 60_000;
const takenAtOnce = 50;

export interface BackFillParts {
  readonly fills: Fills;
  readonly host: Pick<PluginHost, 'fetch'>;
  readonly registry: Pick<PluginRegistry, 'sources'>;
  readonly intake: Intake;
  readonly stops: Pick<StopWatch, 'during'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Asks networks for what was said in a stretch of time: a gap first, since somebody may wait there; then what new follows said in the week before. */
@Injectable()
export class BackFill {
  constructor(
    private readonly parts: BackFillParts,
    jobs: Jobs,
  ) {
    jobs.handle(backFillJob, ({ abort }) => this.fillAll(abort));
  }

  /** What is to be filled now, until nothing is left. One account's network holds up its own only. */
  async fillAll(abort: AbortSignal): Promise<void> {
    for (const kind of ['gap', 'history'] as const)
      for (let taken = await this.take(kind); taken.length > 0; taken = abort.aborted ? [] : await this.take(kind))
        await byAccount(taken, async (fills) => {
          for (const fill of fills) await this.fill(fill, this.parts.stops.during(fill.libraryId, 'listening', abort));
        });
  }

  private take(kind: FillKind): Promise<readonly TakenFill[]> {
    const now = this.parts.clock.now();
    return this.parts.fills.take(kind, { now: new Date(now), until: new Date(now + leaseMs), most: takenAtOnce, plugins: this.parts.registry.sources() });
  }

  private async fill(fill: TakenFill, abort: AbortSignal): Promise<void> {
    const done = { targets: fill.targetsDone, posts: fill.posts, missing: undefined as string | undefined };
    let end: FillEnd = { kind: 'interrupted' };
    try {
      let whole = true;
      while (done.targets < fill.targets.length && !abort.aborted) {
        whole = (await this.ask(fill, fill.targets[done.targets] as Target, done, abort)) && whole;
        done.targets++;
        await this.parts.fills.progress(fill, done.posts, done.targets);
      }
      if (!abort.aborted) end = { kind: 'answered', whole };
    } catch (error) {
      end = abort.aborted ? end : { kind: 'failed', error };
      if (!abort.aborted && !isRemoteError(error)) this.parts.log.warn('What is missing could not be asked for', { account: fill.accountId, error });
    }
    const verdict = fillVerdict(end, { now: new Date(this.parts.clock.now()), notedAt: fill.notedAt, posts: done.posts, tries: fill.tries });
    await this.parts.fills.settle(fill, { verdict, targetsDone: done.targets, posts: done.posts, words: wordsOf(end, done.missing) });
  }

  /** One target. @returns whether the network said that this was everything */
  private async ask(fill: TakenFill, target: Target, done: { posts: number; missing: string | undefined }, abort: AbortSignal): Promise<boolean> {
    let [reached, gaps] = [false, false];
    const origin = { accountId: fill.accountId, libraryId: fill.libraryId, plugin: fill.plugin, channelId: fill.channelId, ...(fill.kind === 'history' ? { history: true as const } : {}) };
    for await (const batch of this.parts.host.fetch(fill.accountId, { target, since: fill.since, until: fill.until }, abort, { patient: true })) {
      const events = batch.events.filter((event) => event.kind !== 'gap');
      const missing = batch.events.find((event) => event.kind === 'gap');
      if (missing?.kind === 'gap') [gaps, done.missing] = [true, missing.why];
      reached ||= batch.heardUntil !== undefined && batch.heardUntil >= fill.until;
      if (events.length > 0) done.posts += (await this.parts.intake.takeFetched(origin, { events } satisfies Batch<never>)).kept;
    }
    return reached && !gaps;
  }
}

const wordsOf = (end: FillEnd, missing: string | undefined): string | null => {
  if (end.kind === 'failed') return isRemoteError(end.error) ? end.error.message.slice(0, 500) : 'It failed unexpectedly; the log says more.';
  if (end.kind === 'answered' && !end.whole) return missing ?? 'The network does not say whether this was everything.';
  return null;
};
