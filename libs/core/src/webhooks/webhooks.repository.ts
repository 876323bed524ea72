import { Injectable } from '@nestjs/common';
import { newId, type ReadScope, type Tx } from '../database/index.js';
import { type Keyed, Keyset, type Page } from '../graphql/index.js';
import { type DeliveryRow, type DeliveryState, deliveryColumns, testKind, webhookColumns, type WebhookKind, type WebhookRow } from './webhook.row.js';

/** As they were made. */
export const webhookOrder = new Keyset('webhooks', 'asc', [{ column: 'w.made_at', type: 'timestamptz' }, { column: 'w.id', type: 'uuid' }]);
/** The newest first. */
export const deliveryOrder = new Keyset('webhook-deliveries', 'desc', [{ column: 'd.at', type: 'timestamptz' }, { column: 'd.id', type: 'uuid' }]);

/** How long the secret before holds on beside its successor. */
export const formerHours = 24;
const wasOff = 'The webhook was turned off before this was taken.';

/** Webhooks as administrators see and set them up. What is sent is WebhookOutbox's. */
@Injectable()
export class WebhooksRepository {
  /** A page of {@link webhookOrder}. */
  at(reads: ReadScope, libraryId: string, page: Page): Promise<readonly (WebhookRow & Keyed)[]> {
    const parameters: unknown[] = [libraryId];
    return reads.query(
      `select ${webhookColumns}, ${webhookOrder.select} from webhook w where w.library_id = $1 and w.library_id in (select scope()) ${page.after(parameters)} ${webhookOrder.orderBy} limit ${page.limit}`, parameters);
  }

  /** A page of {@link deliveryOrder}, where the reader administers the library. */
  deliveries(reads: ReadScope, webhookId: string, state: DeliveryState | undefined, page: Page): Promise<readonly (DeliveryRow & Keyed)[]> {
    const parameters: unknown[] = [webhookId, state ?? null];
    return reads.query(
      `select ${deliveryColumns}, ${deliveryOrder.select} from webhook_delivery d
       where d.webhook_id = $1 and d.library_id in (select library_id from actor_scope where actor_id = actor_id() and role = 'administrator') and ($2::text is null or d.state = $2)
         ${page.after(parameters)} ${deliveryOrder.orderBy} limit ${page.limit}`, parameters);
  }

  async find(tx: Tx, id: string): Promise<WebhookRow | undefined> {
    const [row] = await tx.query<WebhookRow>(`select ${webhookColumns} from webhook w where w.id = $1 and w.library_id in (select scope())`, [id]);
    return row;
  }

  /** Before its deliveries, as everywhere. Whoever writes down what happened does not wait for it. */
  async lock(tx: Tx, id: string): Promise<WebhookRow | undefined> {
    const [row] = await tx.query<WebhookRow>(`select ${webhookColumns} from webhook w where w.id = $1 and w.library_id in (select scope()) for no key update`, [id]);
    return row;
  }

  /** How many the library has. Whoever makes another at the same moment waits. */
  async countForMore(tx: Tx, libraryId: string): Promise<number> {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('webhooks ' || $1, 0))`, [libraryId]);
    const [row] = await tx.query<{ count: number }>('select count(*)::int as count from webhook where library_id = $1', [libraryId]);
    return row?.count ?? 0;
  }

  async insert(tx: Tx, told: { readonly id: string; readonly libraryId: string; readonly name: string; readonly url: string; readonly kinds: readonly WebhookKind[]; readonly by: string }): Promise<void> {
    await tx.query('insert into webhook(id, library_id, name, url, kinds, made_by) values ($1, $2, $3, $4, $5, $6)', [told.id, told.libraryId, told.name, told.url, told.kinds, told.by]);
  }

  /** Another address, or being turned on, begins anew: what failed before says nothing of it. */
  async change(tx: Tx, { id, libraryId }: WebhookRow, told: { readonly name: string; readonly url: string; readonly kinds: readonly WebhookKind[]; readonly state: WebhookRow['state']; readonly anew: boolean }): Promise<void> {
    await tx.query(
      `update webhook set name = $3, url = $4, kinds = $5, state = $6, failures = case when $7 then 0 else failures end, failing_since = case when $7 then null else failing_since end,
         rests_until = case when $7 then null else rests_until end where id = $1 and library_id = $2`,
      [id, libraryId, told.name, told.url, told.kinds, told.state, told.anew]);
    if (told.state !== 'on') await this.giveUpWaiting(tx, { id, libraryId });
  }

  async giveUpWaiting(tx: Tx, { id, libraryId }: Pick<WebhookRow, 'id' | 'libraryId'>): Promise<void> {
    await tx.query(`update webhook_delivery set state = 'failed', fresh = false, due_at = null, failure_words = $3 where webhook_id = $1 and library_id = $2 and state = 'waiting'`, [id, libraryId, wasOff]);
  }

  async remove(tx: Tx, { id, libraryId }: WebhookRow): Promise<void> {
    await tx.query('delete from webhook where id = $1 and library_id = $2', [id, libraryId]);
  }

  /** A new secret; the newest before holds on for {@link formerHours}, and those before that no longer. */
  async putSecret(tx: Tx, { id, libraryId }: Pick<WebhookRow, 'id' | 'libraryId'>, sealed: Buffer): Promise<void> {
    await tx.query('delete from webhook_secret where webhook_id = $1 and library_id = $2 and until is not null', [id, libraryId]);
    await tx.query('update webhook_secret set until = now() + make_interval(hours => $3) where webhook_id = $1 and library_id = $2', [id, libraryId, formerHours]);
    await tx.query('insert into webhook_secret(id, library_id, webhook_id, sealed) values ($1, $2, $3, $4)', [newId(), libraryId, id, sealed]);
  }

  async addTest(tx: Tx, { id, libraryId }: WebhookRow): Promise<DeliveryRow> {
    const [row] = await tx.query<DeliveryRow>(
      `insert into webhook_delivery as d (id, library_id, webhook_id, kind, due_at) values ($1, $2, $3, $4, now()) returning ${deliveryColumns}`, [newId(), libraryId, id, testKind]);
    await this.wake(tx, { id, libraryId });
    return row as DeliveryRow;
  }

  async findDelivery(tx: Tx, id: string, lock: '' | 'for update' = ''): Promise<DeliveryRow | undefined> {
    const [row] = await tx.query<DeliveryRow>(`select ${deliveryColumns} from webhook_delivery d where d.id = $1 and d.library_id in (select scope()) ${lock}`, [id]);
    return row;
  }

  /** Under the id that it had: a receiver that took it already knows it. */
  async replay(tx: Tx, { id, libraryId, webhookId }: DeliveryRow): Promise<DeliveryRow> {
    const [row] = await tx.query<DeliveryRow>(
      `update webhook_delivery d set state = 'waiting', tries = 0, due_at = now(), failure_words = null where d.id = $1 and d.library_id = $2 returning ${deliveryColumns}`, [id, libraryId]);
    await this.wake(tx, { id: webhookId, libraryId });
    return row as DeliveryRow;
  }

  /** Somebody waits for what comes of it. */
  private async wake(tx: Tx, { id, libraryId }: Pick<WebhookRow, 'id' | 'libraryId'>): Promise<void> {
    await tx.query('update webhook set rests_until = null where id = $1 and library_id = $2', [id, libraryId]);
  }
}
