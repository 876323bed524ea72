import type { Tx } from '../database/index.js';
import { type Labels, rankOf } from '../understanding/index.js';

interface Row {
  id: string; library_id: string; last_post_at: Date; post_id: string | null; posted_at: Date; heard_at: Date; addressed: boolean; answers_us: boolean; brought_in: boolean;
  place: { value: string; by: 'text' | 'author' } | null; findings: { label: string; score: number }[]; searches: { id: string; name: string }[];
}

/** Posts of one conversation that are weighed again: its newest. What is older has sunk already. */
const weighedPosts = 500;

const sql = `
  select c.id, c.library_id, c.last_post_at, p.id as post_id, p.posted_at, p.heard_at,
    exists (select 1 from hearing h where h.conversation_id = c.id and h.cause = 'addressed' and h.post_id = p.id) as addressed, coalesce(p.brought_in, false) as brought_in,
    coalesce((select a.profile_id is not null from post q join account a on a.profile_id = q.author_id where q.id = p.parent_id limit 1), false) as answers_us,
    (select h.routed_by -> 'place' from hearing h where h.conversation_id = c.id and h.routed_by is not null order by h.at limit 1) as place,
    coalesce((select jsonb_agg(jsonb_build_object('label', f.label, 'score', f.score)) from finding f
      where f.post_id = p.id and (f.place is null or f.place = c.library_id)
        and not exists (select 1 from finding_mark m where m.library_id = c.library_id and m.post_id = p.id and m.label = f.label and not m."right")), '[]') as findings,
    coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name) order by s.id) from search_match m join saved_search s on s.id = m.search_id
      where m.conversation_id = c.id and m.post_id = p.id and s.removed_at is null and s.does = 'raise'), '[]') as searches
  from conversation c
  left join lateral (
    select * from post p where p.thread_id = c.thread_id and p.known and p.gone_at is null
      and not exists (select 1 from account a where a.profile_id = p.author_id)
    order by p.posted_at desc limit ${weighedPosts}) p on true
  where c.id = any($1::uuid[]) and c.merged_into is null
  order by c.id`;

/**
 * Weighs conversations anew from what is stored: after a deletion, another version of a classifier, a mark of staff's, the end of a saved search.
 * A finding that the library marked as wrong weighs nothing there.
 */
export const rerank = async (tx: Tx, conversations: readonly string[], labels: Labels): Promise<void> => {
  if (conversations.length === 0) return;
  const rows = await tx.query<Row>(sql, [[...new Set(conversations)].sort()]);
  for (const [id, posts] of Map.groupBy(rows, (row) => row.id)) {
    const ranked = posts.map((row) => ({ row, ...weigh(row, labels) })).sort((a, b) => b.rank - a.rank)[0];
    if (ranked === undefined) continue;
    const waits = ranked.reasons.some((reason) => reason.kind === 'unanswered' || reason.kind === 'addressed' || reason.kind === 'answered-back' || reason.kind === 'brought-in');
    const [changed] = await tx.query<{ version: number }>(
      `update conversation set rank = $2, reasons = $3::jsonb, top_post_id = $4,
         waiting_since = case when $5 then coalesce(waiting_since, $6) end, waiting_on = case when $5 then coalesce(waiting_on, 'us') when waiting_on = 'us' then null else waiting_on end
       where id = $1 returning version`,
      [id, ranked.rank, JSON.stringify(ranked.reasons), ranked.row.post_id, waits, ranked.row.posted_at],
    );
    if (changed !== undefined) tx.hint({ kind: 'conversation', id, library: ranked.row.library_id, version: changed.version });
  }
};

/** A conversation of which no post is left stands on the ground, where its last post stood. */
const weigh = (row: Row, labels: Labels): ReturnType<typeof rankOf> =>
  row.post_id === null
    ? rankOf({ postedAt: row.last_post_at, heardAt: row.last_post_at, findings: [], searches: [], addressed: false, answersUs: false }, labels)
    : rankOf(
        {
          postedAt: row.posted_at, heardAt: row.heard_at, findings: row.findings, searches: row.searches, addressed: row.addressed, answersUs: row.answers_us, broughtIn: row.brought_in,
          ...(row.place === null ? {} : { place: { library: row.library_id, place: row.place.value, by: row.place.by } }),
        },
        labels,
      );
