import type { Batch } from '@earshot/plugin-sdk';

/** The right to write for one channel. `token` fences: a commit with an older token than the channel's is refused. */
export interface ChannelLease extends Origin {
  readonly channelId: string;
  readonly token: string;
}

/** Whose account brought something. */
export interface Origin {
  readonly accountId: string;
  readonly libraryId: string;
  readonly plugin: string;
  /** The channel that it belongs to, if any: its targets let it in, and it is counted there; without one, at the account. */
  readonly channelId?: string;
  /** What was said before it was followed: stored and shown like the rest, and nobody is told that it came. */
  readonly history?: true;
}

/** What became of a batch. `dropped` counts by reason: unmatched, refused:<purpose>, suppressed, unreadable, … */
export interface Taken {
  readonly events: number;
  readonly kept: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly conversations: number;
  readonly findings: number;
}

/** Somebody else holds this channel now: stop reading, store nothing. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Where the channel runner brings what a source said. Declared here so that the host knows nothing of what is done with it. */
export abstract class Intake {
  /**
   * Stores a batch and the channel's cursor in one transaction, or nothing.
   * @throws LeaseLost when the channel was taken over.
   */
  abstract take(lease: ChannelLease, batch: Batch<unknown>): Promise<Taken>;

  /** What `fetch` or a webhook brought: same way, no cursor, no lease. */
  abstract takeFetched(origin: Origin, batch: Batch<never>): Promise<Taken>;
}
