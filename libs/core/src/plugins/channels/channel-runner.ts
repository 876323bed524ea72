import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Batch, isRemoteError } from '@earshot/plugin-sdk';
import { DatabaseGone } from '../../errors/index.js';
import { PluginContexts } from '../context/plugin-contexts.js';
import { HostOptions } from '../host-options.js';
import { Intake, type Taken } from '../intake.js';
import { PluginRegistry } from '../loader/plugin-registry.js';
import { ChannelCare } from './channel-care.js';
import { ChannelReading, type Outcome, type Stop } from './channel-reading.js';
import { ChannelSigns } from './channel-signs.js';
import { type Verdict, decide } from './channel-verdict.js';
import type { LeasedChannel } from './leased-channel.js';

const modes = ['poll', 'stream'] as const;

interface Open {
  readonly reading: ChannelReading;
  readonly ended: Promise<void>;
}

/**
 * Reads the channels that this process holds: one {@link ChannelReading} each, bounded in number by mode.
 *
 * `stopped` ─ start ─▶ `running` ─ stop ─▶ `stopping` ─ all settled, or abandoned after `settleMs` ─▶ `stopped`.
 * While running it looks every second for channels that are due and held by nobody, and renews what it holds every five. When the
 * process dies instead of stopping, its leases end by themselves and another takes over; one that starts on the same machine takes over at once.
 */
@Injectable()
export class ChannelRunner implements OnApplicationShutdown {
  private state: 'stopped' | 'running' | 'stopping' = 'stopped';
  private readonly open = new Map<string, Open>();
  /** What ended while the database was away: given back as soon as it answers, so that nobody waits for the lease to run out. */
  private unsettled: { readonly lease: LeasedChannel; readonly verdict: Verdict; readonly how: string }[] = [];
  private readonly crowded = { poll: false, stream: false };
  private cancels: (() => void)[] = [];
  private working: Promise<void>[] = [];
  /** On the monotonic clock. */
  private lookedAt = 0;

  constructor(
    private readonly registry: PluginRegistry,
    private readonly contexts: PluginContexts,
    private readonly intake: Intake,
    private readonly care: ChannelCare,
    private readonly signs: ChannelSigns,
    private readonly options: HostOptions,
  ) {}

  start(): void {
    if (this.state !== 'stopped') return;
    this.state = 'running';
    this.lookedAt = performance.now();
    const { lookMs, heartbeatMs } = this.options.runner;
    let first = true;
    this.every(0, lookMs, async () => {
      if (first) await this.freeFromTheGone();
      first = false;
      await this.look();
    });
    this.every(heartbeatMs, heartbeatMs, () => this.beat());
    this.every(lookMs, lookMs, () => this.heedStops());
  }

  /** Aborts what it reads, waits for it, and gives the leases back, so that others go on at once. */
  async stop(): Promise<void> {
    if (this.state !== 'running') return;
    this.state = 'stopping';
    for (const cancel of this.cancels.splice(0)) cancel();
    await Promise.all(this.working);
    const held = [...this.open.values()];
    for (const { reading } of held) reading.stop('shutdown');
    await Promise.all(held.map(({ ended }) => ended));
    await this.care.release(held.map(({ reading }) => reading.lease));
    this.open.clear();
    this.state = 'stopped';
  }

  onApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  /** Looks for what is due without waiting for the next second: after follows changed in this process, say. */
  async look(): Promise<void> {
    await this.settleLate();
    await this.care.planStale(this.registry);
    for (const mode of modes) await this.takeDue(mode);
    this.lookedAt = performance.now();
    this.signs.tell({ kind: 'looked', held: this.open.size });
  }

  /** How long ago it last looked for what is due, in milliseconds. */
  quietMs(): number {
    return performance.now() - this.lookedAt;
  }

  /** How many channels it reads now. */
  get reading(): number {
    return this.open.size;
  }

  /** Renews what is held, and learns what changed of it. */
  async beat(): Promise<void> {
    const held = [...this.open.values()].map(({ reading }) => reading);
    if (held.length === 0) return;
    const renewed = new Map((await this.care.renew(held.map((reading) => reading.lease), this.options.runner.leaseMs)).map((row) => [row.channelId, row]));
    for (const reading of held) {
      const row = renewed.get(reading.lease.channelId);
      if (row === undefined) reading.stop('lease-lost');
      else if (!row.wanted) reading.stop('unwanted');
      else {
        if (row.planVersion !== reading.planVersion) reading.retarget(await this.care.targets(row.channelId), row.planVersion);
        if (row.secretVersion !== reading.secretVersion) await reading.refreshSecrets();
      }
    }
    this.signs.tell({ kind: 'renewed', held: renewed.size });
  }

  /** Ends what somebody stopped, by a look of its own: the other may wait for a plugin that plans. */
  async heedStops(): Promise<void> {
    if (this.open.size === 0) return;
    const stopped = await this.care.stopped();
    for (const { reading } of this.open.values()) if (stopped.has(reading.lease.libraryId)) reading.stop('unwanted');
  }

  private async freeFromTheGone(): Promise<void> {
    const channels = await this.care.freeFromTheGone();
    if (channels > 0) this.options.log.info('an earlier process was killed: what it read is taken over', { channels });
  }

  private async takeDue(mode: 'poll' | 'stream'): Promise<void> {
    const { polls, streams, streamsALook, leaseMs } = this.options.runner;
    const holding = [...this.open.values()].filter(({ reading }) => reading.lease.mode === mode).length;
    const room = (mode === 'poll' ? polls : streams) - holding;
    // Whoever is at its limit cannot know whether somebody waits: it assumes so.
    this.crowded[mode] = room <= 0;
    if (room <= 0) return;
    const most = mode === 'stream' ? Math.min(room, streamsALook) : room;
    const taken = await this.care.take(this.options.holder, leaseMs, mode, this.registry.sources(), most);
    this.crowded[mode] = taken.length === most;
    for (const lease of taken) this.begin(lease);
  }

  private begin(lease: LeasedChannel): void {
    const about = { channelId: lease.channelId, key: lease.key, accountId: lease.accountId, plugin: lease.plugin };
    let told = lease.failures === 0 && lease.accountHealth === 'well';
    const reading = new ChannelReading(lease, {
      contexts: this.contexts,
      intake: this.intake,
      options: this.options,
      isCrowded: () => this.crowded[lease.mode],
      onTaken: (taken: Taken, batch: Batch<unknown>) => {
        this.signs.tell({ kind: 'taken', ...about, taken, heardUntil: batch.heardUntil });
        // A stream that works again may never end: say so at its first batch.
        if (!told) this.inBackground(this.care.refreshHealth(lease.accountId));
        told = true;
      },
      onProgress: (done, of) => this.signs.tell({ kind: 'progress', ...about, done, of }),
    });
    const previous = this.open.get(lease.channelId);
    // Our own lease had run out while this process was held up: what still reads under it must not be counted twice.
    previous?.reading.stop('lease-lost');
    this.signs.tell({ kind: 'opened', ...about });
    const entry: Open = { reading, ended: this.run(reading) };
    this.open.set(lease.channelId, entry);
  }

  private async run(reading: ChannelReading): Promise<void> {
    const { lease } = reading;
    const outcome = await reading.run();
    const verdict = this.verdictOf(outcome, reading);
    const how = outcome.kind === 'stopped' ? outcome.why : outcome.kind;
    try {
      if (verdict !== undefined) await this.care.settle(lease, verdict);
      this.logFault(outcome, verdict, lease);
      this.tellEnded(lease, how, verdict);
    } catch (error) {
      if (error instanceof DatabaseGone && verdict !== undefined) this.unsettled.push({ lease, verdict, how });
      else this.notSettled(lease, error);
    } finally {
      if (this.open.get(lease.channelId)?.reading === reading && this.state !== 'stopping') this.open.delete(lease.channelId);
    }
  }

  /** In the order in which they ended; those that fail again wait for the next look. */
  private async settleLate(): Promise<void> {
    for (let first = this.unsettled[0]; first !== undefined; first = this.unsettled[0]) {
      const { lease, verdict, how } = first;
      try {
        await this.care.settle(lease, verdict);
        this.tellEnded(lease, how, verdict);
      } catch (error) {
        if (error instanceof DatabaseGone) throw error;
        this.notSettled(lease, error);
      }
      this.unsettled.shift();
    }
  }

  /** The lease runs out by itself and the channel is read again. */
  private notSettled(lease: LeasedChannel, error: unknown): void {
    this.options.log.warn('a channel could not be given back', { channel: lease.channelId, error });
    this.tellEnded(lease, 'not-settled', undefined);
  }

  private tellEnded({ channelId, key, accountId, plugin }: LeasedChannel, how: string, verdict: Verdict | undefined): void {
    this.signs.tell({ kind: 'ended', channelId, key, accountId, plugin, how, state: verdict?.state });
  }

  private verdictOf(outcome: Outcome, reading: ChannelReading): Verdict | undefined {
    if (outcome.kind === 'stopped') return settledByStop[outcome.why];
    return decide(outcome, {
      channel: { ...reading.lease, heardUntil: reading.heardUntil },
      batches: reading.batches,
      now: new Date(this.options.clock.now()),
      random: this.options.random(),
    });
  }

  private logFault(outcome: Outcome, verdict: Verdict | undefined, lease: LeasedChannel): void {
    if (outcome.kind !== 'failed' || isRemoteError(outcome.error)) return;
    this.options.log.warn('a plugin failed', { plugin: lease.plugin, channel: lease.channelId, state: verdict?.state, error: outcome.error });
  }

  private every(first: number, ms: number, work: () => Promise<void>): void {
    const slot = this.cancels.length;
    const again = (wait: number): void => {
      this.cancels[slot] = this.options.clock.after(wait, () => {
        const done = work()
          .catch((error: unknown) => this.options.log.warn('the channel runner is held up', { error }))
          .finally(() => this.state === 'running' && again(ms));
        this.working[slot] = done.then(() => {});
      });
    };
    again(first);
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.options.log.warn('an account\'s health could not be written', { error }));
  }
}

/** A channel that was lost, or is no longer wanted, is not ours to write to; `shutdown` gives all back at once. */
const settledByStop: Readonly<Record<Stop, Verdict | undefined>> = {
  'lease-lost': undefined,
  shutdown: undefined,
  unwanted: { state: 'waiting', nextInMs: 0, failures: 0 },
  reopen: { state: 'waiting', nextInMs: 0, failures: 0 },
};
