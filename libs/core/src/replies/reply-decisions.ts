import { type Ref, isRemoteError } from '@earshot/plugin-sdk';
import type { Logger } from '../logging/index.js';
import type { Actor } from '../staff/index.js';
import { attemptOf } from './courier.js';
import type { PartsRepository } from './parts.repository.js';
import type { RepliesRepository } from './replies.repository.js';
import { type ReplyDesk, mayApprove } from './reply-desk.js';
import type { ReplyError } from './reply-error.js';
import type { ReplyRow } from './reply.row.js';
import type { Senders } from './senders.js';

export interface DecisionsAround {
  readonly senders: Senders;
  /** By the clock that all processes share. */
  readonly now: () => Promise<Date>;
  /** Called after the commit where something of the outbox may be due. */
  readonly due: () => void;
  readonly log: Logger;
}

/**
 * What only a person finds out: whether a reply arrived of which the network cannot tell.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not.
 */
export class ReplyDecisions {
  constructor(
    private readonly desk: ReplyDesk,
    private readonly replies: RepliesRepository,
    private readonly parts: PartsRepository,
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
        await this.parts.release(tx, reply, now);
        tx.afterCommit(this.around.due);
        return 'sent';
      },
    });
  }

  /** Undefined where the network cannot be asked: then the person's word is all there is. */
  private async foundAfterAll(actor: Actor, id: string): Promise<Ref | 'absent' | 'cannot-tell' | undefined> {
    const asked = await this.desk.seen(actor, id, mayApprove, async (tx, reply) => (reply.state === 'unknown' ? { accountId: reply.accountId, tried: await this.parts.tried(tx, reply) } : undefined));
    if (asked?.tried === undefined) return undefined;
    try {
      return await (await this.around.senders.forAccount(asked.accountId))?.find(attemptOf(asked.tried));
    } catch (error) {
      this.around.log.warn('Whether a reply is there could not be asked before a person decided', { reply: id, error: isRemoteError(error) ? error.kind : 'fault' });
      return undefined;
    }
  }
}
