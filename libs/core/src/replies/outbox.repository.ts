import type { Ref } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { AttachmentsRepository } from '../attachments/index.js';
import { Database, type Hint, newId, type Tx } from '../database/index.js';
import type { Delivery, Outgoing } from './outgoing.js';
import { Audit } from '../staff/index.js';
import { PartsRepository } from './parts.repository.js';
import { RepliesRepository } from './replies.repository.js';
import type { ReplyState } from './reply.row.js';
import type { SentUnder } from './senders.js';

/** What may leave an account now, and as whom. */
export interface DueReply {
  readonly replyId: string;
  readonly accountId: string;
  /** The system actor of its library. */
  readonly actorId: string;
}

export interface Lease {
  readonly now: Date;
  readonly until: Date;
}

/** A reply of ours that is out, and has no place in its thread yet. */
export interface Unplaced {
  readonly replyId: string;
  /** The system actor of its library. */
  readonly actorId: string;
}

/** Where a post of ours belongs. */
export interface Place {
  readonly ref: Ref;
  readonly under: SentUnder;
  readonly accountId: string;
}

/** What became of a delivery that was to be written down. `late`: the lease was lost, and it is proof that the reply was sent all the same. */
export type Settled = 'mine' | 'late' | 'lost';

const placeAgainMs = 60_000;
/** Past that the source has shown us our own post, or never will. */
const placeForMs = 86_400_000;

interface StoredReply {
  readonly state: ReplyState;
  readonly version: number;
  readonly text: string;
  readonly lang: string;
  readonly attached: string;
  readonly sentRef: (Ref & { readonly decided?: true }) | null;
  readonly draftedBy: string;
  readonly conversationId: string;
}

/**
 * The outbox's side of a reply's states: approved ──take──▶ sending ──settle──▶ sent, failed, unknown, or approved again.
 *
 * A lease is fenced by the reply's version: what a process that lost its lease found out changes nothing, but for the proof that it was sent. That
 * holds in whatever state the reply is by then, also as a draft again, and with the words that were sent; what a person wrote meanwhile stays, as
 * a draft of its own.
 */
@Injectable()
export class OutboxRepository {
  private readonly attachments = new AttachmentsRepository();

  constructor(private readonly database: Database, private readonly replies: RepliesRepository, private readonly parts: PartsRepository, private readonly audit: Audit) {}

  /** Of each account the reply that waits longest, if none of it is on its way. */
  due(now: Date, most: number): Promise<DueReply[]> {
    return this.database.beforeJob<DueReply>('select reply_id as "replyId", account_id as "accountId", actor_id as "actorId" from due_replies($1, $2)', [now, most]);
  }

  /** Rounded up: a moment of Node has no parts of a millisecond, and before it is over nothing is due. */
  async nextDue(): Promise<Date | undefined> {
    const [next] = await this.database.beforeJob<{ at: Date | null }>(`select date_trunc('milliseconds', next_reply_due() + interval '999 microseconds') as at`);
    return next?.at ?? undefined;
  }

  /**
   * Committed before the network is called: whoever finds it afterwards knows that it may have left. What should have left an hour ago, and by all that is
   * known here never did, the network is asked for first: a disk that was put back says the same.
   * @returns undefined where another process has it, another reply of the account is on its way, or an earlier one of its conversation goes again.
   */
  take({ replyId, accountId, actorId }: DueReply, { now, until }: Lease): Promise<Outgoing | undefined> {
    return this.database.working(actorId, async (tx) => {
      // Of two who take two replies of one account, or of one conversation, the second sees the first one's.
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('outbox ' || $1, 0))`, [accountId]);
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('outbox ' || conversation_id::text, 0)) from reply where id = $1 and library_id in (select scope())`, [replyId]);
      const [reply] = await tx.query<Omit<Outgoing, 'to' | 'root' | 'whole' | 'gone' | 'images'>>(
        `with due as (
           select r.id, r.state, r.state = 'approved' and r.first_tried_at is null and r.due_at < $2::timestamptz - interval '1 hour' as overdue from reply r where r.id = $1 and ((r.state = 'approved' and r.due_at <= $2 and r.library_id not in (select stopped('sending')))
               or (r.state = 'sending' and r.lease_until <= $2 and r.library_id not in (select stopped('all'))))
             and r.library_id in (select scope()) and not account_is_sending(r.account_id, $2)
               and not waits_behind(r.id) for update skip locked)
         update reply r set state = 'sending', lease_until = $3, first_tried_at = coalesce(r.first_tried_at, case when due.overdue then r.due_at else $2 end), tries = r.tries + 1, version = r.version + 1, changed_at = now()
         from due where r.id = due.id
         returning r.id, r.library_id as "libraryId", r.account_id as "accountId", r.to_post_id as "toPostId", r.whole_id as "wholeId", r.part, r.key, r.text, r.lang, r.attached, r.tries, r.first_tried_at as "firstTriedAt",
           coalesce(r.last_tried_at, r.first_tried_at) as "lastTriedAt", r.version, r.approved_by as "approvedBy", r.unproven, due.overdue, due.state = 'sending' as interrupted`,
        [replyId, now, until],
      );
      if (reply === undefined) return undefined;
      tx.hint({ kind: 'reply', id: reply.id, library: reply.libraryId, version: reply.version });
      return { ...reply, ...(await this.parts.thread(tx, reply)), images: await this.attachments.wholeOf(tx, reply) };
    });
  }

  /**
   * Asked as the last thing before the network is called: whoever was held up since it took the reply may have lost it to another, who sent it.
   * From now on it may have left.
   * @returns whether it is ours still, and then until `until`.
   */
  hold(actorId: string, { id, libraryId, version }: Outgoing, { now, until }: Lease): Promise<boolean> {
    return this.database.working(actorId, async (tx) => {
      const held = await tx.query(`update reply set lease_until = $5, last_tried_at = $4 where id = $1 and library_id = $2 and version = $3 and state = 'sending' returning id`, [id, libraryId, version, now, until]);
      return held.length > 0;
    });
  }

  settle(actorId: string, outgoing: Outgoing, delivery: Delivery, now: Date): Promise<Settled> {
    return this.database.working(actorId, async (tx) => {
      const [stored] = await tx.query<StoredReply>(
        `select state, version, text, lang, attached, sent_ref as "sentRef", drafted_by as "draftedBy", conversation_id as "conversationId" from reply where id = $1 and library_id = $2 for update`,
        [outgoing.id, outgoing.libraryId],
      );
      if (stored?.version === outgoing.version) {
        await this.write(tx, actorId, outgoing, delivery, now);
        return 'mine';
      }
      if (stored === undefined || delivery.kind !== 'sent') return 'lost';
      await this.proveLate(tx, actorId, outgoing, { delivery, now, stored });
      return 'late';
    });
  }

  private async proveLate(tx: Tx, actorId: string, outgoing: Outgoing, { delivery, now, stored }: { readonly delivery: Delivery & { readonly kind: 'sent' }; readonly now: Date; readonly stored: StoredReply }): Promise<void> {
    const known = stored.state === 'sent' && stored.sentRef?.decided !== true;
    // Also where staff took it back from the network since.
    if (isSame(stored.sentRef, delivery.ref)) return;
    const other = stored.attached !== outgoing.attached;
    if (!known && (stored.text !== outgoing.text || stored.lang !== outgoing.lang || (other && stored.state !== 'withdrawn'))) {
      const copy = newId();
      await this.copy(tx, outgoing, { ...stored, id: copy });
      await this.attachments.copy(tx, outgoing, copy);
      await this.replies.tell(tx, { id: outgoing.id, libraryId: outgoing.libraryId, conversationId: stored.conversationId }, 'drafted', null);
    }
    // Out twice, under two names: whatever led to that, staff see both.
    const id = known ? newId() : outgoing.id;
    if (known) await this.copy(tx, outgoing, { ...stored, id, text: outgoing.text, lang: outgoing.lang });
    if (!known && other) {
      // Whatever somebody approved since was of other images.
      await this.replies.redraft(tx, outgoing);
      await this.attachments.clear(tx, outgoing);
    }
    if (known || other) await this.attachments.record(tx, { id, libraryId: outgoing.libraryId }, outgoing.images);
    await this.write(tx, actorId, { ...outgoing, id }, delivery, now);
  }

  private async copy(tx: Tx, { libraryId, accountId, toPostId }: Outgoing, { id, conversationId, text, lang, draftedBy }: Pick<StoredReply, 'conversationId' | 'text' | 'lang' | 'draftedBy'> & { readonly id: string }): Promise<void> {
    await this.replies.insert(tx, { id, libraryId, conversationId, accountId, toPostId, text, lang, draftedBy });
    tx.hint({ kind: 'reply', id, library: libraryId, version: 1 });
  }

  private async write(tx: Tx, actorId: string, outgoing: Outgoing, delivery: Delivery, now: Date): Promise<void> {
    const [set, values] = changeOf(outgoing, delivery, now);
    const [reply] = await tx.query<{ conversationId: string; version: number }>(
      `update reply set ${set}, version = version + 1, changed_at = now() where id = $1 and library_id = $2 returning conversation_id as "conversationId", version`,
      [outgoing.id, outgoing.libraryId, ...values],
    );
    if (reply === undefined) throw new Error('a locked reply was not there to be written');
    // As it is now: the conversation may have been merged into another while the reply was on its way.
    const told = { id: outgoing.id, libraryId: outgoing.libraryId, conversationId: reply.conversationId };
    if (delivery.kind === 'sent') {
      await this.replies.answered(tx, told, now, delivery.ref);
      await this.parts.release(tx, told, now);
      await tx.query('select note_sent($1)', [now]);
    }
    if (delivery.kind === 'again') await this.backWhereStopped(tx, outgoing.id);
    await this.replies.tell(tx, told, timelineKindOf(delivery), null);
    if (isEnd(delivery))
      await this.audit.record(tx, { libraryId: outgoing.libraryId, actorId, action: `reply.${delivery.kind}`, subjectKind: 'reply', subjectId: outgoing.id, detail: { version: reply.version } });
    tx.hint({ kind: 'reply', id: outgoing.id, library: outgoing.libraryId, version: reply.version });
  }

  /** What was on its way when somebody stopped sending, and did not arrive, is a draft again, as what had not left: also where it was resumed since, which sends nothing. */
  private async backWhereStopped(tx: Tx, id: string): Promise<void> {
    // Whoever stops meanwhile waits for us, and then finds it approved.
    await tx.query(`select pg_advisory_xact_lock_shared(hashtextextended('stop', 0))`);
    const hints = await tx.query<Hint>(
      `select kind, id, library_id as library, version from void_approvals(array(
         select r.id from reply r where r.id = $1 and exists (
           select 1 from stop s where s.what <> 'listening' and s.stopped_at > r.approved_at
             and (s.library_id is null or s.library_id in (select n.ancestor_id from library_line n where n.library_id = r.library_id)))), 'draft', 'stopped', null)`, [id]);
    for (const hint of hints) tx.hint(hint);
  }

  unplaced(now: Date, most: number): Promise<Unplaced[]> {
    return this.database.beforeJob<Unplaced>('select reply_id as "replyId", actor_id as "actorId" from unplaced_replies($1, $2)', [now, most]);
  }

  /**
   * Takes it for a minute, after which somebody tries again: for a day.
   * @returns undefined where another process has it, it is placed, or nobody knows yet what the network calls it
   */
  takePlace({ replyId, actorId }: Unplaced, now: Date): Promise<Place | undefined> {
    return this.database.working(actorId, async (tx) => {
      const [taken] = await tx.query<{ id: string; libraryId: string; wholeId: string | null; part: number; toPostId: string | null; threadId: string; accountId: string }>(
        `update reply r set place_due = case when r.sent_at > $3 then $2::timestamptz end from conversation c
         where r.id = $1 and r.place_due <= $4 and r.library_id in (select scope()) and c.id = r.conversation_id and c.library_id = r.library_id
         returning r.id, r.library_id as "libraryId", r.whole_id as "wholeId", r.part, r.to_post_id as "toPostId", c.thread_id as "threadId", r.account_id as "accountId"`,
        [replyId, new Date(now.getTime() + placeAgainMs), new Date(now.getTime() - placeForMs), now],
      );
      const ref = taken && (await this.replies.sentRef(tx, taken));
      if (taken === undefined || ref === undefined) return undefined;
      const postId = (await this.parts.postBefore(tx, taken)) ?? taken.toPostId;
      return { ref, under: postId === null ? { threadId: taken.threadId } : { postId }, accountId: taken.accountId };
    });
  }

  placed({ replyId, actorId }: Unplaced): Promise<void> {
    return this.database.working(actorId, async (tx) => void (await tx.query('update reply set place_due = null where id = $1 and library_id in (select scope())', [replyId])));
  }
}

const isSame = (one: Ref | null, other: Ref): boolean => JSON.stringify(one && [one.network, one.id, one.local]) === JSON.stringify([other.network, other.id, other.local]);

const later = (than: Date, ms: number): Date => new Date(than.getTime() + ms);

/** What is set, with parameters from $3. */
const changeOf = ({ text, lang, approvedBy }: Outgoing, delivery: Delivery, now: Date): readonly [set: string, values: readonly unknown[]] => {
  switch (delivery.kind) {
    case 'sent':
      return [
        `state = 'sent', sent_at = $3, sent_ref = $4, place_due = $3, text = $5, approved_text = $5, approved_attached = attached, lang = $6, approved_by = $7, approved_kind = 'person', approved_at = coalesce(approved_at, $3),
         lease_until = null, failure_kind = null, failure_words = null`,
        [now, JSON.stringify(delivery.ref), text, lang, approvedBy],
      ];
    case 'failed':
    case 'unknown':
      return [`state = '${delivery.kind}', lease_until = null, failure_kind = $3, failure_words = $4`, [delivery.why, delivery.words]];
    case 'again':
      return [
        `state = 'approved', due_at = $3, lease_until = null, failure_kind = $4, failure_words = $5, tries = tries - $6`,
        [later(now, delivery.inMs), delivery.why, delivery.words, delivery.counts ? 0 : 1],
      ];
    case 'ask-again':
      return ['lease_until = $3, failure_kind = $4, failure_words = $5, tries = tries - $6', [later(now, delivery.inMs), delivery.why, delivery.words, delivery.counts ? 0 : 1]];
  }
};

const isEnd = ({ kind }: Delivery): boolean => kind === 'sent' || kind === 'failed' || kind === 'unknown';

const timelineKindOf = ({ kind }: Delivery): 'sent' | 'send-failed' | 'send-unknown' | undefined => {
  if (kind === 'sent') return 'sent';
  if (kind === 'failed') return 'send-failed';
  return kind === 'unknown' ? 'send-unknown' : undefined;
};
