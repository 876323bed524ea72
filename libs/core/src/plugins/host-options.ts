import type { Clock } from '@earshot/plugin-sdk';
import { systemClock } from '@earshot/plugin-sdk';
import type { PrivateAddress } from '../config/index.js';
import { leaseHolder } from '../database/index.js';
import type { SecretKeys } from './context/secret-keys.js';
import type { Resolve } from './network/address-guard.js';
import { type NetworkLimits, networkLimits } from './network/network-limits.js';

/** Where the host writes what happened: ids, counts and durations, never anybody's words. */
export interface HostLog {
  info(message: string, facts: object): void;
  warn(message: string, facts: object): void;
}

export const webhookPath = '/webhooks';
export const callbackPath = '/accounts/callback';

export interface RunnerLimits {
  /** Channels of each mode that one process reads at a time. */
  readonly polls: number;
  readonly streams: number;
  /** How long a lease holds without a heart-beat: after a crash the channel is free this much later. */
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** How often a process looks for channels that are due. */
  readonly lookMs: number;
  /** Streams that are opened at one look, at most: after a restart all are due at once, and each may need a session. */
  readonly streamsALook: number;
  /** How long a plugin may take to settle once it was aborted. */
  readonly settleMs: number;
  /** What a silence may last beyond the pulse. */
  readonly graceMs: number;
  /** How long one poll may read while others wait for its place. */
  readonly turnMs: number;
}

const runnerLimits: RunnerLimits = {
  polls: 32, streams: 256, leaseMs: 20_000, heartbeatMs: 5_000, lookMs: 1_000, streamsALook: 8, settleMs: 5_000, graceMs: 30_000, turnMs: 60_000,
};

interface Told {
  readonly secretKeys: SecretKeys;
  readonly log?: HostLog;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly userAgent?: string;
  readonly holder?: string;
  readonly runner?: Partial<RunnerLimits>;
  readonly network?: Partial<NetworkLimits>;
  readonly allowedAddresses?: readonly PrivateAddress[];
  readonly publicUrl?: string;
  readonly resolve?: Resolve;
  readonly answered?: HostOptions['answered'];
}

/** What the composition root tells the host of plugins. */
export class HostOptions {
  readonly secretKeys: SecretKeys;
  readonly log: HostLog;
  readonly clock: Clock;
  /** 0 to 1; spreads what would otherwise come at once. */
  readonly random: () => number;
  readonly userAgent: string;
  /** Names this process in leases. */
  readonly holder: string;
  readonly runner: RunnerLimits;
  readonly network: NetworkLimits;
  /** Private addresses that every account may reach, beside its own. */
  readonly allowedAddresses: readonly PrivateAddress[];
  /** The origin at which networks and people reach this installation; undefined where that is not known. */
  readonly publicUrl: string | undefined;
  /** Instead of the system's resolver. */
  readonly resolve: Resolve | undefined;
  /** Told of each webhook call that was answered. */
  readonly answered: ((status: number, seconds: number) => void) | undefined;

  constructor(told: Told) {
    this.secretKeys = told.secretKeys;
    this.log = told.log ?? { info: () => {}, warn: () => {} };
    this.clock = told.clock ?? systemClock;
    this.random = told.random ?? Math.random;
    this.userAgent = told.userAgent ?? 'Earshot (a library listens: https://github.com/earshot)';
    this.holder = told.holder ?? leaseHolder();
    this.runner = { ...runnerLimits, ...told.runner };
    this.network = { ...networkLimits, ...told.network };
    this.allowedAddresses = told.allowedAddresses ?? [];
    this.publicUrl = told.publicUrl;
    this.resolve = told.resolve;
    this.answered = told.answered;
  }

  /** Where networks send people back who signed in; undefined where this installation does not know its own address. */
  callbackUrl(): URL | undefined {
    return this.publicUrl === undefined ? undefined : new URL(callbackPath, this.publicUrl);
  }

  /** Where a network calls this account; undefined where this installation does not know its own address. */
  webhookUrl(accountId: string): URL | undefined {
    return this.publicUrl === undefined ? undefined : new URL(`${webhookPath}/${accountId}`, this.publicUrl);
  }
}
