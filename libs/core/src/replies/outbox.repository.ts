import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import type { Delivery, Outgoing } from './outgoing.js';
import { Audit } from '../staff/index.js';
import { RepliesRepository } from './replies.repository.js';

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

/** Longer than any thread is deep, and a bound where a network's data make a ring. */
const deepest = 1_000;

/**
 * The outbox's side of a reply's states: approved ──take──▶ sending ──settle──▶ sent, failed, unknown, or approved again.
 *
 * A lease is fenced by the reply's version: what a process that lost its lease found out changes nothing, but for the proof that it was sent.
 */
@Injectable()
export class OutboxRepository {
  constructor(private readonly database: Database, private readonly replies: RepliesRepository, private readonly audit: Audit) {}

  /** Of each account the reply that waits longest, if none of it is on its way. */
  due(now: Date, most: number): Promise<DueReply[]> {
    return this.database.beforeJob<DueReply>('select reply_id as "replyId", account_id as "accountId", actor_id as "actorId" from due_replies($1, $2)', [now, most]);
  }

  async nextDue(): Promise<Date | undefined> {
    const [next] = await this.database.beforeJob<{ at: Date | null }>('select next_reply_due() as at');
    return next?.at ?? undefined;
  }

  /**
   * Committed before the network is called: whoever finds it afterwards knows that it may have left.
   * @returns undefined where another process has it, or another reply of the account is on its way.
   */
  take({ replyId, accountId, actorId }: DueReply, { now, until }: Lease): Promise<Outgoing | undefined> {
    return this.database.working(actorId, async (tx) => {
      // Of two processes with two replies of one account, the second sees the first one's.
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('outbox ' || $1, 0))`, [accountId]);
      const [reply] = await tx.query<Omit<Outgoing, 'network' | 'remoteId' | 'rootNetwork' | 'rootRemoteId' | 'gone'>>(
        `with due as (
           select r.id, r.state from reply r where r.id = $1 and ((r.state = 'approved' and r.due_at <= $2) or (r.state = 'sending' and r.lease_until <= $2))
             and r.library_id in (select scope()) and not account_is_sending(r.account_id, $2) for update skip locked)
         update reply r set state = 'sending', lease_until = $3, first_tried_at = coalesce(r.first_tried_at, $2), tries = r.tries + 1, version = r.version + 1, changed_at = now()
         from due where r.id = due.id
         returning r.id, r.library_id as "libraryId", r.account_id as "accountId", r.to_post_id as "toPostId", r.key, r.text, r.lang, r.tries, r.first_tried_at as "firstTriedAt",
           r.version, due.state = 'sending' as interrupted`,
        [replyId, now, until],
      );
      if (reply === undefined) return undefined;
      tx.hint({ kind: 'reply', id: reply.id, library: reply.libraryId, version: reply.version });
      return { ...reply, ...(await namesOf(tx, reply)) };
    });
  }

  /** @returns false where the lease was lost and nothing was changed. */
  settle(actorId: string, outgoing: Outgoing, delivery: Delivery, now: Date): Promise<boolean> {
    return this.database.working(actorId, async (tx) => {
      const [set, values] = changeOf(delivery, now);
      // Proof that it was sent holds also where another process has the lease, and would send it again.
      const mine = delivery.kind === 'sent' ? `(version = $3 or state in ('approved', 'sending', 'unknown', 'failed'))` : 'version = $3';
      const [reply] = await tx.query<{ conversationId: string; version: number }>(
        `update reply set ${set}, version = version + 1, changed_at = now() where id = $1 and library_id = $2 and ${mine} returning conversation_id as "conversationId", version`,
        [outgoing.id, outgoing.libraryId, outgoing.version, ...values],
      );
      if (reply === undefined) return false;
      // As it is now: the conversation may have been merged into another while the reply was on its way.
      const told = { id: outgoing.id, libraryId: outgoing.libraryId, conversationId: reply.conversationId };
      if (delivery.kind === 'sent') await this.replies.answered(tx, told, now, delivery.ref);
      await this.replies.tell(tx, told, timelineKindOf(delivery), null);
      if (isEnd(delivery))
        await this.audit.record(tx, { libraryId: outgoing.libraryId, actorId, action: `reply.${delivery.kind}`, subjectKind: 'reply', subjectId: outgoing.id, detail: { version: reply.version } });
      tx.hint({ kind: 'reply', id: outgoing.id, library: outgoing.libraryId, version: reply.version });
      return true;
    });
  }
}

const namesOf = async (tx: Tx, reply: { readonly toPostId: string; readonly libraryId: string }): Promise<Pick<Outgoing, 'network' | 'remoteId' | 'rootNetwork' | 'rootRemoteId' | 'gone'>> => {
  const [row] = await tx.query<{ network: string; remoteId: string; rootNetwork: string; rootRemoteId: string; gone: boolean }>(
    `with recursive up as (
       select p.id, p.parent_id, p.network, p.remote_id, p.gone_at, 0 as height from heard_post p where p.id = $1 and p.library_id = $2
       union all
       select p.id, p.parent_id, p.network, p.remote_id, p.gone_at, up.height + 1 from up join heard_post p on p.id = up.parent_id and p.library_id = $2 where up.height < ${deepest})
     select f.network, f.remote_id as "remoteId", f.gone_at is not null as gone, l.network as "rootNetwork", l.remote_id as "rootRemoteId"
     from (select * from up where height = 0) f, (select * from up order by height desc limit 1) l`,
    [reply.toPostId, reply.libraryId],
  );
  return row ?? { network: null, remoteId: null, rootNetwork: null, rootRemoteId: null, gone: true };
};

/** What is set, with parameters from $4. */
const changeOf = (delivery: Delivery, now: Date): readonly [set: string, values: readonly unknown[]] => {
  switch (delivery.kind) {
    case 'sent':
      return [`state = 'sent', sent_at = $4, sent_ref = $5, lease_until = null, failure_kind = null, failure_words = null`, [now, JSON.stringify(delivery.ref)]];
    case 'failed':
    case 'unknown':
      return [`state = '${delivery.kind}', lease_until = null, failure_kind = $4, failure_words = $5`, [delivery.why, delivery.words]];
    case 'again':
      return [
        `state = 'approved', due_at = $4, lease_until = null, failure_kind = $5, failure_words = $6, tries = tries - $7`,
        [delivery.at, delivery.why, delivery.words, delivery.counts ? 0 : 1],
      ];
    case 'ask-again':
      return ['lease_until = $4, failure_kind = $5, failure_words = $6', [delivery.at, delivery.why, delivery.words]];
  }
};

const isEnd = ({ kind }: Delivery): boolean => kind === 'sent' || kind === 'failed' || kind === 'unknown';

const timelineKindOf = ({ kind }: Delivery): 'sent' | 'send-failed' | 'send-unknown' | undefined => {
  if (kind === 'sent') return 'sent';
  if (kind === 'failed') return 'send-failed';
  return kind === 'unknown' ? 'send-unknown' : undefined;
};
