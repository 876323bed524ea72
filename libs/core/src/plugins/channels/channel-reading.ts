import { type Batch, type OpenChannel, RemoteError, type Source, type Target, isRemoteError, readBatch } from '@earshot/plugin-sdk';
import type { Ctx } from '@earshot/plugin-sdk';
import { DatabaseGone } from '../../errors/index.js';
import type { OpenContext, PluginContexts } from '../context/plugin-contexts.js';
import { withholdSecrets } from '../context/withhold-secrets.js';
import type { HostOptions } from '../host-options.js';
import { type Intake, LeaseLost, type Taken } from '../intake.js';
import type { HostedPlugin } from '../loader/hosted-plugin.js';
import { PluginFault } from '../plugin-fault.error.js';
import type { Ending } from './channel-verdict.js';
import type { LeasedChannel } from './leased-channel.js';
import { LiveTargets } from './live-targets.js';
import { SignsOfLife } from './signs-of-life.js';

/** A poll's silence is not measured by its pulse alone: a feed that is read once a day may not hang for three. */
const longestPollSilence = 600_000;
/** Full batches in a row under one and the same cursor: it would never end. */
const mostInPlace = 100;

/** Why a reading is ended from outside. */
export type Stop = 'lease-lost' | 'unwanted' | 'shutdown' | 'reopen';

export type Outcome = Ending | { readonly kind: 'stopped'; readonly why: Stop };

type Pulled = { readonly result: IteratorResult<unknown, unknown> } | { readonly error: unknown };

export interface ReadingHost {
  readonly contexts: PluginContexts;
  readonly intake: Intake;
  readonly options: HostOptions;
  /** Others wait for a place. */
  readonly isCrowded: () => boolean;
  readonly onTaken: (taken: Taken, batch: Batch<unknown>) => void;
  readonly onProgress: (done: number, of: number | undefined) => void;
}

/**
 * One opening of one channel, from the source's iterator to the stored batches.
 *
 * `opening` → `reading` → `ended`. It ends by itself (the source returned, failed, fell silent) or by {@link stop}; a plugin that does
 * not settle within `settleMs` of the abort is abandoned: what it still gives is not looked at.
 */
export class ChannelReading {
  batches = 0;
  /** Until when everything was heard: before this opening, and since. */
  heardUntil: Date | null;
  planVersion: number;
  secretVersion = 0;
  private readonly controller = new AbortController();
  private readonly life: SignsOfLife;
  private readonly changes = new LiveTargets();
  private context: OpenContext | undefined;
  private stopped: Stop | undefined;
  private onStop: () => void = () => {};
  private acknowledging: Promise<void> = Promise.resolve();
  private lastCursor = '';
  private inPlace = 0;

  constructor(
    readonly lease: LeasedChannel,
    private readonly host: ReadingHost,
  ) {
    this.planVersion = lease.planVersion;
    this.heardUntil = lease.heardUntil;
    this.life = new SignsOfLife(host.options.clock);
  }

  /** Never rejects. */
  async run(): Promise<Outcome> {
    try {
      return await this.read();
    } catch (error) {
      // Opening failed: the database, the settings, or a plugin that throws where it should only answer.
      return this.ended(failureOf(withholdSecrets(error, this.context?.secrets.peek())));
    } finally {
      this.changes.end();
      this.controller.abort();
    }
  }

  stop(why: Stop): void {
    if (this.stopped !== undefined) return;
    this.stopped = why;
    this.controller.abort();
    this.onStop();
  }

  /** New targets of an open channel: told to it, or it is opened again. */
  retarget(targets: readonly Target[], planVersion: number): void {
    this.planVersion = planVersion;
    if (this.lease.retarget === 'live') this.changes.push(targets);
    else this.stop('reopen');
  }

  async refreshSecrets(): Promise<void> {
    await this.context?.secrets.refresh();
    this.secretVersion = this.context?.secrets.version ?? 0;
  }

  private async read(): Promise<Outcome> {
    const started = this.host.options.clock.now();
    const { ctx, account, secrets } = (this.context = await this.host.contexts.open(this.lease.accountId, {
      abort: this.controller.signal,
      underWay: this.life.underWay,
      progress: this.host.onProgress,
    }));
    this.secretVersion = secrets.version;
    // Stopped as it was opened: a plugin that only waits for the abort would wait for one that is over.
    if (this.stopped !== undefined) return { kind: 'stopped', why: this.stopped };
    const iterator = this.openSource(account.plugin, ctx);
    let pulled = this.pull(iterator);
    for (;;) {
      const outcome = await this.wait(pulled);
      if (outcome === 'stopped') return this.leave(iterator, pulled, { kind: 'stopped', why: this.stopped ?? 'reopen' });
      if (outcome === 'silent') return this.leave(iterator, pulled, { kind: 'silent', forMs: this.silenceMs() });
      if ('error' in outcome) return this.ended(failureOf(outcome.error));
      if (outcome.result.done === true) return this.ended({ kind: 'returned' });
      const ahead = this.pull(iterator);
      pulled = ahead;
      const ending = await this.take(outcome.result.value, account.plugin);
      if (ending !== undefined) return this.leave(iterator, ahead, ending);
      if (this.lease.mode === 'poll' && this.host.isCrowded() && this.host.options.clock.now() - started >= this.host.options.runner.turnMs)
        return this.leave(iterator, ahead, { kind: 'reopen' });
    }
  }

  private openSource(plugin: HostedPlugin, ctx: Ctx<unknown, unknown>): AsyncIterator<unknown> {
    const { key, mode, pulseMs, targets, retarget, cursor, blind } = this.lease;
    const source = plugin.source;
    if (source === undefined) throw new PluginFault(plugin.id, 'no longer listens');
    if (cursor !== null && plugin.cursor?.safeParse(cursor).success !== true)
      throw new RemoteError('cursor-lost', 'What was remembered of this channel no longer fits the plugin: it is read from the beginning.');
    const open: OpenChannel<unknown> = { key, mode, pulseMs, targets, retarget, changes: this.changes, ...(cursor === null ? {} : { cursor }), ...(blind ? { blind: true as const } : {}) };
    return iteratorOf(source, open, ctx, plugin.id);
  }

  /** Never rejects, also when nobody waits for it any more. */
  private async pull(iterator: AsyncIterator<unknown>): Promise<Pulled> {
    try {
      return { result: await iterator.next() };
    } catch (error) {
      return { error: withholdSecrets(error, this.context?.secrets.peek()) };
    }
  }

  private wait(pulled: Promise<Pulled>): Promise<Pulled | 'silent' | 'stopped'> {
    return new Promise((resolve) => {
      const cancel = this.life.onSilence(this.silenceMs(), () => resolve('silent'));
      const settle = (outcome: Pulled | 'stopped'): void => {
        cancel();
        resolve(outcome);
      };
      this.onStop = () => settle('stopped');
      if (this.stopped !== undefined) settle('stopped');
      void pulled.then(settle);
    });
  }

  private silenceMs(): number {
    const pulses = this.lease.pulseMs * 3;
    return (this.lease.mode === 'poll' ? Math.min(pulses, longestPollSilence) : pulses) + this.host.options.runner.graceMs;
  }

  /** Stores one batch; the answer is why to stop, if so. */
  private async take(value: unknown, plugin: HostedPlugin): Promise<Outcome | undefined> {
    let batch: Batch<unknown>;
    try {
      batch = notBeyond(readBatch(value, plugin.cursor), this.host.options.clock.now());
      this.refuseStandstill(batch, plugin.id);
    } catch (error) {
      return { kind: 'failed', error };
    }
    try {
      const taken = await this.host.intake.take(this.lease, batch);
      this.batches++;
      if (batch.heardUntil !== undefined && (this.heardUntil === null || batch.heardUntil > this.heardUntil)) this.heardUntil = batch.heardUntil;
      this.life.sign();
      this.acknowledge(batch);
      this.host.onTaken(taken, batch);
      return undefined;
    } catch (error) {
      if (error instanceof LeaseLost) return { kind: 'stopped', why: 'lease-lost' };
      this.host.options.log.warn('a batch could not be stored', { channel: this.lease.channelId, error });
      return error instanceof DatabaseGone ? { kind: 'database-gone' } : { kind: 'not-stored' };
    }
  }

  private refuseStandstill(batch: Batch<unknown>, plugin: string): void {
    if (batch.cursor === undefined || batch.events.length === 0) return;
    const cursor = JSON.stringify(batch.cursor);
    this.inPlace = cursor === this.lastCursor ? this.inPlace + 1 : 0;
    this.lastCursor = cursor;
    if (this.inPlace >= mostInPlace) throw new PluginFault(plugin, `gave ${mostInPlace} batches in a row and never moved its cursor`);
  }

  /** In order, beside the reading: a network that is slow to be told holds up nothing. */
  private acknowledge(batch: Batch<unknown>): void {
    const { acknowledge } = batch;
    if (acknowledge === undefined) return;
    this.acknowledging = this.acknowledging.then(async () => {
      try {
        await this.within(Promise.resolve().then(acknowledge));
      } catch (error) {
        this.host.options.log.warn('a batch was stored but not acknowledged', { channel: this.lease.channelId, kind: isRemoteError(error) ? error.kind : 'foreign' });
      }
    });
  }

  private ended(ending: Ending): Outcome {
    return this.stopped === undefined ? ending : { kind: 'stopped', why: this.stopped };
  }

  /** Aborts, and waits for the plugin to let go. */
  private async leave(iterator: AsyncIterator<unknown>, pulled: Promise<Pulled>, outcome: Outcome): Promise<Outcome> {
    this.controller.abort();
    this.changes.end();
    const letGo = async (): Promise<void> => {
      const last = await pulled;
      if ('result' in last && last.result.done !== true) await iterator.return?.();
    };
    try {
      await this.within(letGo());
      return outcome;
    } catch (error) {
      if (!(error instanceof NotSettled)) return outcome;
      return outcome.kind === 'stopped' && outcome.why === 'lease-lost' ? outcome : { kind: 'abandoned' };
    }
  }

  private within<T>(work: Promise<T>): Promise<T> {
    const { clock, runner } = this.host.options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(runner.settleMs, () => reject(new NotSettled()));
      work.then(resolve, reject).finally(cancel);
    });
  }
}

/** What a plugin asked of the host may fail as the host does: that is not the plugin's fault. */
const failureOf = (error: unknown): Ending => (error instanceof DatabaseGone ? { kind: 'database-gone' } : { kind: 'failed', error });

class NotSettled extends Error {
  override readonly name = 'NotSettled';
}

const iteratorOf = (source: Source<Ctx<unknown, unknown>, unknown>, open: OpenChannel<unknown>, ctx: Ctx<unknown, unknown>, plugin: string): AsyncIterator<unknown> => {
  const batches: unknown = source.read(open, ctx);
  const make = (batches as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator];
  if (typeof make !== 'function') throw new PluginFault(plugin, 'gave nothing that can be read');
  return make.call(batches);
};

/** Nobody has heard what is not said yet: coverage never runs ahead of the clock. */
const notBeyond = (batch: Batch<unknown>, now: number): Batch<unknown> =>
  batch.heardUntil !== undefined && batch.heardUntil.getTime() > now ? { ...batch, heardUntil: new Date(now) } : batch;
