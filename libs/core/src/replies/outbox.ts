import type { Clock } from '@earshot/plugin-sdk';
import { Lanes } from '../jobs/index.js';
import type { Logger } from '../logging/index.js';
import { Deadline } from '../time/index.js';
import type { Courier } from './courier.js';
import type { DueReply, Lease, OutboxRepository } from './outbox.repository.js';
import type { Outgoing } from './outgoing.js';
import type { Alarm } from './reply-alarm.js';
import type { SentPosts } from './senders.js';
import type { SentMark } from './sent-mark.js';

/** Longer than a send and a find may take together: a reply is not taken from a process that is still at it. */
const leaseMs = 300_000;
/** What was said of a lease longer ago is asked again. */
const freshMs = 2_000;
/** Accounts at once. A network that hangs holds up its own account's replies, and no other's. */
const mostAtOnce = 8;
/** Places given in one look. */
const mostPlaces = 50;
/** How long it sleeps at most: another process may have approved something, and the alarm have been deaf. */
const longestSleepMs = 2_000;
/** Something is due and cannot go: another process has it, or the account is busy. */
const busyMs = 500;

export interface OutboxParts {
  readonly replies: OutboxRepository;
  readonly courier: Courier;
  readonly sentPosts: SentPosts;
  readonly alarm: Alarm;
  readonly sentMark: Pick<SentMark, 'note'>;
  /** By the clock that all processes share: a lease of one must be over for all, or for none. */
  readonly now: () => Promise<Date>;
  /** For its sleep, and for what it holds no longer. */
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Sends approved replies when they are due, each at most once, in whatever process runs it: one at a time from each account.
 *
 * States: stopped ──start──▶ running ──stop──▶ stopped. While it runs it looks for what is due, begins it, and sleeps until the next is due.
 */
export class Outbox {
  private readonly lanes: Lanes<DueReply>;
  /** As of when it last asked what is due. */
  private askedAsOf = new Date(0);

  constructor(private readonly parts: OutboxParts) {
    const { replies, now, clock, log } = parts;
    this.lanes = new Lanes({
      due: async (most) => {
        this.askedAsOf = await now();
        return replies.due(this.askedAsOf, most);
      },
      laneOf: ({ accountId }) => accountId,
      work: (due) => this.send(due),
      looked: async () => {
        await this.place();
        return this.untilNext();
      },
      sleepMs: longestSleepMs, atOnce: mostAtOnce, clock,
      lookFailed: (error) => log.error('The outbox could not be read', error),
      // What was taken stays `sending`; once its lease is over, the network is asked for it.
      workFailed: (error, due) => log.error('A reply could not be taken out of the outbox, or its outcome not be written down', error, { reply: due.replyId }),
    });
  }

  start(): void {
    if (this.lanes.isRunning) return;
    this.parts.alarm.start(() => this.wake());
    this.lanes.start();
  }

  /** Something became due, or may have: looks now. Nothing, where it does not run. */
  wake(): void {
    this.lanes.wake();
  }

  /** How long ago it last looked for what is due, in milliseconds. */
  quietMs(): number {
    return this.lanes.quietMs();
  }

  /** How many replies are on their way now. */
  get sending(): number {
    return this.lanes.size;
  }

  /** Finishes what it is sending, and takes nothing more. */
  async stop(): Promise<void> {
    if (!this.lanes.isRunning) return this.idle();
    this.lanes.halt();
    await Promise.all([this.parts.alarm.stop(), this.idle()]);
  }

  /** Once everything that was due is settled, and nothing is under way. */
  idle(): Promise<void> {
    return this.lanes.idle();
  }

  private async untilNext(): Promise<number> {
    const next = await this.parts.replies.nextDue();
    if (next === undefined) return longestSleepMs;
    // What was due as it asked waits for something else than the time. What fell due since does not.
    if (next <= this.askedAsOf || this.lanes.size >= mostAtOnce) return busyMs;
    return Math.min(Math.max(0, next.getTime() - (await this.parts.now()).getTime()), longestSleepMs);
  }

  /** @returns whether it was this process that had it. */
  private async send(due: DueReply): Promise<boolean> {
    const { replies, courier, sentMark, log } = this.parts;
    const outgoing = this.lanes.isRunning ? await replies.take(due, await this.lease()) : undefined;
    if (outgoing === undefined) return false;
    const delivery = await courier.deliver(outgoing, () => this.hold(due.actorId, outgoing));
    if (delivery === undefined) {
      log.warn('The lease of a reply ran out before it was sent, and another has it', { reply: outgoing.id });
      return false;
    }
    const at = await this.parts.now();
    const settled = await replies.settle(due.actorId, outgoing, delivery, at);
    if (delivery.kind === 'sent' && settled !== 'lost') await sentMark.note(at);
    if (settled === 'lost') log.warn('The lease of a reply ran out while it was being sent', { reply: outgoing.id, outcome: delivery.kind });
    if (settled === 'late') log.warn('A reply was sent by a process that had lost its lease', { reply: outgoing.id });
    return true;
  }

  /** Whether it is ours still, and as of when, which is just now: an answer that was long on its way may be of before another took it. */
  private async hold(actorId: string, outgoing: Outgoing): Promise<Date | undefined> {
    for (;;) {
      const fresh = new Deadline(this.parts.clock, freshMs);
      const lease = await this.lease();
      if (!(await this.parts.replies.hold(actorId, outgoing, lease))) return undefined;
      if (!fresh.isOver) return lease.now;
    }
  }

  private async lease(): Promise<Lease> {
    const now = await this.parts.now();
    return { now, until: new Date(now.getTime() + leaseMs) };
  }

  /** What was sent gets its place in the thread: also what another process sent and did not come to place. */
  private async place(): Promise<void> {
    const { replies, sentPosts, log } = this.parts;
    for (const unplaced of await replies.unplaced(await this.parts.now(), mostPlaces)) {
      const place = await replies.takePlace(unplaced, await this.parts.now());
      if (place === undefined) continue;
      try {
        await sentPosts.noteSent(place.ref, place.under, place.accountId);
        await replies.placed(unplaced);
      } catch (error) {
        log.error('A post of ours got no place in its thread, and is tried again in a minute', error, { reply: unplaced.replyId });
      }
    }
  }
}
