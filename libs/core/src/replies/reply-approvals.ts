import { AlreadyClaimed } from '../conversations/index.js';
import type { Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { writtenId } from '../follows/index.js';
import type { Actor } from '../staff/index.js';
import { ReplyBlocked } from './checks/reply-checks.model.js';
import type { ReplyChecks } from './checks/reply-checks.js';
import type { RepliesRepository } from './replies.repository.js';
import { type ReplyDesk, mayApprove, mayDraft } from './reply-desk.js';
import type { ReplyError } from './reply-error.js';
import { WrongReplyState } from './reply.errors.js';
import type { ReplyRow } from './reply.row.js';

/** Who answers in public knows what they will say next month; further ahead it is a calendar. */
const longestAheadMs = 60 * 86_400_000;
/** More than a conversation ever holds. */
const mostNamed = 20;

export interface Approval {
  /** Of the text that was read. */
  readonly version: number;
  /** When it is to leave; else as soon as it cannot be taken back any more. */
  readonly at?: Date | undefined;
  /** Other replies of this conversation that leave, or left, meanwhile, and beside which this one goes all the same. */
  readonly besides?: readonly string[];
  /** Other replies of this conversation that have not left, and are withdrawn for this one. */
  readonly insteadOf?: readonly string[];
}

export interface ApprovalsAround {
  readonly checks: ReplyChecks;
  /** By the clock that all processes share. */
  readonly now: () => Promise<Date>;
  /** How long after its approval a reply can still be taken back. */
  readonly undoMs: number;
  /** Called after the commit of an approval. */
  readonly approved: () => void;
}

/**
 * A person answers for a reply: for the very text that they read, so that any change of it voids the approval. What its words say and where they lead
 * is asked before, as the network is; what the database knows, in the transaction of the approval, in which nobody approves another reply in the
 * same conversation, or to the same person at whichever library.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not, BAD_INPUT.
 */
export class ReplyApprovals {
  constructor(
    private readonly desk: ReplyDesk,
    private readonly replies: RepliesRepository,
    private readonly around: ApprovalsAround,
  ) {}

  async approve(actor: Actor, id: string, { version, at, ...named }: Approval): Promise<ReplyRow | ReplyError> {
    const [besides, insteadOf] = [writtenIds(named.besides ?? [], 'besides'), writtenIds(named.insteadOf ?? [], 'insteadOf')];
    const { reply: read, problem } = await this.desk.problemBefore(actor, id, 'approve', mayApprove);
    if (problem !== undefined) return problem;
    const words = await this.around.checks.ofWords(read.text);
    const dueAt = await this.dueAt(at);
    return this.desk.step(actor, id, {
      act: 'approve', needed: mayApprove, before: (tx) => this.alone(tx, read, insteadOf),
      work: async (tx, reply) => {
        if (reply.version !== version || reply.text !== read.text) return new WrongReplyState(reply.state, 'It changed since you read it: read it again.');
        const other = await this.replies.otherClaim(tx, reply);
        if (other !== undefined) return new AlreadyClaimed(other);
        // Counted as if those that are to make way had done so. What follows finds nothing in the way, or nothing of this is kept.
        const facts = await this.around.checks.ofFacts(tx, reply, actor, { dueAt, besides, insteadOf });
        const blocking = [...words, ...facts].filter(({ blocks }) => blocks);
        if (blocking.length > 0) return new ReplyBlocked(blocking);
        await this.replaced(tx, actor, reply, insteadOf);
        const claim = await this.replies.claim(tx, reply, actor.id);
        if (typeof claim === 'object') return new AlreadyClaimed(claim);
        if (claim === 'taken') await this.replies.tell(tx, reply, 'claimed', actor.id);
        await this.replies.approve(tx, reply, { by: actor.id, dueAt });
        tx.afterCommit(this.around.approved);
        return 'approved';
      },
    });
  }

  /** Nothing leaves: it is a draft again, with the words as they are. Of what waits for its approval too, for whoever does not approve it as it is. */
  takeBack(actor: Actor, id: string): Promise<ReplyRow | ReplyError> {
    return this.desk.step(actor, id, {
      act: 'take-back', needed: mayDraft,
      work: async (tx, reply) => {
        await this.replies.redraft(tx, reply);
        return reply.state === 'approved' ? 'approval-voided' : undefined;
      },
    });
  }

  /** Every lock that more than one approval may want, in an order that all keep: stops, conversation, person, replies. */
  private async alone(tx: Tx, reply: ReplyRow, insteadOf: readonly string[]): Promise<void> {
    await this.replies.beforeStops(tx);
    await this.replies.oneAtATime(tx, reply);
    await this.replies.lockAll(tx, [reply.id, ...insteadOf]);
  }

  private async replaced(tx: Tx, actor: Actor, { conversationId, libraryId }: ReplyRow, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const other = await this.replies.find(tx, id);
      // One that is on its way by now, or out, was named by the checks; what is withdrawn already, is.
      if (other?.conversationId !== conversationId || other.libraryId !== libraryId || !['draft', 'in_review', 'approved'].includes(other.state)) continue;
      await this.replies.move(tx, other, 'withdrawn');
      await this.desk.record(tx, actor, { ...other, state: 'withdrawn', version: other.version + 1 }, 'withdrawn');
    }
  }

  private async dueAt(at: Date | undefined): Promise<Date> {
    const now = (await this.around.now()).getTime();
    if (at === undefined) return new Date(now + this.around.undoMs);
    if (Number.isNaN(at.getTime()) || at.getTime() <= now) throw new PlatformError('BAD_INPUT', 'at must lie ahead: leave it out to send now.', 'at');
    if (at.getTime() > now + longestAheadMs) throw new PlatformError('BAD_INPUT', 'at lies more than sixty days ahead.', 'at');
    return new Date(Math.max(at.getTime(), now + this.around.undoMs));
  }
}

const writtenIds = (ids: readonly string[], field: string): readonly string[] => {
  if (ids.length > mostNamed) throw new PlatformError('BAD_INPUT', `${field} names ${mostNamed} replies at most.`, field);
  return ids.map((id) => writtenId(id, field));
};
