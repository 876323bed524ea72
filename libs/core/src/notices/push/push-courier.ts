import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { systemClock } from '@earshot/plugin-sdk';
import { LaneCourier } from '../../jobs/index.js';
import { HostOptions, PublicPost } from '../../plugins/index.js';
import { NoticeOptions } from '../notice-options.js';
import { composePush } from './compose-push.js';
import { encryptPush } from './encrypt-push.js';
import { type PushOutcome, outcomeOf } from './push-answer.js';
import { type DuePush, PushOutbox, type TakenPush, longestMs } from './push-outbox.repository.js';
import type { SealedBrowser } from './push-subscription.input.js';

/** Browsers that one process is at. Each holds its place for one push, and so for the longest answer at most. */
const mostAtOnce = 16;
/** A push service that answers later did not take it. */
const answerMs = 10_000;
/** Another process may have written something down. */
const sleepMs = 1_000;

/**
 * Tells browsers what is due, in whatever process runs it: of each one push at a time, and again where nobody knows whether it arrived, which the browser then
 * shows once.
 */
@Injectable()
export class PushCourier extends LaneCourier<DuePush> {
  constructor(
    private readonly outbox: PushOutbox,
    private readonly post: PublicPost,
    private readonly host: HostOptions,
    private readonly options: NoticeOptions,
  ) {
    const { log } = options;
    super({
      due: async (most) => outbox.due(await options.now(), most),
      laneOf: ({ subscriptionId }) => subscriptionId,
      work: (due) => this.tell(due),
      sleepMs, atOnce: mostAtOnce, clock: systemClock,
      lookFailed: (error) => log.error('What is to be told to browsers could not be read', error),
      // Its lease runs out, and it is told again.
      workFailed: (error, { subscriptionId }) => log.error('Something could not be told to a browser, or its outcome not be written down', error, { subscription: subscriptionId }),
    });
  }

  /** @returns whether there was something to tell. */
  private async tell(due: DuePush): Promise<boolean> {
    const taken = this.isRunning ? await this.outbox.take(due, await this.options.now()) : undefined;
    if (taken === undefined) return false;
    const outcome = await this.send(taken);
    await this.outbox.settle(taken, outcome, await this.options.now());
    // What a push service is called, and what a browser is, is its person's own.
    if (outcome.kind === 'refused') this.options.log.warn('A push was refused for good; its person sees why beside the browser', { subscription: due.subscriptionId });
    return true;
  }

  private async send(taken: TakenPush): Promise<PushOutcome> {
    const { browser } = taken;
    if (browser === undefined) return { kind: 'later', words: "What this browser gave does not open with this installation's key: subscribe it anew.", askedForMs: 0 };
    const [url, at] = [new URL(browser.endpoint), await this.options.now()];
    const posted = await this.post.post(url, this.request(taken, browser, url, at), answerMs, this.abort);
    return outcomeOf(posted, url.host, this.host.clock.now());
  }

  /** By RFC 8030: kept there for what is left of its day, in place of the same thing that waits there still, and waking whoever sleeps for a crisis alone. */
  private request({ subscriptionId, noticeId, content, dueAt }: TakenPush, browser: SealedBrowser, url: URL, at: Date): { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer } {
    return {
      headers: {
        authorization: this.options.vapid.authorization(url, at), 'content-encoding': 'aes128gcm', 'content-type': 'application/octet-stream',
        ttl: String(Math.max(0, Math.round((dueAt.getTime() + longestMs - at.getTime()) / 1_000))), urgency: content.kind === 'crisis' ? 'high' : 'normal',
        // Of this browser alone, so that its service does not learn by it which others are the same person's.
        topic: createHash('sha256').update(`${subscriptionId} ${noticeId}`).digest('base64url').slice(0, 32),
      },
      body: encryptPush(composePush(content, noticeId), browser),
    };
  }
}
