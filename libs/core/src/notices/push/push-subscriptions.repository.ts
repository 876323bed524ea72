import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/index.js';
import { type Keyed, Keyset, type Page } from '../../graphql/index.js';
import type { Queryable } from '../../staff/index.js';
import { type PushSubscriptionRow, subscriptionColumns } from './push-subscription.row.js';

/** As they were made. */
export const subscriptionOrder = new Keyset('push-subscriptions', 'asc', [{ column: 's.made_at', type: 'timestamptz' }, { column: 's.id', type: 'uuid' }]);

/** The browsers of whoever asks. What is sent to them is PushOutbox's. */
@Injectable()
export class PushSubscriptionsRepository {
  /** A page of {@link subscriptionOrder}. */
  page(reads: Queryable, page: Page): Promise<readonly (PushSubscriptionRow & Keyed)[]> {
    const parameters: unknown[] = [];
    return reads.query(`select ${subscriptionColumns}, ${subscriptionOrder.select} from push_subscription s where s.person_id = actor_id() ${page.after(parameters)} ${subscriptionOrder.orderBy} limit ${page.limit}`, parameters);
  }

  /** How many they have beside this one. Who subscribes another at the same moment waits. */
  async countOthersForMore(tx: Tx, endpointHash: Buffer): Promise<number> {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('pushes ' || actor_id()::text, 0))`);
    const [row] = await tx.query<{ count: number }>('select count(*)::int as count from push_subscription where person_id = actor_id() and endpoint_hash <> $1', [endpointHash]);
    return row?.count ?? 0;
  }

  /** From whoever else has it. @returns its id where they have it already */
  async take(tx: Tx, endpointHash: Buffer): Promise<string | undefined> {
    await tx.query('select take_push_endpoint($1)', [endpointHash]);
    const [row] = await tx.query<{ id: string }>('select id from push_subscription where person_id = actor_id() and endpoint_hash = $1 for update', [endpointHash]);
    return row?.id;
  }

  /** What failed before says nothing of a browser that has just spoken. */
  async put(tx: Tx, told: { readonly id: string; readonly endpointHash: Buffer; readonly sessionId: string | undefined; readonly sealed: Buffer; readonly host: string; readonly browser: string }): Promise<PushSubscriptionRow> {
    const [row] = await tx.query<PushSubscriptionRow>(
      `insert into push_subscription as s (id, person_id, session_id, endpoint_hash, sealed, host, browser) values ($1, actor_id(), $2, $3, $4, $5, $6)
       on conflict (id) do update set session_id = excluded.session_id, sealed = excluded.sealed, host = excluded.host, browser = excluded.browser, failures = 0, failure_words = null, rests_until = null
       returning ${subscriptionColumns}`,
      [told.id, told.sessionId ?? null, told.endpointHash, told.sealed, told.host, told.browser]);
    return row as PushSubscriptionRow;
  }

  /** @returns whether they had it */
  async remove(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query('delete from push_subscription where id = $1 and person_id = actor_id() returning id', [id])).length > 0;
  }
}
