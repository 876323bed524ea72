import { Injectable } from '@nestjs/common';
import { Database, newId, type Tx } from '../database/index.js';
import { HostOptions, SealError } from '../plugins/index.js';
import { Audit } from '../staff/index.js';
import { type AfterFailure, afterFailure } from './try-again.js';
import { type DeliveryRow, deliveryColumns, testKind } from './webhook.row.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** A webhook that something is to be told to, and as whom that is done: the system actor of its library. */
export interface DueWebhook {
  readonly webhookId: string;
  readonly actorId: string;
}

/** One delivery that a worker is at. */
export interface TakenDelivery extends DeliveryRow {
  readonly url: string;
  /** Which hold, the newest first; undefined: they do not open with this installation's key. */
  readonly secrets: readonly string[] | undefined;
  readonly lease: string;
}

export interface Outcome {
  /** Of the answer; undefined where there was none. */
  readonly status: number | undefined;
  readonly askedForMs?: number | undefined;
  readonly tookMs: number;
  /** Undefined: it was taken. */
  readonly words: string | undefined;
}

/** More than one delivery may take: from a worker that is gone another takes the webhook over, and tells it again. */
const leaseSeconds = 60;

/** For what a secret is sealed: moved to another webhook it does not open. */
export const secretPlace = (webhookId: string): string => `webhook ${webhookId}`;

/**
 * The outbox's side of a delivery: waiting ──take──▶ waiting, one try more ──settle──▶ delivered, failed, or waiting for the next try.
 *
 * A webhook is leased while one of its deliveries is on its way, so that a slow receiver holds one worker. A lease that ran out, and a try that another made
 * since, leave what they settle as it is.
 */
@Injectable()
export class WebhookOutbox {
  constructor(
    private readonly database: Database,
    private readonly webhooks: WebhooksRepository,
    private readonly host: HostOptions,
    private readonly audit: Audit,
  ) {}

  due(most: number): Promise<readonly DueWebhook[]> {
    return this.database.beforeJob<DueWebhook>('select webhook_id as "webhookId", actor_id as "actorId" from due_webhooks($1)', [most]);
  }

  /** Committed before anything is sent. @returns undefined where another has the webhook, or nothing is due there any more. */
  take({ webhookId, actorId }: DueWebhook): Promise<TakenDelivery | undefined> {
    const lease = newId();
    return this.database.working(actorId, async (tx) => {
      const [taken] = await tx.query<DeliveryRow & { readonly url: string }>(
        `with hook as (
           select w.id, w.url from webhook w where w.id = $1 and w.library_id in (select scope()) and w.state = 'on' and coalesce(w.rests_until, now()) <= now() and coalesce(w.lease_until, now()) <= now()
             and w.library_id not in (select stopped('all')) for no key update skip locked),
         next as (select d.id from webhook_delivery d join hook on hook.id = d.webhook_id where d.state = 'waiting' and d.due_at <= now()
             order by (d.kind = $2) desc, d.due_at, d.id limit 1 for update of d skip locked),
         leased as (update webhook w set lease_until = now() + make_interval(secs => $3), lease_token = $4 from next where w.id = $1 returning w.id)
         update webhook_delivery d set tries = d.tries + 1, fresh = false, tried_at = now() from next, hook, leased where d.id = next.id returning ${deliveryColumns}, hook.url`,
        [webhookId, testKind, leaseSeconds, lease]);
      return taken && { ...taken, lease, secrets: await this.secretsOf(tx, webhookId) };
    });
  }

  /** @returns what a try in vain came to */
  settle(actorId: string, taken: TakenDelivery, outcome: Outcome): Promise<AfterFailure | undefined> {
    return this.database.working(actorId, async (tx) => {
      // Before the delivery, as everywhere.
      const [hook] = await tx.query<{ failures: number; failingForMs: number; mine: boolean }>(
        `select w.failures, extract(epoch from now() - coalesce(w.failing_since, now()))::float8 * 1000 as "failingForMs", w.lease_token is not distinct from $3 as mine from webhook w
         where w.id = $1 and w.library_id = $2 for no key update`, [taken.webhookId, taken.libraryId, taken.lease]);
      // Removed meanwhile, or another is at it.
      if (hook?.mine !== true) return undefined;
      if (outcome.words !== undefined) return this.fail(tx, actorId, taken, { ...outcome, words: outcome.words }, hook);
      await this.write(tx, taken, outcome, `state = 'delivered', due_at = null`);
      await tx.query(`update webhook set failures = 0, failing_since = null, rests_until = null, lease_until = null, lease_token = null where id = $1 and library_id = $2`, [taken.webhookId, taken.libraryId]);
      return undefined;
    });
  }

  private async fail(tx: Tx, actorId: string, taken: TakenDelivery, outcome: Outcome & { readonly words: string }, hook: { readonly failures: number; readonly failingForMs: number }): Promise<AfterFailure> {
    const { status, askedForMs } = outcome;
    const after = afterFailure({ tries: taken.tries, failures: hook.failures + 1, failingForMs: hook.failingForMs, status, askedForMs, isTest: taken.kind === testKind }, this.host.random());
    const { againIn } = after;
    await this.write(tx, taken, outcome, againIn === undefined ? `state = 'failed', due_at = null` : 'due_at = now() + make_interval(secs => $8)', againIn);
    await tx.query(
      `update webhook set failures = failures + 1, failing_since = coalesce(failing_since, now()), rests_until = now() + make_interval(secs => $3), lease_until = null, lease_token = null,
         state = case when $4 and state = 'on' then 'failed' else state end where id = $1 and library_id = $2`,
      [taken.webhookId, taken.libraryId, after.restsFor, after.turnOff]);
    if (after.turnOff) await this.turnedOff(tx, actorId, taken, status);
    return after;
  }

  private async write(tx: Tx, { id, libraryId, tries }: TakenDelivery, { status, tookMs, words }: Outcome, set: string, ...more: readonly unknown[]): Promise<void> {
    await tx.query(`update webhook_delivery set ${set}, status = $5, took_ms = $6, failure_words = $7 where id = $1 and library_id = $2 and tries = $3 and state = $4`, [
      id, libraryId, tries, 'waiting', status ?? null, tookMs, words ?? null, ...more.filter((value) => value !== undefined),
    ]);
  }

  private async turnedOff(tx: Tx, actorId: string, { webhookId, libraryId }: TakenDelivery, status: number | undefined): Promise<void> {
    await this.webhooks.giveUpWaiting(tx, { id: webhookId, libraryId });
    await this.audit.record(tx, { libraryId, actorId, action: 'webhook.turned-off', subjectKind: 'webhook', subjectId: webhookId, detail: status === undefined ? {} : { status } });
    tx.hint({ kind: 'library', id: libraryId, library: libraryId });
  }

  private async secretsOf(tx: Tx, webhookId: string): Promise<readonly string[] | undefined> {
    const rows = await tx.query<{ sealed: Buffer }>('select sealed from webhook_secret where webhook_id = $1 and library_id in (select scope()) and (until is null or until > now()) order by until desc nulls first', [webhookId]);
    try {
      return rows.map(({ sealed }) => this.host.secretKeys.open(secretPlace(webhookId), sealed));
    } catch (error) {
      if (error instanceof SealError) return undefined;
      throw error;
    }
  }
}
