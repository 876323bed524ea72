import type { Tx } from '../../database/index.js';
import type { Labels } from '../../understanding/index.js';
import { type Forgotten, forgetPosts } from './forget-posts.js';
import { forgetProfile } from './forget-profiles.js';

/**
 * Takes what staff brought in by hand into this conversation out of every copy, with its address and the names that were typed, which stand for nobody
 * elsewhere. It may be done again. For a transaction of the keeper.
 */
export const forgetBroughtIn = async (tx: Tx, conversationId: string, labels: Labels): Promise<Forgotten> => {
  const posts = await tx.query<{ id: string; network: string; remoteId: string | null; handle: string | null }>(
    `select p.id, p.network, r.remote_id as "remoteId", r.handle from conversation c join post p on p.thread_id = c.thread_id left join profile r on r.id = p.author_id
     where c.id = $1 and p.brought_in order by p.id`, [conversationId]);
  const forgotten = await forgetPosts(tx, new Map(posts.map(({ id }) => [id, 'taken-back' as const])), labels, posts.flatMap(({ handle }) => handle ?? []));
  await tx.query('update post set url = null where id = any($1::uuid[])', [posts.map(({ id }) => id)]);
  for (const { network, remoteId } of posts) if (remoteId !== null) await forgetProfile(tx, { network, remoteId }, 'deleted', labels);
  return forgotten;
};
