import { type Tx, newId } from '../database/index.js';
import type { RankReason } from '../understanding/index.js';

/** A post that a library is to see, and why. */
export interface Opening {
  readonly libraryId: string;
  readonly threadId: string;
  readonly postId: string;
  readonly postedAt: Date;
  readonly heardAt: Date;
  readonly rank: number;
  readonly reasons: readonly RankReason[];
  /** The post was not known before. */
  readonly isNew: boolean;
  /** Of ours: it neither waits for us nor reopens anything. */
  readonly byUs: boolean;
  readonly answersUs: boolean;
  /** Somebody wants something: from here on we can be said to be late. */
  readonly needs: boolean;
  /** Saved searches that raise it here. */
  readonly searches: readonly string[];
  readonly hearings: readonly { readonly cause: string; readonly followId?: string; readonly routedBy?: object }[];
}

export interface Opened {
  readonly opened: number;
  readonly conversations: readonly { readonly id: string; readonly libraryId: string; readonly version: number }[];
  /** In which whoever was answered has written again, and where; empty where it is `quiet`. */
  readonly answered: readonly { readonly conversationId: string; readonly libraryId: string; readonly postId: string }[];
}

interface Row { id: string; library_id: string; thread_id: string; version: number; begun: boolean; opened: boolean }

/**
 * Opens the conversation of each (library, thread), or takes the new posts into the one that is there: its newest post, its rank where a new
 * one weighs more, its waiting. Whoever answers us reopens what was answered or closed, once, however often their answer is told; and whoever speaks in a
 * thread that we began answers us. `quiet`: subscribers are not told.
 */
export const openConversations = async (tx: Tx, openings: readonly Opening[], { quiet }: { readonly quiet: boolean }): Promise<Opened> => {
  if (openings.length === 0) return { opened: 0, conversations: [], answered: [] };
  const merged = [...gather(openings).values()];
  const rows = await tx.query<Row>(
    `insert into conversation as c (id, library_id, thread_id, last_post_at, rank, reasons, top_post_id, waiting_since, waiting_on)
     select id, library_id, thread_id, last_post_at, rank, reasons, top_post_id, waiting_since, case when waiting_since is not null then 'us' end
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::float8[], $6::jsonb[], $7::uuid[], $8::timestamptz[])
       as t(id, library_id, thread_id, last_post_at, rank, reasons, top_post_id, waiting_since)
     order by library_id, thread_id
     on conflict (library_id, thread_id) where merged_into is null do update set
       last_post_at = greatest(c.last_post_at, excluded.last_post_at),
       rank = greatest(c.rank, excluded.rank),
       reasons = case when excluded.rank > c.rank then excluded.reasons else c.reasons end,
       top_post_id = case when excluded.rank > c.rank or c.top_post_id is null then excluded.top_post_id else c.top_post_id end,
       waiting_since = coalesce(c.waiting_since, excluded.waiting_since),
       waiting_on = case when c.waiting_since is null and excluded.waiting_since is not null then 'us' else c.waiting_on end
     returning id, library_id, thread_id, version, state = 'begun' as begun, (xmax = 0) as opened`,
    [
      merged.map(() => newId()), merged.map((m) => m.libraryId), merged.map((m) => m.threadId), merged.map((m) => m.lastPostAt), merged.map((m) => m.top.rank),
      merged.map((m) => JSON.stringify(m.top.reasons)), merged.map((m) => m.top.postId), merged.map((m) => m.waitingSince),
    ],
  );
  const idOf = new Map(rows.map((row) => [`${row.library_id} ${row.thread_id}`, row]));
  const of = (opening: Pick<Opening, 'libraryId' | 'threadId'>): Row => idOf.get(`${opening.libraryId} ${opening.threadId}`) as Row;
  await storeHearings(tx, openings, (opening) => of(opening).id);
  await storeSearchMatches(tx, openings, (opening) => of(opening).id);
  const back = merged.filter((m) => m.answersAnew || (m.answersUs && of(m).opened) || (m.byOthers && of(m).begun)).map((m) => ({ row: of(m), postId: m.top.postId }));
  if (back.length > 0) await reopen(tx, back);
  await addTimeline(tx, [
    ...rows.filter((row) => row.opened).map((row) => ({ row, kind: 'opened', detail: {} })),
    ...back.map(({ row, postId }) => ({ row, kind: 'answered-back', detail: { post: postId } })),
  ]);
  if (!quiet) for (const row of rows) tx.hint({ kind: 'conversation', id: row.id, library: row.library_id, version: row.version });
  return {
    opened: rows.filter((row) => row.opened).length, conversations: rows.map((row) => ({ id: row.id, libraryId: row.library_id, version: row.version })),
    answered: quiet ? [] : back.map(({ row, postId }) => ({ conversationId: row.id, libraryId: row.library_id, postId })),
  };
};

interface Gathered {
  readonly libraryId: string; readonly threadId: string;
  lastPostAt: Date; top: Opening; waitingSince: Date | null; answersUs: boolean; answersAnew: boolean; byOthers: boolean;
}

/** Several posts of one thread in one batch: an upsert touches no row twice. */
const gather = (openings: readonly Opening[]): Map<string, Gathered> => {
  const gathered = new Map<string, Gathered>();
  for (const opening of openings) {
    const key = `${opening.libraryId} ${opening.threadId}`;
    const waits = opening.needs && !opening.byUs ? opening.postedAt : null;
    const has = gathered.get(key);
    if (has === undefined) {
      gathered.set(key, { libraryId: opening.libraryId, threadId: opening.threadId, lastPostAt: opening.postedAt, top: opening, waitingSince: waits, answersUs: opening.answersUs, answersAnew: opening.answersUs && opening.isNew, byOthers: !opening.byUs });
      continue;
    }
    if (opening.postedAt > has.lastPostAt) has.lastPostAt = opening.postedAt;
    if (opening.rank > has.top.rank) has.top = opening;
    if (waits !== null && (has.waitingSince === null || waits < has.waitingSince)) has.waitingSince = waits;
    has.answersUs ||= opening.answersUs;
    has.answersAnew ||= opening.answersUs && opening.isNew;
    has.byOthers ||= !opening.byUs;
  }
  return gathered;
};

const storeHearings = async (tx: Tx, openings: readonly Opening[], conversationOf: (opening: Opening) => string): Promise<void> => {
  const rows = openings.flatMap((opening) => opening.hearings.map((hearing) => ({ opening, hearing })));
  const begun = await tx.query<Counted>(
    `insert into hearing(id, library_id, conversation_id, post_id, cause, follow_id, routed_by)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::jsonb[])
     on conflict (conversation_id, cause, follow_id) do nothing returning follow_id as "followId", library_id as "libraryId", post_id as "postId"`,
    [
      rows.map(() => newId()), rows.map(({ opening }) => opening.libraryId), rows.map(({ opening }) => conversationOf(opening)), rows.map(({ opening }) => opening.postId),
      rows.map(({ hearing }) => hearing.cause), rows.map(({ hearing }) => hearing.followId ?? null), rows.map(({ hearing }) => (hearing.routedBy === undefined ? null : JSON.stringify(hearing.routedBy))),
    ],
  );
  await countPosts(tx, openings, begun);
};

interface Counted {
  readonly followId: string | null;
  readonly libraryId: string;
  readonly postId: string;
}

/** New posts that a follow brought into conversations that it had brought before; with a new hearing its post is counted by the database itself. */
const countPosts = async (tx: Tx, openings: readonly Opening[], begun: readonly Counted[]): Promise<void> => {
  const keyOf = ({ followId, libraryId, postId }: Counted): string => `${followId} ${libraryId} ${postId}`;
  const counted = new Set(begun.map(keyOf));
  const more = new Map<string, Counted>();
  for (const { isNew, hearings, libraryId, postId } of openings)
    for (const { followId } of isNew ? hearings : []) {
      const one = { followId: followId ?? null, libraryId, postId };
      if (followId !== undefined && !counted.has(keyOf(one))) more.set(keyOf(one), one);
    }
  if (more.size > 0) await tx.query('select count_heard($1::uuid[], $2::uuid[])', [[...more.values()].map(({ followId }) => followId), [...more.values()].map(({ libraryId }) => libraryId)]);
};

/** Of each post, those of what it says now; one that is new had none. */
const storeSearchMatches = async (tx: Tx, openings: readonly Opening[], conversationOf: (opening: Opening) => string): Promise<void> => {
  const before = openings.filter(({ isNew }) => !isNew);
  if (before.length > 0)
    await tx.query('delete from search_match m using unnest($1::uuid[], $2::uuid[]) as told(conversation_id, post_id) where m.conversation_id = told.conversation_id and m.post_id = told.post_id', [
      before.map(conversationOf), before.map(({ postId }) => postId),
    ]);
  const rows = openings.flatMap((opening) => opening.searches.map((searchId) => ({ opening, searchId })));
  if (rows.length === 0) return;
  await tx.query(
    `insert into search_match(conversation_id, library_id, post_id, search_id) select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) on conflict do nothing`,
    [rows.map(({ opening }) => conversationOf(opening)), rows.map(({ opening }) => opening.libraryId), rows.map(({ opening }) => opening.postId), rows.map(({ searchId }) => searchId)],
  );
};

const reopen = async (tx: Tx, back: readonly { readonly row: Row }[]): Promise<void> => {
  await tx.query(
    `update conversation set state = 'open', waiting_on = 'us', waiting_since = now(), until = null where id = any($1::uuid[]) and merged_into is null`,
    [back.map(({ row }) => row.id)],
  );
};

/**
 * Somebody else was heard in a thread before it was known to be one that we began: its conversation is open then, and waits for us. For a transaction that
 * has locked the thread.
 */
export const openBegun = async (tx: Tx, threadId: string): Promise<Opened['answered']> => {
  const opened = await tx.query<{ id: string; library_id: string; version: number; post_id: string }>(
    `update conversation c set state = 'open', waiting_on = 'us', waiting_since = coalesce(c.waiting_since, now()), top_post_id = coalesce(c.top_post_id, said.id)
     from (select p.id from post p where p.thread_id = $1 and p.known and p.gone_at is null and not exists (select 1 from account us where us.profile_id = p.author_id) order by p.posted_at, p.id limit 1) said
     where c.thread_id = $1 and c.merged_into is null and c.state = 'begun' returning c.id, c.library_id, c.version, said.id as post_id`,
    [threadId],
  );
  await addTimeline(tx, opened.map((row) => ({ row, kind: 'answered-back', detail: { post: row.post_id } })));
  for (const { id, library_id, version } of opened) tx.hint({ kind: 'conversation', id, library: library_id, version });
  return opened.map(({ id, library_id, post_id }) => ({ conversationId: id, libraryId: library_id, postId: post_id }));
};

const addTimeline = async (tx: Tx, entries: readonly { readonly row: Pick<Row, 'id' | 'library_id'>; readonly kind: string; readonly detail: object }[]): Promise<void> => {
  if (entries.length === 0) return;
  await tx.query(
    `insert into timeline(id, library_id, conversation_id, kind, detail) select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[])`,
    [entries.map(() => newId()), entries.map((e) => e.row.library_id), entries.map((e) => e.row.id), entries.map((e) => e.kind), entries.map((e) => JSON.stringify(e.detail))],
  );
};

interface Conversation { id: string; library_id: string; thread_id: string; replied: boolean; assigned: boolean; opened_at: Date }

/**
 * Threads became one: so do the conversations of each library. The one with a reply, or begun by us, survives, else with an assignee, else the older;
 * the other's id leads to it, and where somebody waits in the other they wait in the whole. An approval on either side is void, since its writer has not
 * read it all.
 */
export const mergeConversations = async (tx: Tx, fromThread: string, intoThread: string): Promise<void> => {
  const rows = await tx.query<Conversation>(
    `select id, library_id, thread_id, state in ('begun', 'answered') as replied, assignee_id is not null as assigned, opened_at from conversation
     where thread_id in ($1, $2) and merged_into is null order by library_id, id for update`,
    [fromThread, intoThread],
  );
  const byLibrary = Map.groupBy(rows, (row) => row.library_id);
  for (const [libraryId, pair] of byLibrary) {
    const [survivor, loser] = [...pair].sort((a, b) => Number(b.replied) - Number(a.replied) || Number(b.assigned) - Number(a.assigned) || a.opened_at.getTime() - b.opened_at.getTime() || (a.id < b.id ? -1 : 1)) as [Conversation, Conversation?];
    if (loser === undefined) {
      if (survivor.thread_id === fromThread) await move(tx, survivor.id, intoThread);
      continue;
    }
    await tx.query(
      `update conversation s set last_post_at = greatest(s.last_post_at, l.last_post_at), rank = greatest(s.rank, l.rank),
         reasons = case when l.rank > s.rank then l.reasons else s.reasons end, top_post_id = case when l.rank > s.rank then l.top_post_id else s.top_post_id end,
         waiting_since = least(s.waiting_since, l.waiting_since),
         state = case when s.state = 'answered' and l.state = 'open' and l.waiting_on = 'us' then 'open' else s.state end,
         waiting_on = case when s.state = 'answered' and l.state = 'open' and l.waiting_on = 'us' then 'us' else s.waiting_on end
       from conversation l where s.id = $1 and l.id = $2`,
      [survivor.id, loser.id],
    );
    await tx.query('update conversation set merged_into = $1 where id = $2 or merged_into = $2', [survivor.id, loser.id]);
    await tx.query(
      `insert into hearing(id, library_id, conversation_id, post_id, cause, follow_id, routed_by, at)
       select gen_random_uuid(), library_id, $1, post_id, cause, follow_id, routed_by, at from hearing where conversation_id = $2
       on conflict (conversation_id, cause, follow_id) do nothing`,
      [survivor.id, loser.id],
    );
    await tx.query(
      `with moved as (delete from search_match where conversation_id = $2 returning library_id, post_id, search_id, at)
       insert into search_match(conversation_id, library_id, post_id, search_id, at) select $1, library_id, post_id, search_id, at from moved on conflict do nothing`,
      [survivor.id, loser.id],
    );
    await move(tx, survivor.id, intoThread);
    await addTimeline(tx, [{ row: { id: survivor.id, library_id: libraryId }, kind: 'merged', detail: { conversation: loser.id } }]);
    await tx.query('select merge_conversation_work($1, $2)', [loser.id, survivor.id]);
    tx.hint({ kind: 'conversation', id: loser.id, library: libraryId });
    tx.hint({ kind: 'conversation', id: survivor.id, library: libraryId });
  }
  await tx.query(
    `with moved as (delete from thread_claim where thread_id = $1 returning library_id, claimed_by, claimed_at, answered_at)
     insert into thread_claim(thread_id, library_id, claimed_by, claimed_at, answered_at) select $2, library_id, claimed_by, claimed_at, answered_at from moved
     on conflict (thread_id) do nothing`,
    [fromThread, intoThread],
  );
};

const move = (tx: Tx, id: string, threadId: string): Promise<unknown> => tx.query('update conversation set thread_id = $2 where id = $1 and thread_id <> $2', [id, threadId]);
