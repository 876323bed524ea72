import type { Post } from '@earshot/plugin-sdk';
import type { Tx } from '../database/index.js';
import type { Suppression } from '../privacy/index.js';
import { keyOf } from './key.js';
import type { Screened } from './screen.js';
import { veiledHashes } from './veil.js';

/** Somebody was erased, or a post deleted, since the batch was screened: nothing was stored, the same batch is screened anew. */
export class SuppressedMeanwhile extends Error {
  override readonly name = 'SuppressedMeanwhile';
}

/** The hashes by which a post could be known as one that must not come in: its own, and its author's. */
export const ownHashes = (post: Post, suppression: Suppression): readonly Buffer[] => {
  const [key, author] = [keyOf(post.ref), post.author === undefined ? undefined : keyOf(post.author)];
  return [suppression.post(key.network, key.remoteId), ...(author === undefined ? [] : [suppression.profile(author.network, author.remoteId)])];
};

/**
 * That nobody whom these posts are of, or those that are kept answer, quote or mention, was erased since they were screened. Asked at the start of
 * the transaction that stores them: an erasure waits until that ended and then reaches what it stored, or it was first, and is seen here.
 * @throws SuppressedMeanwhile
 */
export const requireWelcome = async (tx: Tx, { kept, turnedAway }: Pick<Screened, 'kept' | 'turnedAway'>, suppression: Suppression): Promise<void> => {
  if (kept.length + turnedAway.length === 0) return;
  const posts = kept.map(({ post }) => post);
  const own = new Map([...posts, ...turnedAway.map(({ post }) => post)].flatMap((post) => ownHashes(post, suppression)).map((hash) => [hash.toString('hex'), hash]));
  const hashes = [...own.values(), ...veiledHashes(posts, suppression)];
  const found = await tx.query<{ hash: Buffer; for_ever: boolean }>('select hash, for_ever from suppressed_now($1::bytea[])', [hashes]);
  if (found.some(({ hash, for_ever }) => for_ever || own.has(hash.toString('hex')))) throw new SuppressedMeanwhile('somebody was erased meanwhile');
};
