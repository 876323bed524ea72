import type { Queryable } from '../../staff/index.js';

/** How notices are told at a library. */
export interface NoticePolicy {
  /** Whether what leaves to staff, by mail or to a browser, holds a post and its author's name. */
  readonly showsPosts: boolean;
  /** Who is told of a draft that has waited so long for its approval. */
  readonly standIn: { readonly id: string; readonly hours: number } | null;
}

/** What holds at a library, and which library says so: itself or one above it; null: the program. */
export interface HoldingNoticePolicy extends NoticePolicy {
  readonly setAt: string | null;
}

interface Row {
  readonly showsPosts: boolean;
  readonly standInId: string | null;
  readonly standInHours: number | null;
  readonly setAt: string;
}

/** As the nearest library says that says anything, itself or above, else as the program does. */
export const holdingNoticePolicy = async (reads: Queryable, libraryId: string): Promise<HoldingNoticePolicy> => {
  const [row] = await reads.query<Row>(
    `select p.shows_posts as "showsPosts", p.stand_in_id as "standInId", p.stand_in_hours as "standInHours", p.library_id as "setAt" from library_line up join notice_policy p on p.library_id = up.ancestor_id
     where up.library_id = $1 and up.library_id in (select scope()) order by up.distance limit 1`, [libraryId]);
  if (row === undefined) return { showsPosts: false, standIn: null, setAt: null };
  return { showsPosts: row.showsPosts, standIn: row.standInId === null || row.standInHours === null ? null : { id: row.standInId, hours: row.standInHours }, setAt: row.setAt };
};
