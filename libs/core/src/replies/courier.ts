import { type AttachedImage, type Attempt, type Clock, type RemoteError, isRemoteError } from '@earshot/plugin-sdk';
import type { WholeAttachment } from '../attachments/index.js';
import type { Logger } from '../logging/index.js';
import { attachedChecks } from './attached/attached-checks.js';
import type { Delivery, Obstacle, Outgoing } from './outgoing.js';
import type { Sender, Senders } from './senders.js';

const mostTries = 5;
const firstBackOffMs = 15_000;
/** A network that asks for more patience than this is asked again. */
const longestPauseMs = 24 * 3_600_000;
const shortestPauseMs = 1_000;

/**
 * One try to send one reply. `send` is called only where nothing of an earlier call is unsettled; after whatever does not say that nothing was
 * published, `find` is asked, and where that cannot tell, a person. Throws only as `hold` does.
 */
export class Courier {
  constructor(private readonly senders: Senders, private readonly clock: Clock, private readonly log: Logger) {}

  /**
   * `hold` is asked right before the network is called, and says when that is.
   * @returns undefined where it says nothing: another has the reply, and what becomes of it.
   */
  async deliver(outgoing: Outgoing, hold: () => Promise<Date | undefined>): Promise<Delivery | undefined> {
    let sender: Sender | undefined;
    try {
      sender = await this.senders.forAccount(outgoing.accountId);
    } catch (error) {
      return outgoing.interrupted ? this.askAgain(outgoing, error) : this.again(outgoing, error);
    }
    if (sender === undefined) {
      const words = 'The account it is sent from was taken away, or can no longer answer.';
      return outgoing.interrupted ? { kind: 'unknown', why: 'no-account', words } : { kind: 'failed', why: 'no-account', words };
    }
    const attempt = attemptOf(outgoing);
    if (outgoing.interrupted) return this.look(sender, outgoing, attempt);
    const turnedUp = outgoing.unproven || outgoing.overdue ? await this.turnedUp(sender, outgoing, attempt) : undefined;
    if (turnedUp !== undefined) return turnedUp;
    if (outgoing.gone) return { kind: 'failed', why: 'gone', words: 'The post is gone, so there is nothing to reply to.' };
    const refused = await this.refusal(sender, outgoing);
    if (refused !== undefined) return refused;
    const handed = await this.handOver(sender, outgoing, attempt);
    if ('kind' in handed) return handed;
    const lastTriedAt = await hold();
    if (lastTriedAt === undefined) return undefined;
    const leaving = { ...handed, lastTriedAt };
    try {
      return { kind: 'sent', ref: await sender.send(leaving) };
    } catch (error) {
      return this.afterFailure(sender, outgoing, leaving, error);
    }
  }

  /** A person looked and saw nothing, or nobody here knows that it left: what is there is not sent again. */
  private async turnedUp(sender: Sender, outgoing: Outgoing, attempt: Attempt): Promise<Delivery | undefined> {
    try {
      const found = await sender.find(attempt);
      if (found === 'cannot-tell' && outgoing.overdue && !outgoing.unproven) return { kind: 'unknown', why: 'cannot-tell', words: 'It should have left long ago, and the network cannot tell whether it did: look there, and say.' };
      return typeof found === 'string' ? undefined : { kind: 'sent', ref: found };
    } catch (error) {
      return this.again(outgoing, error);
    }
  }

  /** What a network allows changes between an approval and the sending. Nothing has left while it is asked. */
  private async refusal(sender: Sender, outgoing: Outgoing): Promise<Delivery | undefined> {
    const { whole } = outgoing;
    try {
      const { reply, because, media } = await sender.abilities(whole);
      const [against] = reply === 'yes' ? attachedChecks(outgoing.images, media) : [];
      if (against !== undefined) return { kind: 'failed', why: 'not-allowed', words: against.message };
      return reply === 'yes' ? undefined : { kind: 'failed', why: 'not-allowed', words: because ?? (whole === undefined ? 'The network lets this account post nothing any more.' : 'The network does not allow a reply to this post any more.') };
    } catch (error) {
      return this.again(outgoing, error);
    }
  }

  /** Images first, where the network wants them so: nothing of the answer has left yet, whatever becomes of that. */
  private async handOver(sender: Sender, outgoing: Outgoing, attempt: Attempt): Promise<Attempt | Delivery> {
    const { upload } = sender;
    if (upload === undefined || attempt.media.length === 0) return attempt;
    try {
      const media: AttachedImage[] = [];
      for (const image of attempt.media) media.push({ ...image, uploaded: await upload(image) });
      return { ...attempt, media };
    } catch (error) {
      return isRemoteError(error) && error.kind === 'rejected' ? { kind: 'failed', ...this.obstacle(outgoing, error) } : this.again(outgoing, error);
    }
  }

  private async afterFailure(sender: Sender, outgoing: Outgoing, attempt: Attempt, error: unknown): Promise<Delivery> {
    const obstacle = this.obstacle(outgoing, error);
    if (!isRemoteError(error)) return this.look(sender, outgoing, attempt);
    switch (error.kind) {
      case 'rejected':
        return { kind: 'failed', ...obstacle };
      case 'rate-limited':
      case 'auth':
        return this.again(outgoing, error);
      // By the contract nothing has left after `unreachable`; asking costs little, and a plugin that is wrong about it costs a reply sent twice.
      case 'unreachable':
      case 'invalid-data':
      case 'cursor-lost':
      case 'outcome-unknown':
        return this.look(sender, outgoing, attempt);
    }
  }

  private async look(sender: Sender, outgoing: Outgoing, attempt: Attempt): Promise<Delivery> {
    try {
      const found = await sender.find(attempt);
      if (found === 'absent') return this.goAgain(outgoing, { why: 'absent', words: 'The network did not take it.' });
      if (found === 'cannot-tell') return { kind: 'unknown', why: 'cannot-tell', words: 'The network cannot tell whether it arrived: look there, and say.' };
      return { kind: 'sent', ref: found };
    } catch (error) {
      return this.askAgain(outgoing, error);
    }
  }

  private again(outgoing: Outgoing, error: unknown): Delivery {
    const obstacle = this.obstacle(outgoing, error);
    return isBusy(error) ? { kind: 'again', ...this.asAsked(outgoing, error), ...obstacle } : this.goAgain(outgoing, obstacle);
  }

  private goAgain(outgoing: Outgoing, obstacle: Obstacle): Delivery {
    return outgoing.tries >= mostTries ? { kind: 'failed', ...obstacle } : { kind: 'again', inMs: this.pause(outgoing), counts: true, ...obstacle };
  }

  private askAgain(outgoing: Outgoing, error: unknown): Delivery {
    const obstacle = this.obstacle(outgoing, error);
    if (isBusy(error)) return { kind: 'ask-again', ...this.asAsked(outgoing, error), ...obstacle };
    if (outgoing.tries < mostTries) return { kind: 'ask-again', inMs: this.pause(outgoing), counts: true, ...obstacle };
    return { kind: 'unknown', why: obstacle.why, words: 'The network could not be asked whether it arrived: look there, and say.' };
  }

  /** As often as the network asks for it: that it is busy is no failed try. */
  private asAsked(outgoing: Outgoing, { facts }: RemoteError): Pick<Delivery & { readonly kind: 'again' }, 'inMs' | 'counts'> {
    return { inMs: this.pause(outgoing, facts.retryAfter), counts: false };
  }

  private pause({ tries }: Outgoing, notBefore?: Date): number {
    const wanted = notBefore === undefined || Number.isNaN(notBefore.getTime()) ? firstBackOffMs * 2 ** (tries - 1) : notBefore.getTime() - this.clock.now();
    return Math.min(longestPauseMs, Math.max(shortestPauseMs, wanted));
  }

  /** What a network says, staff may read; what breaks inside a plugin or here, is for the log. */
  private obstacle({ id, accountId }: Outgoing, error: unknown): Obstacle {
    if (isRemoteError(error)) return { why: error.kind, words: error.message };
    this.log.error('A reply could not be sent', error, { reply: id, account: accountId });
    return { why: 'fault', words: 'The account, or its plugin, failed.' };
  }
}

const isBusy = (error: unknown): error is RemoteError => isRemoteError(error) && error.kind === 'rate-limited';

/** Also for whoever only asks what became of it. */
export const attemptOf = ({ key, part, text, lang, images, firstTriedAt, lastTriedAt, to, root }: Pick<Outgoing, 'key' | 'part' | 'text' | 'lang' | 'images' | 'firstTriedAt' | 'lastTriedAt' | 'to' | 'root'>): Attempt => ({
  key, part, text, lang, media: images.map(imageOf), firstTriedAt, lastTriedAt, ...(to === undefined ? {} : { to }), ...(root === undefined ? {} : { root }),
});

const imageOf = ({ bytes, mediaType, width, height, alt }: WholeAttachment): AttachedImage => ({ bytes, mediaType, width, height, alt });
