import { type Abilities, isRemoteError } from '@earshot/plugin-sdk';
import type { LookAgain } from '../conversations/index.js';
import { type Tx, newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Notices } from '../notices/index.js';
import type { Actor } from '../staff/index.js';
import type { ReplyChecks } from './checks/reply-checks.js';
import type { RepliesRepository, TargetWish } from './replies.repository.js';
import { type ReplyDesk, mayDraft } from './reply-desk.js';
import type { ReplyError } from './reply-error.js';
import { ReplyByHand, ReplyNotAllowed } from './reply.errors.js';
import type { ReplyRow } from './reply.row.js';
import type { Senders } from './senders.js';
import { writtenLang, writtenText } from './written.js';

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

/** What is asked of others while a reply is written. */
export interface RepliesAround {
  readonly senders: Senders;
  readonly checks: ReplyChecks;
  readonly lookAgain: LookAgain;
  /** Tells those who may approve. */
  readonly notices?: Notices;
}

/**
 * Replies as far as they are written: drafted, edited, submitted, withdrawn; `reply-lifecycle.ts` says in which state which is possible. Who approves
 * them is {@link ReplyApprovals}; past an approval the {@link Outbox} has them.
 *
 * The network is asked whether it takes the reply before every draft and edit, outside of any transaction; before a draft its thread is looked at
 * again, since others may have answered. What has to be written by hand on the network's own page is drafted here all the same.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not, BAD_INPUT.
 */
export class RepliesService {
  constructor(
    private readonly desk: ReplyDesk,
    private readonly replies: RepliesRepository,
    private readonly around: RepliesAround,
  ) {}

  async draft(actor: Actor, wish: DraftWish): Promise<ReplyRow | ReplyError> {
    const [text, lang] = [writtenText(wish.text), writtenLang(wish.lang)];
    const { libraryId, threadId } = await this.desk.target(actor, { conversationId: wish.conversationId, toPostId: wish.toPostId, accountId: wish.accountId });
    await this.around.lookAgain.atThread(threadId, seenWithinMs);
    // The look may have brought that the post is gone, that it belongs to another conversation, or that its author refuses to be heard.
    const at: TargetWish = { toPostId: wish.toPostId, accountId: wish.accountId, libraryId };
    const problem = await this.around.checks.ofNetwork(wish.accountId, await this.desk.targetNow(actor, at), text);
    if (problem !== undefined && !(problem instanceof ReplyByHand)) return problem;
    return this.desk.atTarget(actor, at, async (tx, { conversationId }) => {
      const id = newId();
      await this.replies.insert(tx, { id, libraryId, conversationId, accountId: wish.accountId, toPostId: wish.toPostId, text, lang, draftedBy: actor.id });
      return this.desk.record(tx, actor, await this.desk.read(tx, id), 'drafted');
    });
  }

  async edit(actor: Actor, id: string, to: { readonly text: string; readonly lang?: string | undefined }): Promise<ReplyRow | ReplyError> {
    const text = writtenText(to.text);
    const lang = to.lang === undefined ? undefined : writtenLang(to.lang);
    const { problem } = await this.desk.problemBefore(actor, id, 'edit', mayDraft, text);
    if (problem !== undefined && !(problem instanceof ReplyByHand)) return problem;
    return this.desk.step(actor, id, {
      act: 'edit', needed: mayDraft,
      work: async (tx, reply) => {
        await this.replies.redraft(tx, reply, { text, lang, writtenBy: actor.id });
        return reply.state === 'approved' ? 'approval-voided' : undefined;
      },
    });
  }

  submit(actor: Actor, id: string): Promise<ReplyRow | ReplyError> {
    return this.desk.step(actor, id, {
      act: 'submit', needed: mayDraft,
      work: async (tx, reply) => {
        await this.replies.move(tx, reply, 'in_review');
        await this.tellApprovers(tx, actor, reply);
        return undefined;
      },
    });
  }

  withdraw(actor: Actor, id: string): Promise<ReplyRow | ReplyError> {
    return this.desk.step(actor, id, {
      act: 'withdraw', needed: mayDraft,
      work: async (tx, reply) => {
        await this.replies.move(tx, reply, 'withdrawn');
        return 'withdrawn';
      },
    });
  }

  /** What the account may do towards this post, as the network says now. @throws PlatformError UNAVAILABLE where it does not say. */
  async abilities(actor: Actor, to: { readonly toPostId: string; readonly accountId: string }): Promise<Abilities | ReplyNotAllowed> {
    const target = await this.desk.target(actor, to);
    try {
      const sender = await this.around.senders.forAccount(to.accountId);
      return sender === undefined ? new ReplyNotAllowed('This account was taken away or turned off.') : await sender.abilities(target.ref);
    } catch (error) {
      if (!isRemoteError(error)) throw error;
      throw new PlatformError('UNAVAILABLE', error.message, undefined, { cause: error });
    }
  }

  /** Those who may approve these words, whoever asks for it left out. */
  private async tellApprovers(tx: Tx, actor: Actor, reply: ReplyRow): Promise<void> {
    const { notices, checks } = this.around;
    if (notices === undefined) return;
    const writer = await this.replies.writerOf(tx, reply);
    const but = (await checks.needsAnother(tx, reply, writer)) ? [writer] : [];
    await notices.tell(tx, reply.libraryId, { what: 'approval', key: `approval:${reply.id}:${reply.version + 1}`, conversationId: reply.conversationId, replyId: reply.id, by: actor.id, approvers: await checks.approversAt(tx, reply.libraryId), but });
  }
}
