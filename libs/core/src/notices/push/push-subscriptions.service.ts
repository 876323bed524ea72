import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, newId } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { HostOptions, PublicPost } from '../../plugins/index.js';
import { type Authority, type Needed, Permissions } from '../../staff/index.js';
import { NoticeOptions } from '../notice-options.js';
import { PushAddressRefused, PushUnavailable, TooManyPushSubscriptions } from './push.errors.js';
import { type SealedBrowser, type SubscriptionWish, subscriptionInput } from './push-subscription.input.js';
import { type PushSubscriptionRow, subscriptionPlace } from './push-subscription.row.js';
import { PushSubscriptionsRepository } from './push-subscriptions.repository.js';
import { whyNoPush } from './why-no-push.js';

const needed: Needed = { scope: 'read', person: true };
const most = 20;

/** The browsers in which people want to be told: each person's own, and seen by nobody else. */
@Injectable()
export class PushSubscriptionsService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly subscriptions: PushSubscriptionsRepository,
    private readonly options: NoticeOptions,
    private readonly post: PublicPost,
    private readonly host: HostOptions,
  ) {}

  /** What a browser subscribes with. */
  key(): { readonly publicKey: string } | PushUnavailable {
    const missing = whyNoPush(this.options.publicUrl);
    return missing === undefined ? { publicKey: this.options.vapid.publicKey } : new PushUnavailable(missing);
  }

  /**
   * Once for each browser, however often it says so: with what it says last, and for whoever says it.
   * @throws PlatformError FORBIDDEN for a token; ZodError
   */
  async subscribe({ actor, sessionId }: Authority, wish: SubscriptionWish): Promise<PushSubscriptionRow | PushUnavailable | PushAddressRefused | TooManyPushSubscriptions> {
    this.permissions.requireKind(actor, needed);
    const { endpoint, p256dh, auth, browser } = subscriptionInput.parse(wish);
    const missing = whyNoPush(this.options.publicUrl);
    if (missing !== undefined) return new PushUnavailable(missing);
    const reachable = await this.post.reachable(endpoint);
    if (reachable !== 'yes') return new PushAddressRefused(endpoint.hostname, reachable);
    const endpointHash = createHash('sha256').update(endpoint.href).digest();
    return this.database.as(actor.id, async (tx) => {
      if ((await this.subscriptions.countOthersForMore(tx, endpointHash)) >= most) return new TooManyPushSubscriptions(most);
      const id = (await this.subscriptions.take(tx, endpointHash)) ?? newId();
      const sealed: SealedBrowser = { endpoint: endpoint.href, p256dh, auth };
      return this.subscriptions.put(tx, { id, endpointHash, sessionId, host: endpoint.host, browser, sealed: this.host.secretKeys.seal(subscriptionPlace(id), JSON.stringify(sealed)) });
    });
  }

  /** @throws PlatformError FORBIDDEN for a token, NOT_FOUND */
  async unsubscribe({ actor }: Authority, id: string): Promise<void> {
    this.permissions.requireKind(actor, needed);
    const removed = await this.database.as(actor.id, (tx) => this.subscriptions.remove(tx, id));
    if (!removed) throw new PlatformError('NOT_FOUND', 'You are told in no such browser.', 'id');
  }
}
