import { AlreadyClaimed } from '../conversations/index.js';
import type { Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { writtenId } from '../follows/index.js';
import type { Actor } from '../staff/index.js';
import type { Check } from './checks/check.js';
import { ReplyBlocked } from './checks/reply-checks.model.js';
import type { ApprovalFacts, Attached, ReplyChecks } from './checks/reply-checks.js';
import type { PartsRepository } from './parts.repository.js';
import type { RepliesRepository } from './replies.repository.js';
import { type ReplyDesk, mayApprove, mayDraft } from './reply-desk.js';
import type { ReplyError } from './reply-error.js';
import { ReplyByHand, WrongReplyState, readAgain } from './reply.errors.js';
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

/** What somebody answers for: the version that they read, with what was found in its words before. */
interface Answering {
  readonly version: number;
  readonly read: ReplyRow;
  /** What follows it, as they read it. */
  readonly behind: readonly ReplyRow[];
  readonly words: readonly Check[];
  readonly facts?: ApprovalFacts;
  /** The code of a check that is nothing against this. */
  readonly but?: string;
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
 * A person answers for a reply, which is sent then, or which they wrote by hand themselves: for the very text that they read, so that any change of it voids the approval,
 * and for all parts of it that were not sent. What its words say and where they lead
 * is asked before, as the network is; what the database knows, in the transaction of the approval, in which nobody approves another reply in the
 * same conversation, or to the same person at whichever library.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not, BAD_INPUT.
 */
export class ReplyApprovals {
  constructor(
    private readonly desk: ReplyDesk,
    private readonly replies: RepliesRepository,
    private readonly parts: PartsRepository,
    private readonly around: ApprovalsAround,
  ) {}

  async approve(actor: Actor, id: string, { version, at, ...named }: Approval): Promise<ReplyRow | ReplyError> {
    const [besides, insteadOf] = [writtenIds(named.besides ?? [], 'besides'), writtenIds(named.insteadOf ?? [], 'insteadOf')];
    const { reply: read, problem, attached } = await this.desk.problemBefore(actor, id, 'approve', mayApprove);
    if (problem !== undefined) return problem;
    const words = [...(await this.around.checks.ofWords(read.text)), ...(await this.around.checks.ofAttached(attached))];
    const behind = await this.behind(actor, read, attached);
    if ('code' in behind) return behind;
    const dueAt = await this.dueAt(at);
    return this.desk.step(actor, id, {
      act: 'approve', needed: mayApprove, before: (tx) => this.alone(tx, read, insteadOf),
      work: async (tx, reply) => {
        // Counted as if those that are to make way had done so. What follows finds nothing in the way, or nothing of this is kept.
        const wrong = await this.answerFor(tx, actor, reply, { version, read, behind, words, facts: { dueAt, besides, insteadOf } });
        if (wrong !== undefined) return wrong;
        await this.replaced(tx, actor, reply, insteadOf);
        await this.replies.approve(tx, reply, { by: actor.id, dueAt });
        await this.each(tx, actor, behind, (part) => this.replies.approve(tx, part, { by: actor.id, dueAt: null }));
        tx.afterCommit(this.around.approved);
        return 'approved';
      },
    });
  }

  /**
   * They copied these words and published them on the network's own page, and answer for them as who approves a reply does: all that blocks an
   * approval blocks this too, but that the network wants it by hand, and that sending is stopped. `url`: where it stands, if they say.
   */
  async writtenByHand(actor: Actor, id: string, told: { readonly version: number; readonly url?: string | undefined }): Promise<ReplyRow | ReplyError> {
    const url = writtenUrl(told.url);
    const { reply: read, problem, attached } = await this.desk.problemBefore(actor, id, 'write-by-hand', mayApprove);
    if (problem !== undefined && !(problem instanceof ReplyByHand)) return problem;
    const words = [...(await this.around.checks.ofWords(read.text)), ...(await this.around.checks.ofAttached(attached))];
    const behind = await this.behind(actor, read, attached, ReplyByHand);
    if ('code' in behind) return behind;
    const now = await this.around.now();
    return this.desk.step(actor, id, {
      act: 'write-by-hand', needed: mayApprove, before: (tx) => this.replies.oneAtATime(tx, read),
      work: async (tx, reply) => {
        const wrong = await this.answerFor(tx, actor, reply, { version: told.version, read, behind, words, but: 'SENDING_STOPPED' });
        if (wrong !== undefined) return wrong;
        await this.replies.wroteByHand(tx, reply, { by: actor.id, at: now, url });
        await this.each(tx, actor, behind, (part) => this.replies.wroteByHand(tx, part, { by: actor.id, at: now, url: undefined }));
        await this.replies.answered(tx, reply, now);
        return 'sent';
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

  /** A person takes it upon themselves, and their library the thread. @returns what is in the way, of which nothing is written then */
  private async answerFor(tx: Tx, actor: Actor, reply: ReplyRow, { version, read, behind, words, facts, but }: Answering): Promise<ReplyError | undefined> {
    if (reply.version !== version || reply.text !== read.text || !isSame(behind, await this.parts.behind(tx, reply))) return new WrongReplyState(reply.state, readAgain);
    const other = await this.replies.otherClaim(tx, reply);
    if (other !== undefined) return new AlreadyClaimed(other);
    const blocking = [...words, ...(await this.around.checks.ofFacts(tx, reply, actor, facts))].filter(({ blocks, code }) => blocks && code !== but);
    if (blocking.length > 0) return new ReplyBlocked(blocking);
    const claim = await this.replies.claim(tx, reply, actor.id);
    if (typeof claim === 'object') return new AlreadyClaimed(claim);
    if (claim === 'taken') await this.replies.tell(tx, reply, 'claimed', actor.id);
    return undefined;
  }

  /** What follows a reply, for which whoever answers for the reply answers too; or what is in the way of it. It goes to where the reply goes. `but`: what is nothing against it. */
  private async behind(actor: Actor, reply: ReplyRow, { accountId, towards }: Attached, but?: typeof ReplyByHand): Promise<readonly ReplyRow[] | ReplyError> {
    const { checks } = this.around;
    const { parts, images } = await this.desk.seen(actor, reply.id, mayApprove, async (tx) => {
      const read = await this.parts.behind(tx, reply);
      return { parts: read, images: await this.parts.imagesOf(tx, read) };
    });
    const problems = await checks.ofEach(accountId, towards, parts.map(({ text }, at) => ({ text, images: images[at]?.length ?? 0 })));
    for (const [at, part] of parts.entries()) {
      const problem = problems[at];
      const against = problem === undefined || (but !== undefined && problem instanceof but) ? [] : [problem];
      const blocking = [...against, ...(await checks.ofWords(part.text)), ...(await checks.ofAttached({ accountId, towards, images: images[at] ?? [] }))].filter(({ blocks }) => blocks);
      if (blocking.length > 0) return new ReplyBlocked(blocking, part.id);
    }
    return parts;
  }

  private async each(tx: Tx, actor: Actor, parts: readonly ReplyRow[], work: (part: ReplyRow) => Promise<void>): Promise<void> {
    for (const part of parts) {
      await work(part);
      await this.desk.recordPart(tx, actor, part.id);
    }
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
      const behind = await this.parts.behind(tx, other);
      await this.replies.move(tx, other, 'withdrawn');
      await this.desk.record(tx, actor, { ...other, state: 'withdrawn', version: other.version + 1 }, 'withdrawn');
      await this.each(tx, actor, behind, (part) => this.replies.move(tx, part, 'withdrawn'));
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

/** Whether the same words follow. */
const isSame = (read: readonly ReplyRow[], now: readonly ReplyRow[]): boolean => read.length === now.length && read.every((part, at) => part.id === now[at]?.id && part.text === now[at].text);

const writtenIds = (ids: readonly string[], field: string): readonly string[] => {
  if (ids.length > mostNamed) throw new PlatformError('BAD_INPUT', `${field} names ${mostNamed} replies at most.`, field);
  return ids.map((id) => writtenId(id, field));
};

const writtenUrl = (url: string | undefined): string | undefined => {
  if (url === undefined || url.trim() === '') return undefined;
  const written = URL.canParse(url.trim()) ? new URL(url.trim()) : undefined;
  if (written === undefined || !['http:', 'https:'].includes(written.protocol) || written.href.length > 2_000) throw new PlatformError('BAD_INPUT', 'url is the address of what you wrote, as in https://…, or left out.', 'url');
  return written.href;
};
