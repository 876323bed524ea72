import type { Tx } from '../../database/index.js';
import { withoutQuotes } from './quotes.js';
import { redactAround } from './redact.js';

/** Takes out of what staff wrote the quotes of passages that these posts no longer say: ids with their new texts. For a transaction of the keeper, before the new texts are stored. */
export const redactEdited = async (tx: Tx, posts: ReadonlyMap<string, string>): Promise<void> => {
  if (posts.size === 0) return;
  for (const { id, text } of await tx.query<{ id: string; text: string }>('select id, text from post where id = any($1::uuid[]) and text is not null and gone_at is null order by id', [[...posts.keys()]])) {
    const now = posts.get(id) ?? '';
    if (text !== now) await redactAround(tx, { posts: [id] }, (written) => withoutQuotes(written, [text], now));
  }
};
