import type { Tx } from '../../database/index.js';
import type { Labels } from '../../understanding/index.js';
import { emptied, registeredTable } from '../register/statements.js';
import { type Forgotten, forgetPosts } from './forget-posts.js';

export type ProfileGoneWhy = 'deleted' | 'suspended' | 'deactivated' | 'blocked-us';

/**
 * Of a person who deleted their account, was suspended or blocked us, nothing stays but a mark: a block says "not you" of the past as well.
 * The network's name for them stays, by which nothing of theirs comes in again. For a transaction of the keeper.
 */
export const forgetProfile = async (tx: Tx, key: { readonly network: string; readonly remoteId: string }, why: ProfileGoneWhy, labels: Labels): Promise<Forgotten> => {
  const [profile] = await tx.query<{ id: string }>(
    `update profile t set gone_at = now(), gone_why = $3, ${emptied(registeredTable('profile'), ['words', 'derived'])}
     where network = $1 and remote_id = $2 and (gone_at is null or gone_why = 'blocked-us') returning id`,
    [key.network, key.remoteId, why],
  );
  if (profile === undefined) return { posts: 0, redacted: 0, withdrawn: 0 };
  const posts = await tx.query<{ id: string }>('select id from post where author_id = $1 and gone_at is null and known order by id', [profile.id]);
  return forgetPosts(tx, new Map(posts.map(({ id }) => [id, 'author-gone' as const])), labels);
};
