import { type SmallAnswer, isRemoteError } from '@earshot/plugin-sdk';
import type { ConversationRow, TriageDesk } from '../conversations/index.js';
import type { Actor } from '../staff/index.js';
import { ReplyBlocked } from './checks/reply-checks.model.js';
import type { ReplyChecks } from './checks/reply-checks.js';
import { type ReplyDesk, mayApprove } from './reply-desk.js';
import { PostGoneError, ReplyNotAllowed } from './reply.errors.js';
import type { Senders } from './senders.js';

const told = { like: 'liked', boost: 'boosted', follow: 'followed-back' } as const;
const inWords = { like: 'like it', boost: 'pass it on', follow: 'follow its author' } as const;

export interface SmallAnswerWish {
  readonly conversationId: string;
  readonly postId: string;
  readonly accountId: string;
  readonly what: SmallAnswer;
}

/**
 * A sign in place of words, pressed by a person: nobody approves it, and whoever refuses to be answered gets none either. Done twice it is the same
 * as once.
 */
export class SmallAnswers {
  constructor(
    private readonly desk: ReplyDesk,
    private readonly triage: TriageDesk,
    private readonly senders: Senders,
    private readonly checks: ReplyChecks,
  ) {}

  /** @throws PlatformError NOT_FOUND where the actor does not hear it, or the account is not for them; FORBIDDEN */
  async give(actor: Actor, { conversationId, postId, accountId, what }: SmallAnswerWish): Promise<ConversationRow | ReplyNotAllowed | PostGoneError | ReplyBlocked> {
    const target = await this.desk.target(actor, { conversationId, toPostId: postId, accountId }, mayApprove);
    if (target.gone) return new PostGoneError();
    const stop = await this.checks.stopAt(actor, target.libraryId);
    if (stop !== undefined) return new ReplyBlocked([stop]);
    try {
      const sender = await this.senders.forAccount(accountId);
      const abilities = await sender?.abilities(target.ref);
      if (sender?.act === undefined || abilities?.can.includes(what) !== true)
        return new ReplyNotAllowed(abilities?.reply === 'no' && abilities.because !== undefined ? abilities.because : `This account cannot ${inWords[what]} from here: do it on the network's own page.`);
      await sender.act(target.ref, what);
    } catch (error) {
      if (!isRemoteError(error)) throw error;
      return new ReplyNotAllowed(error.message);
    }
    const done = await this.triage.act(actor, { conversationId: target.conversationId }, async ({ tx, conversation, record }) => {
      const detail = { post: postId, account: accountId };
      const [before] = await tx.query(`select id from timeline where conversation_id = $1 and library_id = $2 and kind = $3 and detail @> $4::jsonb`, [conversation.id, conversation.libraryId, told[what], JSON.stringify(detail)]);
      if (before === undefined) record(told[what], detail);
      return undefined;
    });
    // No version was asked for, so none can have changed.
    return done as ConversationRow;
  }
}
