import { Injectable } from '@nestjs/common';
import { type Tx, newId, readSql } from '../../database/index.js';

const claimSql = readSql(import.meta.url, './claim.sql');

/** Somebody who takes a mail has so long for it: after that another takes it again. */
const leaseMs = 300_000;

interface DueRow {
  readonly noticeId: string;
  readonly way: 'mail' | 'digest';
  readonly mailId: string | null;
  readonly tries: number;
  readonly over: boolean;
}

/** A mail that is about to leave, held by whoever claimed it. */
export interface ClaimedMail {
  readonly mailId: string;
  readonly way: 'mail' | 'digest';
  /** With this one. */
  readonly tries: number;
  readonly noticeIds: readonly string[];
}

export interface Settled {
  readonly state: 'sent' | 'refused' | 'missed';
  readonly words: string | null;
}

/**
 * What is on its way to one person, in transactions of that person, who sees no other's. A delivery's states:
 *
 *     waiting ──claim──▶ sending ──▶ sent, refused (for good), missed (tried for too long)       waiting ──(seen, or done with)──▶ over
 *     sending ──(to be tried later)──▶ waiting        sending ──(whoever held it is gone)──claim──▶ sending
 */
@Injectable()
export class DeliveriesRepository {
  /** The next mail that is due: one notice, all of a digest, or what left together before. Undefined where none is. */
  async claim(tx: Tx, at: Date): Promise<ClaimedMail | undefined> {
    const rows = await tx.query<DueRow>(claimSql, [at]);
    const over = rows.filter((row) => row.over);
    if (over.length > 0)
      await tx.query(`update notice_delivery d set state = 'over', ended_at = $3, lease_until = null from unnest($1::uuid[], $2::text[]) t(notice_id, way) where d.notice_id = t.notice_id and d.way = t.way`, [over.map(({ noticeId }) => noticeId), over.map(({ way }) => way), at]);
    const due = rows.filter((row) => !row.over);
    const [first] = due;
    if (first === undefined) return undefined;
    const together = first.mailId !== null ? due.filter(({ mailId }) => mailId === first.mailId) : first.way === 'mail' ? [first] : due.filter(({ way, mailId }) => way === 'digest' && mailId === null);
    const [mailId, noticeIds] = [first.mailId ?? newId(), together.map((row) => row.noticeId)];
    await tx.query(
      `update notice_delivery set state = 'sending', mail_id = $3, tries = tries + 1, lease_until = $4 where notice_id = any($1::uuid[]) and way = $2`,
      [noticeIds, first.way, mailId, new Date(at.getTime() + leaseMs)]);
    return { mailId, way: first.way, tries: first.tries + 1, noticeIds };
  }

  async address(tx: Tx, personId: string): Promise<{ readonly name: string; readonly address: string } | undefined> {
    const [row] = await tx.query<{ name: string; address: string }>('select name, email as address from person where actor_id = $1', [personId]);
    return row;
  }

  async settle(tx: Tx, { mailId }: ClaimedMail, { state, words }: Settled, at: Date): Promise<void> {
    const rows = await tx.query<{ id: string; libraryId: string; personId: string }>(
      `update notice_delivery d set state = $2, words = $3, ended_at = $4, lease_until = null from notice n
       where d.mail_id = $1 and d.person_id = actor_id() and d.state = 'sending' and n.id = d.notice_id returning n.id, n.library_id as "libraryId", n.person_id as "personId"`, [mailId, state, words, at]);
    for (const { id, libraryId, personId } of rows) tx.hint({ kind: 'notice', id, library: libraryId, actor: personId });
  }

  /** To be tried again, as the same mail. */
  async postpone(tx: Tx, { mailId }: ClaimedMail, dueAt: Date, words: string): Promise<void> {
    await tx.query(`update notice_delivery set state = 'waiting', due_at = $2, words = $3, lease_until = null where mail_id = $1 and person_id = actor_id() and state = 'sending'`, [mailId, dueAt, words]);
  }
}
