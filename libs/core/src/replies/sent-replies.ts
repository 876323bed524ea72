import { type Abilities, type Ref, isRemoteError } from '@earshot/plugin-sdk';
import type { Tx } from '../database/index.js';
import type { Actor } from '../staff/index.js';
import { ReplyBlocked } from './checks/reply-checks.model.js';
import type { ReplyChecks } from './checks/reply-checks.js';
import type { RepliesRepository } from './replies.repository.js';
import { type ReplyDesk, mayApprove } from './reply-desk.js';
import type { ReplyError } from './reply-error.js';
import { isLegal, standingOf } from './reply-lifecycle.js';
import { ReplyNotAllowed, ReplyTooLong, WrongReplyState, readAgain } from './reply.errors.js';
import { lengthOf } from './reply-length.js';
import type { ReplyRow } from './reply.row.js';
import type { Sender, Senders } from './senders.js';
import { writtenText } from './written.js';

const unchangeable = {
  amend: 'What was sent from this account cannot be edited: take it back, and write another.',
  remove: "What was sent from this account cannot be taken back from here: do it on the network's own page.",
};

interface Posted {
  readonly reply: ReplyRow;
  readonly ref: Ref;
  readonly length: Abilities['length'];
  readonly change: NonNullable<Sender['change']>;
}

/**
 * What is done to a reply that is out, where its network lets it be: other words, or taking it back. The network does it first and is believed; it is
 * asked again by doing the same once more, which is the same as once.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not, BAD_INPUT.
 */
export class SentReplies {
  constructor(
    private readonly desk: ReplyDesk,
    private readonly replies: RepliesRepository,
    private readonly senders: Senders,
    private readonly checks: ReplyChecks,
  ) {}

  /** The person answers for the new words as who approves a reply does. Where the policy wants somebody other than their writer for that, it is refused. */
  async amend(actor: Actor, id: string, told: { readonly version: number; readonly text: string }): Promise<ReplyRow | ReplyError> {
    const text = writtenText(told.text);
    const posted = await this.posted(actor, id, 'amend', told.version);
    if ('code' in posted) return posted;
    const { reply, ref, length, change } = posted;
    const counted = lengthOf(text, length);
    if (counted > length.limit) return new ReplyTooLong(counted, length);
    const words = await this.checks.ofWords(text);
    const facts = await this.desk.seen(actor, id, mayApprove, async (tx) => this.factsOfWords(tx, { ...reply, text }, actor));
    const blocking = [...words, ...facts].filter(({ blocks }) => blocks);
    if (blocking.length > 0) return new ReplyBlocked(blocking);
    const problem = await this.ask(() => change(ref, { text }));
    if (problem !== undefined) return problem;
    return this.desk.step(actor, id, {
      act: 'amend', needed: mayApprove,
      work: async (tx, locked) => {
        await this.replies.amended(tx, locked, { text, by: actor.id });
        return 'amended';
      },
    });
  }

  /** Whoever saw it has seen it; the conversation is ours to answer again. */
  async remove(actor: Actor, id: string, version: number): Promise<ReplyRow | ReplyError> {
    const posted = await this.posted(actor, id, 'remove', version);
    if ('code' in posted) return posted;
    const problem = await this.ask(() => posted.change(posted.ref, 'removed'));
    if (problem !== undefined) return problem;
    return this.desk.step(actor, id, {
      act: 'remove', needed: mayApprove,
      work: async (tx, locked) => {
        await this.replies.move(tx, locked, 'withdrawn');
        await this.replies.unanswered(tx, locked);
        return 'removed';
      },
    });
  }

  private async posted(actor: Actor, id: string, act: 'amend' | 'remove', version: number): Promise<Posted | ReplyError> {
    const { reply, ref } = await this.desk.seen(actor, id, mayApprove, async (tx, found) => ({ reply: found, ref: await this.replies.sentRef(tx, found) }));
    if (!isLegal(act, reply.state)) return new WrongReplyState(reply.state, standingOf[reply.state]);
    if (reply.version !== version) return new WrongReplyState(reply.state, readAgain);
    if (ref === undefined) return new ReplyNotAllowed("It was written by hand, or nobody told us its name on the network: change it on the network's own page.");
    let abilities: Abilities | undefined;
    const sender = await this.senders.forAccount(reply.accountId);
    const problem = await this.ask(async () => {
      abilities = await sender?.abilities(undefined);
    });
    if (problem !== undefined) return problem;
    if (sender?.change === undefined || abilities?.can.includes(act === 'amend' ? 'edit' : 'remove') !== true) return new ReplyNotAllowed(unchangeable[act]);
    return { reply, ref, length: abilities.length, change: sender.change };
  }

  /** That others answered or wrote meanwhile, or that sending is stopped, is about new replies; what staff are to say, and who approves it, holds for other words too. */
  private async factsOfWords(tx: Tx, reply: ReplyRow, actor: Actor): Promise<Awaited<ReturnType<ReplyChecks['ofFacts']>>> {
    const facts = await this.checks.ofFacts(tx, reply, actor, { rewrites: true });
    return facts.filter(({ code }) => code === 'NEEDS_APPROVER' || code === 'NEEDS_SECOND_PERSON');
  }

  /** @returns what the network says against it. */
  private async ask(work: () => Promise<void>): Promise<ReplyNotAllowed | undefined> {
    try {
      await work();
      return undefined;
    } catch (error) {
      if (!isRemoteError(error)) throw error;
      return new ReplyNotAllowed(error.message);
    }
  }
}
