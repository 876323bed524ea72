import { Injectable } from '@nestjs/common';
import { Database, newId, type Tx } from '../../database/index.js';
import { HostOptions, SealError } from '../../plugins/index.js';
import { afterQuiet } from '../../libraries/index.js';
import { type NoticeContent, contentOf } from '../notice-content.js';
import { type PreferenceRow, preferenceColumns, preferencesOf } from '../preferences/notice-preferences.row.js';
import { type PushOutcome, restMs } from './push-answer.js';
import type { SealedBrowser } from './push-subscription.input.js';
import { subscriptionPlace } from './push-subscription.row.js';

/** A browser to which something is due, and whose it is. */
export interface DuePush {
  readonly subscriptionId: string;
  readonly personId: string;
}

interface WaitingPush {
  readonly id: string;
  readonly noticeId: string;
  /** Since when it was to leave. */
  readonly dueAt: Date;
}

/** One notice on its way to one browser, held by whoever took it. */
export interface TakenPush extends DuePush, WaitingPush {
  readonly content: NoticeContent;
  /** Undefined: it does not open with this installation's key. */
  readonly browser: SealedBrowser | undefined;
  readonly lease: string;
}

/** With its person's preferences, where they have any. */
type WaitingRow = WaitingPush & { readonly kind: string; readonly zone: string } & (PreferenceRow | { readonly personId: null });

const nextSql = `
  select q.id, q.notice_id as "noticeId", q.due_at as "dueAt", n.kind, l.time_zone as zone, ${preferenceColumns}
  from notice_push q join notice n on n.id = q.notice_id join library l on l.id = n.library_id left join notice_preference p on p.person_id = q.person_id
  where q.subscription_id = $1 and q.person_id = actor_id() and q.due_at <= $2 and n.library_id in (select scope()) and n.library_id not in (select stopped_libraries('all'))
  order by (n.kind = 'crisis') desc, q.due_at, q.id limit 1`;

/** What could not leave for so long is read in the dashboard. */
export const longestMs = 86_400_000;
/** More than one push may take: after that another takes the browser over, and tells it again. */
const leaseMs = 60_000;

/**
 * What is on its way to browsers, in transactions of those whose they are: waiting ──take──▶ waiting, its browser leased ──settle──▶ gone, or waiting until its
 * browser has rested. A push that was seen meanwhile, is done with or has waited for a day is gone at the next take. A lease that ran out leaves what it settles
 * as it is.
 */
@Injectable()
export class PushOutbox {
  constructor(
    private readonly database: Database,
    private readonly host: HostOptions,
  ) {}

  due(at: Date, most: number): Promise<readonly DuePush[]> {
    return this.database.beforeJob<DuePush>('select subscription_id as "subscriptionId", person_id as "personId" from due_pushes($1, $2)', [at, most]);
  }

  /** Committed before anything is sent. @returns undefined where another has the browser, or nothing is due there any more. */
  take(due: DuePush, at: Date): Promise<TakenPush | undefined> {
    const { subscriptionId } = due;
    return this.database.as(due.personId, async (tx) => {
      const [browser] = await tx.query<{ sealed: Buffer }>(
        `select s.sealed from push_subscription s where s.id = $1 and s.person_id = actor_id() and coalesce(s.rests_until, $2) <= $2 and coalesce(s.lease_until, $2) <= $2 for no key update skip locked`, [subscriptionId, at]);
      if (browser === undefined) return undefined;
      const next = await this.next(tx, subscriptionId, at);
      const [content] = next === undefined ? [] : await contentOf(tx, [next.noticeId]);
      if (next === undefined || content === undefined) return undefined;
      const lease = newId();
      await tx.query('update push_subscription set lease_until = $2, lease_token = $3 where id = $1 and person_id = actor_id()', [subscriptionId, new Date(at.getTime() + leaseMs), lease]);
      return { ...due, id: next.id, noticeId: next.noticeId, dueAt: next.dueAt, content, browser: this.open(subscriptionId, browser.sealed), lease };
    });
  }

  async settle({ id, subscriptionId, personId, lease }: TakenPush, outcome: PushOutcome, at: Date): Promise<void> {
    await this.database.as(personId, async (tx) => {
      const [browser] = await tx.query<{ failures: number }>('select failures from push_subscription where id = $1 and person_id = actor_id() and lease_token = $2 for no key update', [subscriptionId, lease]);
      // Unsubscribed meanwhile, or another is at it.
      if (browser === undefined) return;
      if (outcome.kind === 'gone') await tx.query('delete from push_subscription where id = $1 and person_id = actor_id()', [subscriptionId]);
      else if (outcome.kind !== 'later') await tx.query('delete from notice_push where id = $1 and person_id = actor_id()', [id]);
      if (outcome.kind === 'taken')
        await tx.query(
          'update push_subscription set last_told_at = $2, failures = 0, failure_words = null, rests_until = null, lease_until = null, lease_token = null where id = $1 and person_id = actor_id()', [subscriptionId, at]);
      if (outcome.kind === 'refused' || outcome.kind === 'later') await this.fail(tx, subscriptionId, { failures: browser.failures + 1, outcome, at });
    });
  }

  private async fail(tx: Tx, subscriptionId: string, { failures, outcome, at }: { readonly failures: number; readonly outcome: Extract<PushOutcome, { readonly words: string }>; readonly at: Date }): Promise<void> {
    const rests = outcome.kind === 'later' ? new Date(at.getTime() + restMs(failures, outcome.askedForMs, this.host.random())) : null;
    await tx.query('update push_subscription set failures = $2, failure_words = left($3, 500), rests_until = $4, lease_until = null, lease_token = null where id = $1 and person_id = actor_id()', [subscriptionId, failures, outcome.words, rests]);
  }

  /** A crisis first. What came to quiet hours as its browser rested waits until they are over. */
  private async next(tx: Tx, subscriptionId: string, at: Date): Promise<WaitingPush | undefined> {
    await tx.query(
      `delete from notice_push p using notice n where p.subscription_id = $1 and p.person_id = actor_id() and n.id = p.notice_id and n.library_id in (select scope()) and p.due_at <= $2 and (p.due_at <= $3 or notice_is_over(n))`,
      [subscriptionId, at, new Date(at.getTime() - longestMs)]);
    for (;;) {
      const [next] = await tx.query<WaitingRow>(nextSql, [subscriptionId, at]);
      if (next === undefined) return undefined;
      const { quiet } = preferencesOf(next.personId === null ? undefined : next);
      const leavesAt = next.kind === 'crisis' ? at : afterQuiet(at, quiet, next.zone);
      if (leavesAt <= at) return next;
      await tx.query('update notice_push set due_at = $2 where id = $1 and person_id = actor_id()', [next.id, leavesAt]);
    }
  }

  private open(subscriptionId: string, sealed: Buffer): SealedBrowser | undefined {
    try {
      return JSON.parse(this.host.secretKeys.open(subscriptionPlace(subscriptionId), sealed)) as SealedBrowser;
    } catch (error) {
      if (error instanceof SealError) return undefined;
      throw error;
    }
  }
}
