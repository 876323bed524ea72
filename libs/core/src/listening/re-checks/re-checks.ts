import { Injectable } from '@nestjs/common';
import { type Clock, type Ref, isRemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { type Jobs, defineJob } from '../../jobs/index.js';
import type { Logger } from '../../logging/index.js';
import type { Intake, Origin, PluginHost, PluginRegistry } from '../../plugins/index.js';
import type { StopWatch } from '../../stops/index.js';
import { byAccount } from '../by-account.js';
import { keysOf, keyText } from '../key.js';
import { nextCheck } from './re-check-schedule.js';
import type { CheckSettled, ReChecksRepository, TakenCheck } from './re-checks.repository.js';

export const reCheckJob = defineJob({
  name: 'listening.re-check', data: z.strictObject({}), actsFor: 'installation',
  atOnce: 1, deadlineSeconds: 600, retry: { times: 0, firstSeconds: 60, longestSeconds: 60 }, alone: true, schedule: '* * * * *',
});

const [minute, hour] = [60_000, 3_600_000];
/** One question of a network that takes many names at once: those that we know take 20 or 25. */
const postsAtOnce = 20;
/** Of one account in a run: a hundred posts a minute are 144,000 a day, and a few requests of a minute's budget. */
const questionsAtOnce = 5;
const takenAtOnce = 500;
/** What a killed process took is due again after this. */
const takenMs = 15 * minute;
const whenNobodyCanAskMs = 24 * hour;
/** Whoever waits for one post waits no longer than this. */
const patienceMs = 4_000;

export interface ReChecksParts {
  readonly checks: ReChecksRepository;
  readonly host: Pick<PluginHost, 'fetch'>;
  readonly registry: Pick<PluginRegistry, 'plugins'>;
  readonly intake: Intake;
  readonly stops: Pick<StopWatch, 'during'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Asks networks about what is stored: is it still there, was it edited? Who is polled tells of neither, and no stream tells of what those say whom
 * nobody follows. Young posts soon, older ones every week until they are let go of; many in one question. What is told goes the way of everything heard.
 */
@Injectable()
export class ReChecks {
  constructor(
    private readonly parts: ReChecksParts,
    jobs: Jobs,
  ) {
    jobs.handle(reCheckJob, ({ abort }) => this.checkDue(abort));
  }

  /** All about which it is time to ask, and for which there is room in this run. What one account's network does wrong delays its posts alone. */
  async checkDue(abort: AbortSignal): Promise<void> {
    const questions = new Map<string, number>();
    while (!abort.aborted) {
      const { found, checks } = await this.take();
      if (found === 0) return;
      await byAccount(checks, async (ofOne, accountId) => {
        const left = questions.get(accountId) ?? questionsAtOnce;
        questions.set(accountId, left - (await this.check(ofOne, left, abort)));
      });
    }
  }

  /**
   * One post, now: somebody is about to answer it. That it could not be asked for keeps nobody from it: then what is known holds. Whoever waits is let
   * go after some seconds; what the network answers later is stored.
   */
  checkNow(origin: Origin, ref: Ref): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.parts.clock.after(patienceMs, resolve);
      void this.checkOne(origin, ref).finally(() => {
        cancel();
        resolve();
      });
    });
  }

  private async checkOne(origin: Origin, ref: Ref): Promise<void> {
    try {
      for await (const batch of this.parts.host.fetch(origin.accountId, { posts: [ref] })) {
        await this.parts.intake.takeFetched(origin, batch);
        await this.parts.checks.asked(ref, new Date(this.parts.clock.now()));
      }
    } catch (error) {
      if (!isRemoteError(error)) this.parts.log.warn('A post could not be asked for before it is answered', { account: origin.accountId, error });
    }
  }

  private take(): ReturnType<ReChecksRepository['take']> {
    const now = this.parts.clock.now();
    const speaks = this.parts.registry.plugins.filter(({ source }) => source !== undefined).flatMap(({ id, networks }) => (networks.length === 0 ? [id] : networks).map((network) => ({ network, plugin: id })));
    return this.parts.checks.take({ now: new Date(now), until: new Date(now + takenMs), otherwise: new Date(now + whenNobodyCanAskMs), most: takenAtOnce, speaks });
  }

  /** Posts of one account. @returns how many questions were asked */
  private async check(checks: readonly TakenCheck[], most: number, ended: AbortSignal): Promise<number> {
    const [first] = checks;
    const abort = first === undefined ? ended : this.parts.stops.during(first.libraryId, 'listening', ended);
    let asked = 0;
    for (let at = 0; at < checks.length; at += postsAtOnce) {
      const some = checks.slice(at, at + postsAtOnce);
      const rest = checks.slice(at);
      if (asked === most || abort.aborted) {
        // Those for whom there was no room are of the next run.
        await this.putOff(rest, this.parts.clock.now() + minute);
        break;
      }
      asked++;
      try {
        await this.parts.checks.settle(await this.ask(some, abort));
      } catch (error) {
        await this.putOff(rest, abort.aborted ? this.parts.clock.now() : this.whenAgain(error));
        return most;
      }
    }
    return asked;
  }

  private async ask(checks: readonly TakenCheck[], abort: AbortSignal): Promise<readonly CheckSettled[]> {
    const [first] = checks as [TakenCheck];
    const told = new Set<string>();
    for await (const batch of this.parts.host.fetch(first.accountId, { posts: checks.map(({ ref }) => ref) }, abort, { patient: true })) {
      for (const event of batch.events) if (event.kind === 'post' || event.kind === 'post-gone') for (const key of keysOf(event.kind === 'post' ? event.post.ref : event.ref)) told.add(keyText(key));
      await this.parts.intake.takeFetched({ accountId: first.accountId, libraryId: first.libraryId, plugin: first.plugin }, batch);
    }
    // What was cut off says nothing of those that were not told.
    abort.throwIfAborted();
    const at = new Date(this.parts.clock.now());
    return checks.map(({ id, ref, heardAt }) => {
      const answered = keysOf(ref).some((key) => told.has(keyText(key)));
      return { id, nextAt: nextCheck({ heardAt, at, answered }), askedAt: answered ? at : null };
    });
  }

  private putOff(checks: readonly TakenCheck[], until: number): Promise<void> {
    return this.parts.checks.settle(checks.map(({ id }) => ({ id, nextAt: new Date(until), askedAt: null })));
  }

  private whenAgain(error: unknown): number {
    const now = this.parts.clock.now();
    if (!isRemoteError(error)) {
      this.parts.log.warn('Stored posts could not be asked about', { error });
      return now + 24 * hour;
    }
    if (error.kind === 'rate-limited') return Math.max(error.facts.retryAfter?.getTime() ?? 0, now + 5 * minute);
    return now + (error.kind === 'rejected' || error.kind === 'invalid-data' ? 24 * hour : hour);
  }
}
