import { type Abilities, type Ref, isRemoteError, langSchema } from '@earshot/plugin-sdk';
import { AlreadyClaimed, type LookAgain, type TimelineKind } from '../conversations/index.js';
import { Database, newId, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { writtenWords } from '../follows/index.js';
import { type Actor, Audit, type Needed, Permissions } from '../staff/index.js';
import type { Logger } from '../logging/index.js';
import { attemptOf } from './courier.js';
import { type ReplyTarget, RepliesRepository, type TargetWish } from './replies.repository.js';
import { ReplyBlocked } from './checks/reply-checks.model.js';
import type { ReplyChecks } from './checks/reply-checks.js';
import { type ReplyAct, isLegal, standingOf } from './reply-lifecycle.js';
import type { ReplyError } from './reply-error.js';
import { ReplyNotAllowed, WrongReplyState } from './reply.errors.js';
import type { ReplyRow } from './reply.row.js';
import { Senders } from './senders.js';

const mayDraft: Needed = { scope: 'draft', role: 'librarian' };
const mayApprove: Needed = { ...mayDraft, person: true };
const longest = 20_000;
/** A thread that was seen within this time is not looked at again before a draft. */
const seenWithinMs = 30_000;

export interface DraftWish {
  readonly conversationId: string;
  readonly toPostId: string;
  readonly accountId: string;
  readonly text: string;
  /** BCP 47. */
  readonly lang: string;
}

export interface RepliesAround {
  /** By the clock that all processes share. */
  readonly now: () => Promise<Date>;
  /** How long after its approval a reply can still be taken back. */
  readonly undoMs: number;
  readonly lookAgain: LookAgain;
  readonly checks: ReplyChecks;
  /** Called after the commit of an approval. */
  readonly approved: () => void;
  readonly log: Logger;
}

interface Step {
  /** First of all in the transaction. */
  readonly before?: (tx: Tx) => Promise<void>;
  readonly act: ReplyAct;
  readonly needed: Needed;
  /** Within the transaction, with the reply locked and the act legal. @returns what the timeline tells of it, or what is in the way. */
  readonly work: (tx: Tx, reply: ReplyRow) => Promise<TimelineKind | ReplyError | undefined>;
}

/**
 * Replies as far as staff have them: drafted, edited, submitted, approved, withdrawn, decided; `reply-lifecycle.ts` says in which state which is possible.
 * Past an approval the {@link Outbox} has them.
 *
 * Only a person approves, and for the very text that they read: any change of it voids the approval. The network is asked whether it takes the
 * reply before every draft, edit and approval, outside of any transaction; before a draft its thread is looked at again, since others may have answered.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not, BAD_INPUT.
 */
export class RepliesService {
  constructor(
    private readonly database: Database,
    private readonly replies: RepliesRepository,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
    private readonly senders: Senders,
    private readonly around: RepliesAround,
  ) {}

  async draft(actor: Actor, wish: DraftWish): Promise<ReplyRow | ReplyError> {
    this.permissions.requireKind(actor, mayDraft);
    const [text, lang] = [writtenWords(wish.text, 'text', longest), writtenLang(wish.lang)];
    const { libraryId, threadId } = await this.target(actor, { conversationId: wish.conversationId, toPostId: wish.toPostId, accountId: wish.accountId });
    await this.around.lookAgain.atThread(threadId, seenWithinMs);
    // The look may have brought that the post is gone, that it belongs to another conversation, or that its author refuses to be heard.
    const at: TargetWish = { toPostId: wish.toPostId, accountId: wish.accountId, libraryId };
    const target = await this.database.as(actor.id, (tx) => this.replies.target(tx, at));
    const problem = await this.around.checks.ofNetwork(wish.accountId, target, text);
    if (problem !== undefined) return problem;
    return this.database.as(actor.id, async (tx) => {
      // Meanwhile the conversation may have been merged into another, or the actor have lost their role.
      const { conversationId } = await this.targetIn(tx, actor, at);
      const id = newId();
      await this.replies.insert(tx, { id, libraryId, conversationId, accountId: wish.accountId, toPostId: wish.toPostId, text, lang, draftedBy: actor.id });
      return this.record(tx, actor, await this.read(tx, id), 'drafted');
    });
  }

  async edit(actor: Actor, id: string, to: { readonly text: string; readonly lang?: string | undefined }): Promise<ReplyRow | ReplyError> {
    const text = writtenWords(to.text, 'text', longest);
    const lang = to.lang === undefined ? undefined : writtenLang(to.lang);
    const { problem } = await this.problemBefore(actor, id, 'edit', mayDraft, text);
    if (problem !== undefined) return problem;
    return this.step(actor, id, {
      act: 'edit', needed: mayDraft,
      work: async (tx, reply) => {
        await this.replies.redraft(tx, reply, { text, lang, writtenBy: actor.id });
        return reply.state === 'approved' ? 'approval-voided' : undefined;
      },
    });
  }

  submit(actor: Actor, id: string): Promise<ReplyRow | ReplyError> {
    return this.step(actor, id, {
      act: 'submit', needed: mayDraft,
      work: async (tx, reply) => {
        await this.replies.move(tx, reply, 'in_review');
        return undefined;
      },
    });
  }

  /**
   * `version`: of the text that was read. What its words say and where they lead is asked before, as the network is; what the database knows, in the
   * transaction of the approval, in which no other reply to the same person is approved.
   */
  async approve(actor: Actor, id: string, version: number): Promise<ReplyRow | ReplyError> {
    const before = await this.problemBefore(actor, id, 'approve', mayApprove);
    if (before.problem !== undefined) return before.problem;
    const words = await this.around.checks.ofWords(before.reply.text);
    const now = await this.around.now();
    return this.step(actor, id, {
      act: 'approve', needed: mayApprove, before: (tx) => this.replies.beforeStops(tx),
      work: async (tx, reply) => {
        if (reply.version !== version || reply.text !== before.reply.text) return new WrongReplyState(reply.state, 'It changed since you read it: read it again.');
        await this.replies.oneAtATime(tx, reply);
        const other = await this.replies.otherClaim(tx, reply);
        if (other !== undefined) return new AlreadyClaimed(other);
        const blocking = [...words, ...(await this.around.checks.ofFacts(tx, reply, actor))].filter(({ blocks }) => blocks);
        if (blocking.length > 0) return new ReplyBlocked(blocking);
        const claim = await this.replies.claim(tx, reply, actor.id);
        if (typeof claim === 'object') return new AlreadyClaimed(claim);
        if (claim === 'taken') await this.replies.tell(tx, reply, 'claimed', actor.id);
        await this.replies.approve(tx, reply, { by: actor.id, dueAt: new Date(now.getTime() + this.around.undoMs) });
        tx.afterCommit(this.around.approved);
        return 'approved';
      },
    });
  }

  withdraw(actor: Actor, id: string): Promise<ReplyRow | ReplyError> {
    return this.step(actor, id, {
      act: 'withdraw', needed: mayDraft,
      work: async (tx, reply) => {
        await this.replies.move(tx, reply, 'withdrawn');
        return 'withdrawn';
      },
    });
  }

  /**
   * A person looked on the network. `sent` false: it is a draft again, to be approved anew. Before that is believed the network is asked once more:
   * what is there after all is sent.
   */
  async decide(actor: Actor, id: string, sent: boolean): Promise<ReplyRow | ReplyError> {
    const found = sent ? undefined : await this.foundAfterAll(actor, id);
    const now = await this.around.now();
    return this.step(actor, id, {
      act: 'decide', needed: mayApprove,
      work: async (tx, reply) => {
        if (!sent && (found === undefined || typeof found === 'string')) {
          await this.replies.redraft(tx, reply, { unproven: found !== 'absent' });
          return 'send-failed';
        }
        const ref = typeof found === 'object' ? found : undefined;
        await this.replies.seenSent(tx, reply, now, ref);
        await this.replies.answered(tx, reply, now, ref);
        tx.afterCommit(this.around.approved);
        return 'sent';
      },
    });
  }

  /** What the account may do towards this post, as the network says now. @throws PlatformError UNAVAILABLE where it does not say. */
  async abilities(actor: Actor, to: { readonly toPostId: string; readonly accountId: string }): Promise<Abilities | ReplyNotAllowed> {
    this.permissions.requireKind(actor, mayDraft);
    const target = await this.target(actor, to);
    try {
      const sender = await this.senders.forAccount(to.accountId);
      return sender === undefined ? new ReplyNotAllowed('This account can listen and not answer.') : await sender.abilities(target.ref);
    } catch (error) {
      if (!isRemoteError(error)) throw error;
      throw new PlatformError('UNAVAILABLE', error.message, undefined, { cause: error });
    }
  }

  /** Undefined where the network cannot be asked: then the person's word is all there is. */
  private async foundAfterAll(actor: Actor, id: string): Promise<Ref | 'absent' | 'cannot-tell' | undefined> {
    this.permissions.requireKind(actor, mayApprove);
    const asked = await this.database.as(actor.id, async (tx) => {
      const reply = await this.read(tx, id);
      await this.permissions.require(tx, actor, reply.libraryId, mayApprove);
      return reply.state === 'unknown' ? { accountId: reply.accountId, tried: await this.replies.tried(tx, reply) } : undefined;
    });
    if (asked?.tried === undefined) return undefined;
    try {
      return await (await this.senders.forAccount(asked.accountId))?.find(attemptOf(asked.tried));
    } catch (error) {
      this.around.log.warn('Whether a reply is there could not be asked before a person decided', { reply: id, error: isRemoteError(error) ? error.kind : 'fault' });
      return undefined;
    }
  }

  private step(actor: Actor, id: string, { act, needed, work, before }: Step): Promise<ReplyRow | ReplyError> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, async (tx) => {
      await before?.(tx);
      // Row-level security lets an observer not lock it, which would look as if it were not there: their role is asked for first.
      await this.permissions.require(tx, actor, (await this.read(tx, id)).libraryId, needed);
      const reply = await this.read(tx, id, 'for update');
      if (!isLegal(act, reply.state)) return new WrongReplyState(reply.state, standingOf[reply.state]);
      const done = await work(tx, reply);
      return typeof done === 'object' ? done : this.record(tx, actor, await this.read(tx, id), done);
    });
  }

  private async record(tx: Tx, actor: Actor, reply: ReplyRow, kind: TimelineKind | undefined): Promise<ReplyRow> {
    await this.replies.tell(tx, reply, kind, actor.id);
    await this.audit.record(tx, { libraryId: reply.libraryId, actorId: actor.id, action: `reply.${reply.state}`, subjectKind: 'reply', subjectId: reply.id, detail: { version: reply.version } });
    tx.hint({ kind: 'reply', id: reply.id, library: reply.libraryId, version: reply.version });
    return reply;
  }

  private async read(tx: Tx, id: string, lock: '' | 'for update' = ''): Promise<ReplyRow> {
    const row = await this.replies.find(tx, id, lock);
    if (row === undefined) throw new PlatformError('NOT_FOUND', 'There is no such reply.', 'id');
    return row;
  }

  private target(actor: Actor, wish: TargetWish): Promise<ReplyTarget> {
    return this.database.as(actor.id, (tx) => this.targetIn(tx, actor, wish));
  }

  private async targetIn(tx: Tx, actor: Actor, wish: TargetWish): Promise<ReplyTarget> {
    const target = await this.replies.target(tx, wish);
    if (target === undefined) throw new PlatformError('NOT_FOUND', 'There is no such post in this conversation, or no such account of its library.');
    await this.permissions.require(tx, actor, target.libraryId, mayDraft);
    return target;
  }

  /** What speaks against an act that needs the network's word; the act itself is checked again under the lock. */
  private async problemBefore(actor: Actor, id: string, act: ReplyAct, needed: Needed, text?: string): Promise<{ readonly reply: ReplyRow; readonly problem: ReplyError | undefined }> {
    this.permissions.requireKind(actor, needed);
    const { reply, target } = await this.database.as(actor.id, async (tx) => {
      const found = await this.read(tx, id);
      await this.permissions.require(tx, actor, found.libraryId, needed);
      return { reply: found, target: await this.replies.target(tx, { toPostId: found.toPostId, accountId: found.accountId, libraryId: found.libraryId }) };
    });
    const problem = isLegal(act, reply.state) ? await this.around.checks.ofNetwork(reply.accountId, target, text ?? reply.text) : new WrongReplyState(reply.state, standingOf[reply.state]);
    return { reply, problem };
  }
}

const writtenLang = (lang: string): string => {
  const written = lang.trim();
  if (!langSchema.safeParse(written).success) throw new PlatformError('BAD_INPUT', 'lang is no language tag, as in en or pt-BR.', 'lang');
  return written;
};
