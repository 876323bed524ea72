import type { Target } from '@earshot/plugin-sdk';
import type { ChannelLease } from '../intake.js';

/** A channel as this process holds it. */
export interface LeasedChannel extends ChannelLease {
  readonly key: string;
  readonly mode: 'poll' | 'stream';
  readonly pulseMs: number;
  readonly targets: readonly Target[];
  readonly retarget: 'live' | 'reopen';
  /** As stored: null where there is none. */
  readonly cursor: unknown;
  /** In a row, before this opening. */
  readonly failures: number;
  readonly heardUntil: Date | null;
  /** A direct look found what its last openings did not bring. */
  readonly blind: boolean;
  readonly planVersion: number;
  readonly accountHealth: string;
}
