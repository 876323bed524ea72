import { type Tx, readSql } from '../../database/index.js';
import type { Labels } from '../../understanding/index.js';
import { forgetPosts } from '../forgetting/forget-posts.js';
import type { Suppression } from '../suppression.js';

export interface LetGo {
  readonly conversations: number;
  readonly posts: number;
}

/** In the threads of one portion: a long one goes alone. */
const mostPosts = 500;
const workOutSql = readSql(import.meta.url, './work-out.sql');
/** Days for which what went is not taken in again: an import, or a look back, would begin its time anew. */
const notAgainDays = 30;

/** Works out until when changed conversations are kept, at most so many; answers with how many. For a transaction of the keeper. */
export const workOut = async (tx: Tx, defaults: Readonly<Record<string, number>>, most: number): Promise<number> => (await tx.query(workOutSql, [most, JSON.stringify(defaults)])).length;

interface Due { readonly posts: number; readonly id: string; readonly library_id: string; readonly thread_id: string; readonly state: string; readonly kept_as: string; readonly day: string }

/**
 * Lets go of conversations whose time was over at `at`: with everything that hangs on them, and with the posts of threads that no library keeps
 * any more. A reply that is on its way holds its conversation. What stays is a count without anybody in it. For a transaction of the keeper.
 */
export const letGo = async (tx: Tx, libraries: readonly string[], at: Date, most: number, suppression: Suppression): Promise<LetGo> => {
  const over = await tx.query<Due>(
    `select (select t.posts from thread t where t.id = c.thread_id) as posts, id, library_id, thread_id, state, coalesce(kept_as, 'context') as kept_as, (opened_at at time zone 'UTC')::date::text as day from conversation c
     where library_id = any($1::uuid[]) and merged_into is null and keep_until <= $2
       and not exists (select 1 from reply r where r.conversation_id = c.id and r.state in ('approved', 'sending', 'unknown'))
     order by keep_until, id limit $3 for update skip locked`, [libraries, at, most]);
  let posts = 0;
  const due = over.filter((row, index) => (posts += row.posts) <= mostPosts || index === 0);
  if (due.length === 0) return { conversations: 0, posts: 0 };
  const ids = due.map((row) => row.id);
  await count(tx, due);
  await tx.query('delete from conversation where merged_into = any($1::uuid[])', [ids]);
  await tx.query('delete from conversation where id = any($1::uuid[])', [ids]);
  return { conversations: ids.length, posts: await dropThreads(tx, [...new Set(due.map((row) => row.thread_id))], suppression) };
};

const count = async (tx: Tx, due: readonly Due[]): Promise<void> => {
  await tx.query(
    `insert into past_count as p (library_id, day, kept_as, state, conversations, posts)
     select t.library_id, t.day, t.kept_as, t.state, count(*)::int, coalesce(sum((select count(*) from post p where p.thread_id = t.thread_id and p.known)), 0)::int
     from unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::uuid[]) as t(library_id, day, kept_as, state, thread_id) group by 1, 2, 3, 4
     on conflict (library_id, day, kept_as, state) do update set conversations = p.conversations + excluded.conversations, posts = p.posts + excluded.posts`,
    [due.map((row) => row.library_id), due.map((row) => row.day), due.map((row) => row.kept_as), due.map((row) => row.state), due.map((row) => row.thread_id)]);
};

/** Threads that nobody hears any more, with all their posts, the rows of parents that were never told, and authors of whom nothing else is stored. */
const dropThreads = async (tx: Tx, threads: readonly string[], suppression: Suppression): Promise<number> => {
  const gone = (await tx.query<{ id: string }>('select id from thread t where id = any($1::uuid[]) and not exists (select 1 from conversation c where c.thread_id = t.id) order by id for update', [threads])).map((row) => row.id);
  if (gone.length === 0) return 0;
  const posts = await tx.query<{ network: string; remote_id: string; author_id: string | null; told: boolean }>(
    'delete from post where thread_id = any($1::uuid[]) returning network, remote_id, author_id, known and gone_at is null as told', [gone]);
  await tx.query('delete from thread_claim where thread_id = any($1::uuid[])', [gone]);
  await tx.query('delete from thread t where merged_into = any($1::uuid[]) and not exists (select 1 from conversation c where c.thread_id = t.id)', [gone]);
  await tx.query('delete from thread t where id = any($1::uuid[]) and not exists (select 1 from thread m where m.merged_into = t.id)', [gone]);
  const told = posts.filter((post) => post.told);
  await tx.query(
    `insert into suppression(hash, kind, until) select hash, 'gone-post', now() + make_interval(days => $2) from unnest($1::bytea[]) hash order by hash on conflict (hash) do nothing`,
    [told.map((post) => suppression.post(post.network, post.remote_id)), notAgainDays]);
  await dropAuthors(tx, [...new Set(posts.flatMap((post) => post.author_id ?? []))]);
  return told.length;
};

/** Who blocked us, left or was erased keeps the mark by which nothing of theirs comes in. */
const dropAuthors = (tx: Tx, authors: readonly string[]): Promise<unknown> =>
  tx.query(
    `delete from profile r where r.id = any($1::uuid[]) and r.gone_at is null and not exists (select 1 from post p where p.author_id = r.id)
       and not exists (select 1 from account a where a.profile_id = r.id) and not exists (select 1 from do_not_list d where d.profile_id = r.id)`, [authors]);

/** Takes the words of others out of conversations that stay for longer: those that no library keeps the words of any more. */
export const letWordsGo = async (tx: Tx, libraries: readonly string[], at: Date, most: number, labels: Labels): Promise<LetGo> => {
  const due = await tx.query<{ id: string; thread_id: string }>(
    `select id, thread_id from conversation c where library_id = any($1::uuid[]) and merged_into is null and words_until <= $2 and keep_until > $2 and words_until < keep_until order by words_until, id limit $3 for update skip locked`,
    [libraries, at, most]);
  if (due.length === 0) return { conversations: 0, posts: 0 };
  const posts = await tx.query<{ id: string }>(
    `select p.id from post p where p.thread_id = any($1::uuid[]) and p.known and p.gone_at is null and not exists (select 1 from account a where a.profile_id = p.author_id)
       and not exists (select 1 from conversation o where o.thread_id = p.thread_id and o.merged_into is null and (o.keep_until is null or o.words_until > $2))`,
    [due.map((row) => row.thread_id), at]);
  const forgotten = await forgetPosts(tx, new Map(posts.map(({ id }) => [id, 'expired' as const])), labels);
  // Those of which words went were weighed anew, and are worked out again; then nothing is left of them to go.
  await tx.query('update conversation set words_until = null where id = any($1::uuid[]) and keep_until is not null', [due.map((row) => row.id)]);
  return { conversations: due.length, posts: forgotten.posts };
};
