import { Injectable } from '@nestjs/common';
import { Database, newId, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { HostOptions, WebPost } from '../plugins/index.js';
import { type Actor, Audit, type AuditDetail, type Needed, Permissions } from '../staff/index.js';
import { newWebhookSecret } from './sign-webhook.js';
import { secretPlace } from './webhook-outbox.repository.js';
import { DeliveryWaiting, TooManyWebhooks, WebhookAddressRefused, WebhookOff } from './webhook.errors.js';
import { type WebhookChange, webhookChange, webhookInput, type WebhookWish } from './webhook.input.js';
import type { DeliveryRow, WebhookRow } from './webhook.row.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** A webhook, and its secret: told once. */
export interface MadeWebhook {
  readonly webhook: WebhookRow;
  readonly secret: string;
}

/** What happens is written down once for each: so many are enough for one library. */
const most = 20;
const needed: Needed = { scope: 'administer', role: 'administrator' };

/** Sets up webhooks: administrators' work, with its entry in the audit log. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly webhooks: WebhooksRepository,
    private readonly audit: Audit,
    private readonly post: WebPost,
    private readonly host: HostOptions,
  ) {}

  /** @throws PlatformError FORBIDDEN, NOT_FOUND; ZodError */
  async create(actor: Actor, libraryId: string, wish: WebhookWish): Promise<MadeWebhook | WebhookAddressRefused | TooManyWebhooks> {
    const { name, url, kinds } = webhookInput.parse(wish);
    const refused = await this.refusalOf(url);
    if (refused !== undefined) return refused;
    const [id, secret] = [newId(), newWebhookSecret()];
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, needed);
      if ((await this.webhooks.countForMore(tx, libraryId)) >= most) return new TooManyWebhooks(most);
      await this.webhooks.insert(tx, { id, libraryId, name, url: url.href, kinds, by: actor.id });
      await this.webhooks.putSecret(tx, { id, libraryId }, this.host.secretKeys.seal(secretPlace(id), secret));
      const webhook = await this.read(tx, id);
      await this.record(tx, actor, webhook, 'made', { kinds });
      return { webhook, secret };
    });
  }

  /** @throws PlatformError FORBIDDEN, NOT_FOUND; ZodError */
  async change(actor: Actor, id: string, wish: WebhookChange): Promise<WebhookRow | WebhookAddressRefused> {
    const { name, url, kinds, on } = webhookChange.parse(wish);
    const refused = url && (await this.refusalOf(url));
    if (refused !== undefined) return refused;
    return this.act(actor, id, async (tx, webhook) => {
      const state = on === undefined ? webhook.state : on ? 'on' : 'off';
      const anew = (state === 'on' && webhook.state !== 'on') || (url !== undefined && url.href !== webhook.url);
      await this.webhooks.change(tx, webhook, { name: name ?? webhook.name, url: url?.href ?? webhook.url, kinds: kinds ?? webhook.kinds, state, anew });
      await this.record(tx, actor, webhook, 'changed', { ...(kinds && { kinds }), ...(on === undefined ? {} : { on }), address: url !== undefined });
      return this.read(tx, id);
    });
  }

  remove(actor: Actor, id: string): Promise<void> {
    return this.act(actor, id, async (tx, webhook) => {
      await this.webhooks.remove(tx, webhook);
      await this.record(tx, actor, webhook, 'removed');
    });
  }

  renewSecret(actor: Actor, id: string): Promise<MadeWebhook> {
    const secret = newWebhookSecret();
    return this.act(actor, id, async (tx, webhook) => {
      await this.webhooks.putSecret(tx, webhook, this.host.secretKeys.seal(secretPlace(id), secret));
      await this.record(tx, actor, webhook, 'secret-renewed');
      return { webhook, secret };
    });
  }

  test(actor: Actor, id: string): Promise<DeliveryRow | WebhookOff> {
    return this.act(actor, id, async (tx, webhook) => (webhook.state === 'on' ? this.webhooks.addTest(tx, webhook) : new WebhookOff()));
  }

  async replay(actor: Actor, deliveryId: string): Promise<DeliveryRow | WebhookOff | DeliveryWaiting> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, async (tx) => {
      const seen = await this.webhooks.findDelivery(tx, deliveryId);
      if (seen === undefined) throw noDelivery();
      const webhook = await this.lock(tx, actor, seen.webhookId);
      const delivery = await this.webhooks.findDelivery(tx, deliveryId, 'for update');
      if (delivery === undefined) throw noDelivery();
      if (delivery.state === 'waiting') return new DeliveryWaiting();
      if (webhook.state !== 'on') return new WebhookOff();
      await this.record(tx, actor, webhook, 'replayed', { delivery: deliveryId });
      return this.webhooks.replay(tx, delivery);
    });
  }

  private act<T>(actor: Actor, id: string, work: (tx: Tx, webhook: WebhookRow) => Promise<T>): Promise<T> {
    this.permissions.requireKind(actor, needed);
    return this.database.as(actor.id, async (tx) => work(tx, await this.lock(tx, actor, id)));
  }

  private async lock(tx: Tx, actor: Actor, id: string): Promise<WebhookRow> {
    await this.permissions.require(tx, actor, (await this.read(tx, id)).libraryId, needed);
    const webhook = await this.webhooks.lock(tx, id);
    if (webhook === undefined) throw notFound();
    return webhook;
  }

  private async read(tx: Tx, id: string): Promise<WebhookRow> {
    const webhook = await this.webhooks.find(tx, id);
    if (webhook === undefined) throw notFound();
    return webhook;
  }

  private async refusalOf(url: URL): Promise<WebhookAddressRefused | undefined> {
    const reachable = await this.post.reachable(url);
    return reachable === 'yes' ? undefined : new WebhookAddressRefused(url.hostname, reachable);
  }

  private async record(tx: Tx, actor: Actor, { id, libraryId }: WebhookRow, what: string, detail: AuditDetail = {}): Promise<void> {
    await this.audit.record(tx, { libraryId, actorId: actor.id, action: `webhook.${what}`, subjectKind: 'webhook', subjectId: id, detail });
    tx.hint({ kind: 'library', id: libraryId, library: libraryId });
  }
}

const noDelivery = (): PlatformError => new PlatformError('NOT_FOUND', 'There is no such delivery: they are kept for two weeks.', 'id');
const notFound = (): PlatformError => new PlatformError('NOT_FOUND', 'There is no such webhook.', 'id');
