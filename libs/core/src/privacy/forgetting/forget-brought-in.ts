import type { Tx } from '../../database/index.js';
import type { Labels } from '../../understanding/index.js';
import { type Forgotten, forgetPosts } from './forget-posts.js';

/** Takes what staff brought in by hand into this conversation out of every copy, and the names that were typed out of what they wrote around it. It may be done again. For a transaction of the keeper. */
export const forgetBroughtIn = async (tx: Tx, conversationId: string, labels: Labels): Promise<Forgotten> => {
  const posts = await tx.query<{ id: string; handle: string | null }>(
    'select p.id, r.handle from conversation c join post p on p.thread_id = c.thread_id left join profile r on r.id = p.author_id where c.id = $1 and p.brought_in order by p.id', [conversationId]);
  return forgetPosts(tx, new Map(posts.map(({ id }) => [id, 'taken-back' as const])), labels, posts.flatMap(({ handle }) => handle ?? []));
};
