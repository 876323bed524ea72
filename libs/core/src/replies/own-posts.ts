import { type Abilities, isRemoteError } from '@earshot/plugin-sdk';
import { newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Actor } from '../staff/index.js';
import type { ReplyChecks } from './checks/reply-checks.js';
import type { RepliesRepository } from './replies.repository.js';
import type { ReplyDesk } from './reply-desk.js';
import type { ReplyError } from './reply-error.js';
import { ReplyByHand, ReplyNotAllowed } from './reply.errors.js';
import type { ReplyRow } from './reply.row.js';
import type { Senders } from './senders.js';
import { writtenLang, writtenText } from './written.js';

/** Who speaks: a library, and from which account. */
export interface Speaking {
  readonly libraryId: string;
  readonly accountId: string;
}

export interface OwnPostWish extends Speaking {
  readonly text: string;
  /** BCP 47. */
  readonly lang: string;
}

/**
 * How posts of our own begin: replies that answer nobody. From the draft on each has a conversation, which is `begun` until somebody else speaks in it;
 * all that is done with replies is done with it.
 *
 * Every method throws PlatformError: NOT_FOUND where there is no such account of the library, FORBIDDEN where the actor may not, BAD_INPUT.
 */
export class OwnPosts {
  constructor(
    private readonly desk: ReplyDesk,
    private readonly replies: RepliesRepository,
    private readonly around: { readonly senders: Senders; readonly checks: ReplyChecks },
  ) {}

  /** The network is asked first, outside of any transaction, whether it takes it. What has to be written by hand there is drafted here all the same. */
  async draft(actor: Actor, { libraryId, accountId, ...wish }: OwnPostWish): Promise<ReplyRow | ReplyError> {
    const [text, lang, speaking] = [writtenText(wish.text), writtenLang(wish.lang), { libraryId, accountId }];
    await this.desk.speakingFor(actor, speaking, async () => {});
    const problem = await this.around.checks.ofNetwork(accountId, { gone: false }, text);
    if (problem !== undefined && !(problem instanceof ReplyByHand)) return problem;
    return this.desk.speakingFor(actor, speaking, async (tx) => {
      const [id, conversationId] = [newId(), await this.replies.begin(tx, libraryId)];
      await this.replies.insert(tx, { id, libraryId, conversationId, accountId, toPostId: null, text, lang, draftedBy: actor.id });
      return this.desk.record(tx, actor, await this.desk.read(tx, id), 'drafted');
    });
  }

  /** What the account may do by a post that answers nobody, as the network says now. @throws PlatformError UNAVAILABLE where it does not say */
  async abilities(actor: Actor, speaking: Speaking): Promise<Abilities | ReplyNotAllowed> {
    await this.desk.speakingFor(actor, speaking, async () => {});
    try {
      const sender = await this.around.senders.forAccount(speaking.accountId);
      return sender === undefined ? new ReplyNotAllowed('This account was taken away or turned off.') : await sender.abilities(undefined);
    } catch (error) {
      if (!isRemoteError(error)) throw error;
      throw new PlatformError('UNAVAILABLE', error.message, undefined, { cause: error });
    }
  }
}
