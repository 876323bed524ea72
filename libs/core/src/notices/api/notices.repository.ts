import { Injectable } from '@nestjs/common';
import { type Tx, isId } from '../../database/index.js';
import { CappedCount, type Keyed, Keyset, type Page, countLimit } from '../../graphql/index.js';
import type { Queryable } from '../../staff/index.js';
import type { NoticeKind } from '../notice-kinds.js';
import type { NoticeRow } from './notice.row.js';

/** The newest first. */
export const noticeOrder = new Keyset('notices', 'desc', [{ column: 'n.told_at', type: 'timestamptz' }, { column: 'n.id', type: 'uuid' }]);

export interface NoticeFilter {
  readonly unseen?: boolean | undefined;
  readonly libraryId?: string | undefined;
  readonly kind?: NoticeKind | undefined;
}

const columns = `n.id, n.kind, n.library_id as "libraryId", n.title, n.body, n.path, n.conversation_id as "conversationId", n.subject_id as "subjectId", n.told_at as "toldAt", n.seen_at as "seenAt",
  (select f.restated from heard_finding f join conversation c on c.id = f.conversation_id and c.top_post_id = f.post_id
   where c.id = n.conversation_id and c.library_id = n.library_id and f.library_id = n.library_id and f.restated is not null order by f.score desc, f.id limit 1) as need,
  coalesce((select jsonb_agg(jsonb_build_object('way', d.way, 'state', d.state, 'dueAt', d.due_at, 'words', d.words) order by d.way) from notice_delivery d where d.notice_id = n.id), '[]') as mails`;
const mine = `n.person_id = actor_id() and n.library_id in (select scope()) and n.shown
  and ($1::boolean is null or (n.seen_at is null) = $1) and ($2::uuid is null or n.library_id = $2) and ($3::text is null or n.kind = $3)`;

/** Notices of whoever asks, of libraries where they have a role now. */
@Injectable()
export class NoticesRepository {
  /** A page of {@link noticeOrder}. */
  page(reads: Queryable, filter: NoticeFilter, page: Page): Promise<readonly (NoticeRow & Keyed)[]> {
    const parameters = parametersOf(filter);
    return reads.query(`select ${columns}, ${noticeOrder.select} from notice n where ${mine} ${page.after(parameters)} ${noticeOrder.orderBy} limit ${page.limit}`, parameters);
  }

  async count(reads: Queryable, filter: NoticeFilter): Promise<CappedCount> {
    const [row] = await reads.query<{ count: number }>(`select count(*)::int as count from (select 1 from notice n where ${mine} limit ${countLimit + 1}) counted`, parametersOf(filter));
    return CappedCount.of(row?.count ?? 0);
  }

  /** Those of these that were unseen; undefined: all of them. Ids that are no notice of theirs are passed over. */
  markSeen(tx: Tx, ids: readonly string[] | undefined, at: Date): Promise<readonly { readonly id: string; readonly libraryId: string }[]> {
    return tx.query(
      `update notice n set seen_at = $2 where n.person_id = actor_id() and n.library_id in (select scope()) and n.seen_at is null and ($1::uuid[] is null or n.id = any($1))
       returning n.id, n.library_id as "libraryId"`, [ids?.filter(isId) ?? null, at]);
  }

  /** What the mail server said when it last refused a mail to whoever asks, where it has taken none since. */
  async lastRefusal(reads: Queryable): Promise<{ readonly words: string | null; readonly at: Date } | undefined> {
    const [row] = await reads.query<{ state: string; words: string | null; at: Date }>(
      `select state, words, ended_at as at from notice_delivery where person_id = actor_id() and state in ('sent', 'refused', 'missed') order by ended_at desc limit 1`);
    return row === undefined || row.state === 'sent' ? undefined : row;
  }
}

const parametersOf = ({ unseen, libraryId, kind }: NoticeFilter): unknown[] => [unseen ?? null, libraryId ?? null, kind ?? null];
