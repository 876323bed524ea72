import type { Post, Ref } from '@earshot/plugin-sdk';
import { safeHtml } from '../conversations/index.js';
import { type Tx, readSql } from '../database/index.js';
import { searchText } from '../language/index.js';
import { type Judged, neverClassified } from '../understanding/index.js';
import { inOrder, keyText, refText } from './key.js';
import type { KnownPost } from './known.repository.js';
import type { ThreadPlan } from './plan-threads.js';
import type { Kept } from './screen.js';
import { ThreadsMoved } from './threads.repository.js';

const insertSql = readSql(import.meta.url, './sql/insert-posts.sql');
const tellSql = readSql(import.meta.url, './sql/tell-posts.sql');

/** What the rows of a batch's posts are made of; `posts` holds the row of every key that the batch names. */
export interface Writing {
  readonly tx: Tx;
  readonly heardAt: Date;
  readonly posts: ReadonlyMap<string, KnownPost>;
  readonly authors: ReadonlyMap<string, string>;
  readonly judged: ReadonlyMap<string, Judged>;
}

/**
 * The rows that the plan asks for: posts of the batch whole, what they only name as references.
 * @returns the ids of those that are whole
 * @throws ThreadsMoved where another transaction inserted one of the keys meanwhile
 */
export const insertPosts = async (writing: Writing, inserts: ThreadPlan['inserts'], kept: readonly Kept[]): Promise<Map<string, boolean>> => {
  if (inserts.length === 0) return new Map();
  const byKey = new Map(kept.map((each) => [each.key, each]));
  const rows = inserts.map((insert) => ({ insert, each: byKey.get(keyText(insert.key)) }));
  const values = [
    rows.map(({ insert }) => insert.key.network), rows.map(({ insert }) => insert.key.remoteId), rows.map(({ insert }) => insert.threadId),
    ...columns(writing, rows.map(({ insert, each }) => ({ id: insert.id, each }))),
  ];
  const made = await writing.tx.query(insertSql, values).catch((error: unknown) => {
    throw isMissingParent(error) ? new ThreadsMoved('a parent was stored meanwhile', { cause: error }) : error;
  });
  if (made.length < inserts.length) throw new ThreadsMoved('a post was stored meanwhile');
  return new Map(rows.flatMap(({ insert, each }) => (each === undefined ? [] : [[insert.id, true] as const])));
};

/** The parent's key was another's a moment before: its row has not the id that our posts point at. */
const isMissingParent = (error: unknown): boolean => {
  const { code, constraint } = error as { readonly code?: string; readonly constraint?: string };
  return code === '23503' && constraint === 'post_parent_id_fkey';
};

/** Puts onto their rows what posts say that have one already. Post id → whether it was told for the first time; known versions are left out. */
export const tellPosts = async (writing: Writing, kept: readonly Kept[]): Promise<Map<string, boolean>> => {
  if (kept.length === 0) return new Map();
  const rows = kept.map((each) => ({ each, id: (writing.posts.get(each.key) as KnownPost).id })).sort((a, b) => inOrder(a.id, b.id));
  const told = await writing.tx.query<{ id: string; first: boolean }>(tellSql, columns(writing, rows));
  return new Map(told.map((row) => [row.id, row.first]));
};

/**
 * What stored posts refuse from now on: labels and gates are put on a post without another version of it. What was made of it before is dealt with
 * as its author's own refusals are (see heedRefusals).
 * @returns whether any of it changed
 */
export const tellRefusals = async (writing: Writing, kept: readonly Kept[]): Promise<boolean> => {
  if (kept.length === 0) return false;
  const rows = kept.map((each) => ({ each, id: (writing.posts.get(each.key) as KnownPost).id })).sort((a, b) => inOrder(a.id, b.id));
  const changed = await writing.tx.query(
    `with changed as (
       select p.id, p.author_id, t.refusals from unnest($1::uuid[], $2::jsonb[]) as t(id, refusals) join post p on p.id = t.id
       where p.gone_at is null and p.refusals <> t.refusals order by p.id for update of p
     ), told as (update post p set refusals = c.refusals from changed c where p.id = c.id)
     update profile r set heeded = false where r.id in (select author_id from changed) returning r.id`,
    [rows.map(({ id }) => id), rows.map(({ each }) => JSON.stringify(each.post.refusals))]);
  return changed.length > 0;
};

/** The columns that both statements share, in their order; all but the id are null where only the key is known. */
const columns = ({ heardAt, posts, authors, judged }: Writing, rows: readonly { readonly id: string; readonly each: Kept | undefined }[]): unknown[][] => {
  const column = (value: (each: Kept, id: string) => unknown): unknown[] => rows.map(({ each, id }) => (each === undefined ? null : value(each, id)));
  return [
    rows.map(({ id }) => id),
    column(({ post }) => post.version),
    column(({ post }) => post.url ?? null),
    column(({ post }) => post.postedAt),
    column(() => heardAt),
    column(({ post }) => (post.author === undefined ? null : (authors.get(refText(post.author)) ?? null))),
    column(({ post }, id) => notItself(idOf(posts, post.inReplyTo), id)),
    column(({ post }) => post.text),
    column(({ post }) => (post.html === undefined ? null : safeHtml(post.html))),
    column(({ post }) => post.lang ?? null),
    column(({ post }) => post.audience),
    column(({ post }) => JSON.stringify(listsOf(post))),
    column(({ post }) => post.replies ?? null),
    column(({ post, maySearch }) => (maySearch ? searchText(post.text) : null)),
    column(({ key }) => (judged.get(key)?.seenBy ?? [neverClassified]).join('\n')),
    column(({ cause }) => cause === 'brought-in'),
  ];
};

const idOf = (posts: ReadonlyMap<string, KnownPost>, ref: Ref | undefined): string | null => (ref === undefined ? null : (posts.get(refText(ref))?.id ?? null));

/** A post that says it answers itself would be its own parent for ever. */
const notItself = (parent: string | null, own: string): string | null => (parent === own ? null : parent);

const listsOf = (post: Post): object => ({
  tags: post.tags, mentions: post.mentions.map((ref) => refText(ref).replace('\0', ' ')), quotes: (post.quotes ?? []).map((ref) => refText(ref).replace('\0', ' ')),
  ...(post.link === undefined ? {} : { link: post.link }), media: post.media, refusals: post.refusals,
});
