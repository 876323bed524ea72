import { rerank } from '../../conversations/index.js';
import type { Tx } from '../../database/index.js';
import type { Labels } from '../../understanding/index.js';
import { emptied, forgettingOfPosts, registeredTable } from '../register/statements.js';
import type { GoneWhy } from './gone-why.js';
import { quotesOf, withoutNames } from './quotes.js';
import { redactAround, touch } from './redact.js';
import { withdrawReplies } from './withdraw-replies.js';

export interface Forgotten {
  readonly posts: number;
  /** Of the staff's own texts, from which quotes were taken out. */
  readonly redacted: number;
  readonly withdrawn: number;
}

const words = ['words', 'derived'] as const;
const nothing: Forgotten = { posts: 0, redacted: 0, withdrawn: 0 };

/**
 * Takes what these posts said out of every copy: their rows, what was found in them, what staff quoted of them. A mark without words stays
 * in their places, so that threads keep their shape. Replies to them that were not sent are withdrawn. Those that are gone already stay as
 * they are. `names` are taken out of what staff wrote around them as well. Of what staff brought in by hand the address and the name that they typed go
 * too: no network will ever name it by them. For a transaction of the keeper.
 */
export const forgetPosts = async (tx: Tx, posts: ReadonlyMap<string, GoneWhy>, labels: Labels, names: readonly string[] = []): Promise<Forgotten> => {
  if (posts.size === 0) return nothing;
  const rows = await tx.query<{ id: string; thread_id: string; text: string | null }>(
    'select id, thread_id, text from post where id = any($1::uuid[]) and gone_at is null order by id for update', [[...posts.keys()]]);
  if (rows.length === 0) return nothing;
  const ids = rows.map((row) => row.id);
  const withoutQuotes = quotesOf(rows.flatMap((row) => row.text ?? []));
  const redacted = await redactAround(tx, { posts: ids }, (written) => withoutNames(withoutQuotes(written), names));
  for (const statement of forgettingOfPosts(words)) await tx.query(statement, [ids]);
  await tx.query(
    `update post t set gone_at = now(), gone_why = g.why, replies = null, ${emptied(registeredTable('post'), words)} from unnest($1::uuid[], $2::text[]) as g(id, why) where t.id = g.id`,
    [ids, ids.map((id) => posts.get(id))],
  );
  await forgetTyped(tx, ids);
  let withdrawn = 0;
  for (const [why, gone] of Map.groupBy(ids, (id) => posts.get(id) as GoneWhy)) withdrawn += await withdrawReplies(tx, gone, why);
  const conversations = await tx.query<{ id: string }>('select id from conversation where thread_id = any($1::uuid[]) and merged_into is null', [[...new Set(rows.map((row) => row.thread_id))]]);
  await rerank(tx, conversations.map((row) => row.id), labels);
  if (withdrawn > 0) await touch(tx, conversations.map((row) => row.id));
  return { posts: ids.length, redacted: redacted.rows, withdrawn };
};

/** The profile of a typed name has these posts alone. */
const forgetTyped = async (tx: Tx, posts: readonly string[]): Promise<void> => {
  await tx.query('update post set url = null where id = any($1::uuid[]) and brought_in', [posts]);
  await tx.query(
    `update profile t set gone_at = coalesce(t.gone_at, now()), gone_why = coalesce(t.gone_why, 'deleted'), ${emptied(registeredTable('profile'), words)}
     from post p where p.id = any($1::uuid[]) and p.brought_in and t.id = p.author_id`, [posts]);
};
