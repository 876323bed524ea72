import type { Post } from '@earshot/plugin-sdk';
import type { Tx } from '../database/index.js';
import type { Suppression } from '../privacy/index.js';
import { keysOf, refText } from './key.js';
import type { Screened } from './screen.js';
import { veiledHashes } from './veil.js';

/** Somebody was erased, or a post deleted, since the batch was screened: nothing was stored, the same batch is screened anew. */
export class SuppressedMeanwhile extends Error {
  override readonly name = 'SuppressedMeanwhile';
}

/** By which a post could be known as one that must not come in. */
export interface OwnHashes {
  readonly post: Buffer;
  readonly author?: Buffer;
  /** By the other names of both: what one host calls them. */
  readonly others: readonly Buffer[];
}

/** By the keys of posts: made once for a batch, and asked by screening and by storing. */
export type HashesOfBatch = ReadonlyMap<string, OwnHashes>;

export const ownHashes = ({ ref, author }: Post, suppression: Suppression): OwnHashes => {
  const [post, ...localPost] = keysOf(ref);
  const [by, ...localBy] = author === undefined ? [] : keysOf(author);
  return {
    post: suppression.post(post.network, post.remoteId), ...(by === undefined ? {} : { author: suppression.profile(by.network, by.remoteId) }),
    others: [...localPost.map(({ network, remoteId }) => suppression.post(network, remoteId)), ...localBy.map(({ network, remoteId }) => suppression.profile(network, remoteId))],
  };
};

export const hashesIn = (hashes: OwnHashes | undefined): readonly Buffer[] => (hashes === undefined ? [] : [hashes.post, ...(hashes.author === undefined ? [] : [hashes.author]), ...hashes.others]);

/**
 * That nobody whom these posts are of, or those that are kept answer, quote or mention, was erased since they were screened. Asked at the start of
 * the transaction that stores them: an erasure waits until that ended and then reaches what it stored, or it was first, and is seen here.
 * @throws SuppressedMeanwhile
 */
export const requireWelcome = async (tx: Tx, { kept, turnedAway }: Pick<Screened, 'kept' | 'turnedAway'>, hashes: HashesOfBatch, suppression: Suppression): Promise<void> => {
  if (kept.length + turnedAway.length === 0) return;
  const own = new Map([...kept, ...turnedAway].flatMap(({ post }) => hashesIn(hashes.get(refText(post.ref)))).map((hash) => [hash.toString('hex'), hash]));
  const around = veiledHashes(kept.map(({ post }) => post), suppression);
  const found = await tx.query<{ hash: Buffer; for_ever: boolean }>('select hash, for_ever from suppressed_now($1::bytea[])', [[...own.values(), ...around]]);
  if (found.some(({ hash, for_ever }) => for_ever || own.has(hash.toString('hex')))) throw new SuppressedMeanwhile('somebody was erased meanwhile');
};
