import type { Clock } from '@earshot/plugin-sdk';
import { LaneCourier } from '../jobs/index.js';
import type { Logger } from '../logging/index.js';
import type { WebPost } from '../plugins/index.js';
import { webhookHeaders } from './sign-webhook.js';
import { webhookBody } from './webhook-body.js';
import type { DueWebhook, Outcome, TakenDelivery, WebhookOutbox } from './webhook-outbox.repository.js';

/** Webhooks that one process is at. Each holds its place for one delivery, and so for the longest answer at most. */
const mostAtOnce = 8;
/** A receiver that answers later did not take it. */
const answerMs = 10_000;
/** Another process may have written something down. */
const sleepMs = 1_000;

export interface WebhookCourierParts {
  readonly outbox: WebhookOutbox;
  readonly post: WebPost;
  /** For its sleep alone. */
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Logger;
  /** Instead of ten seconds. */
  readonly answerMs?: number;
}

/**
 * Tells webhooks what is due, in whatever process runs it: of each one delivery at a time, at least once, in no order that is promised.
 */
export class WebhookCourier extends LaneCourier<DueWebhook> {
  constructor(private readonly parts: WebhookCourierParts) {
    const { outbox, clock, log } = parts;
    super({
      due: (most) => outbox.due(most),
      laneOf: ({ webhookId }) => webhookId,
      work: (due) => this.tell(due),
      sleepMs, atOnce: mostAtOnce, clock,
      lookFailed: (error) => log.error('What is to be told to webhooks could not be read', error),
      // Its lease runs out, and it is told again.
      workFailed: (error, due) => log.error('Something could not be told to a webhook, or its outcome not be written down', error, { webhook: due.webhookId }),
    });
  }

  /** @returns whether there was something to tell. */
  private async tell(due: DueWebhook): Promise<boolean> {
    const { outbox, log } = this.parts;
    const taken = this.isRunning ? await outbox.take(due) : undefined;
    if (taken === undefined) return false;
    const outcome = await this.send(taken);
    const failed = await outbox.settle(due.actorId, taken, outcome);
    if (failed?.turnOff === true) log.warn('A webhook was turned off: nothing was taken there for long, or it says that it is gone', { webhook: due.webhookId, status: outcome.status ?? null });
    return true;
  }

  private async send(taken: TakenDelivery): Promise<Outcome> {
    const began = performance.now();
    const outcome = (status: number | undefined, words: string | undefined, askedForMs?: number): Outcome => ({ status, words, askedForMs, tookMs: Math.round(performance.now() - began) });
    if (taken.secrets === undefined) return outcome(undefined, "The secret of this webhook does not open with this installation's key: renew it.");
    const body = webhookBody(taken);
    const now = new Date();
    const url = new URL(taken.url);
    const posted = await this.parts.post.post(url, { headers: webhookHeaders(taken.secrets, { id: taken.id, at: now, body }), body }, this.parts.answerMs ?? answerMs, this.abort);
    if ('words' in posted) return outcome(undefined, posted.words);
    if (posted.status >= 200 && posted.status < 300) return outcome(posted.status, undefined);
    return outcome(posted.status, wordsOf(posted.status, url.host), posted.retryAfter === undefined ? undefined : posted.retryAfter.getTime() - now.getTime());
  }
}

const wordsOf = (status: number, host: string): string => {
  if (status >= 300 && status < 400) return `${host} redirects (${status}), which is not followed: set the address to which it leads.`;
  return status === 410 ? `${host} says that it is gone for good (410).` : `${host} answered with ${status}: only 200 to 299 say that it was taken.`;
};
