import { type Ref, isRemoteError } from '@earshot/plugin-sdk';
import { AlreadyClaimed } from '../conversations/index.js';
import type { Logger } from '../logging/index.js';
import type { Actor } from '../staff/index.js';
import { PlatformError } from '../errors/index.js';
import { attemptOf } from './courier.js';
import { ReplyBlocked } from './checks/reply-checks.model.js';
import type { ReplyChecks } from './checks/reply-checks.js';
import type { RepliesRepository } from './replies.repository.js';
import { type ReplyDesk, mayApprove } from './reply-desk.js';
import type { ReplyError } from './reply-error.js';
import { ReplyByHand, WrongReplyState } from './reply.errors.js';
import type { ReplyRow } from './reply.row.js';
import type { Senders } from './senders.js';

export interface DecisionsAround {
  readonly senders: Senders;
  readonly checks: ReplyChecks;
  /** By the clock that all processes share. */
  readonly now: () => Promise<Date>;
  /** Called after the commit where something of the outbox may be due. */
  readonly due: () => void;
  readonly log: Logger;
}

/**
 * What only a person knows of a reply: whether one arrived of which the network cannot tell, and that they wrote one themselves on the network's
 * own page.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not, BAD_INPUT.
 */
export class ReplyDecisions {
  constructor(
    private readonly desk: ReplyDesk,
    private readonly replies: RepliesRepository,
    private readonly around: DecisionsAround,
  ) {}

  /**
   * A person looked on the network. `sent` false: it is a draft again, to be approved anew. Before that is believed the network is asked once more:
   * what is there after all is sent.
   */
  async decide(actor: Actor, id: string, sent: boolean): Promise<ReplyRow | ReplyError> {
    const found = sent ? undefined : await this.foundAfterAll(actor, id);
    const now = await this.around.now();
    return this.desk.step(actor, id, {
      act: 'decide', needed: mayApprove,
      work: async (tx, reply) => {
        if (!sent && (found === undefined || typeof found === 'string')) {
          await this.replies.redraft(tx, reply, { unproven: found !== 'absent' });
          return 'send-failed';
        }
        const ref = typeof found === 'object' ? found : undefined;
        await this.replies.seenSent(tx, reply, now, ref);
        await this.replies.answered(tx, reply, now, ref);
        tx.afterCommit(this.around.due);
        return 'sent';
      },
    });
  }

  /**
   * They copied these words and published them on the network's own page, and answer for them as who approves a reply does: all that blocks an
   * approval blocks this too, but that the network wants it by hand. `url`: where it stands, if they say.
   */
  async writtenByHand(actor: Actor, id: string, told: { readonly version: number; readonly url?: string | undefined }): Promise<ReplyRow | ReplyError> {
    const url = writtenUrl(told.url);
    const { reply: read, problem } = await this.desk.problemBefore(actor, id, 'write-by-hand', mayApprove);
    if (problem !== undefined && !(problem instanceof ReplyByHand)) return problem;
    const words = await this.around.checks.ofWords(read.text);
    const now = await this.around.now();
    return this.desk.step(actor, id, {
      act: 'write-by-hand', needed: mayApprove, before: (tx) => this.replies.oneAtATime(tx, read),
      work: async (tx, reply) => {
        if (reply.version !== told.version || reply.text !== read.text) return new WrongReplyState(reply.state, 'It changed since you read it: read it again.');
        const blocking = [...words, ...(await this.around.checks.ofFacts(tx, reply, actor))].filter(({ blocks, code }) => blocks && code !== 'SENDING_STOPPED');
        if (blocking.length > 0) return new ReplyBlocked(blocking);
        const claim = await this.replies.claim(tx, reply, actor.id);
        if (typeof claim === 'object') return new AlreadyClaimed(claim);
        await this.replies.wroteByHand(tx, reply, { by: actor.id, at: now, url });
        await this.replies.answered(tx, reply, now);
        return 'sent';
      },
    });
  }

  /** Undefined where the network cannot be asked: then the person's word is all there is. */
  private async foundAfterAll(actor: Actor, id: string): Promise<Ref | 'absent' | 'cannot-tell' | undefined> {
    const asked = await this.desk.seen(actor, id, mayApprove, async (tx, reply) => (reply.state === 'unknown' ? { accountId: reply.accountId, tried: await this.replies.tried(tx, reply) } : undefined));
    if (asked?.tried === undefined) return undefined;
    try {
      return await (await this.around.senders.forAccount(asked.accountId))?.find(attemptOf(asked.tried));
    } catch (error) {
      this.around.log.warn('Whether a reply is there could not be asked before a person decided', { reply: id, error: isRemoteError(error) ? error.kind : 'fault' });
      return undefined;
    }
  }
}

const writtenUrl = (url: string | undefined): string | undefined => {
  if (url === undefined || url.trim() === '') return undefined;
  const written = URL.canParse(url.trim()) ? new URL(url.trim()) : undefined;
  if (written === undefined || !['http:', 'https:'].includes(written.protocol) || written.href.length > 2_000) throw new PlatformError('BAD_INPUT', 'url is the address of what you wrote, as in https://…, or left out.', 'url');
  return written.href;
};
