import type { Post, Ref } from '@earshot/plugin-sdk';
import { type Suppression, standIn } from '../privacy/index.js';
import type { Collapsed } from './collapse.js';
import { keysOf } from './key.js';

const refsOf = ({ inReplyTo, root, quotes }: Post): readonly Ref[] => [inReplyTo, root, ...(quotes ?? [])].filter((ref) => ref !== undefined);

const postHashes = (ref: Ref, suppression: Suppression): readonly Buffer[] => keysOf(ref).map(({ network, remoteId }) => suppression.post(network, remoteId));
const profileHashes = (ref: Ref, suppression: Suppression): readonly Buffer[] => keysOf(ref).map(({ network, remoteId }) => suppression.profile(network, remoteId));

/** The hashes by which what these posts answer, quote and mention could be known as erased. */
export const veiledHashes = (posts: readonly Post[], suppression: Suppression): readonly Buffer[] =>
  posts.flatMap((post) => [
    ...refsOf(post).flatMap((ref) => postHashes(ref, suppression)),
    ...post.mentions.flatMap((ref) => profileHashes(ref, suppression)),
  ]);

/**
 * The batch, in which what was erased goes by its stand-in: answers to it find its place in the thread, and its own name is not stored again.
 * Whoever was erased is not mentioned.
 */
export const veil = (events: Collapsed, erased: ReadonlySet<string>, suppression: Suppression): Collapsed => {
  if (erased.size === 0) return events;
  const isErased = (hash: Buffer): boolean => erased.has(hash.toString('hex'));
  const veiled = (ref: Ref): Ref => {
    const hash = postHashes(ref, suppression).find(isErased);
    return hash === undefined ? ref : { network: ref.network, id: standIn(hash) };
  };
  const posts = [...events.posts].map(([key, event]) => {
    const { inReplyTo, root, quotes, mentions, ...post } = event.post;
    const changed: Post = {
      ...post,
      mentions: mentions.filter((ref) => !profileHashes(ref, suppression).some(isErased)),
      ...(inReplyTo === undefined ? {} : { inReplyTo: veiled(inReplyTo) }), ...(root === undefined ? {} : { root: veiled(root) }), ...(quotes === undefined ? {} : { quotes: quotes.map(veiled) }),
    };
    return [key, { ...event, post: changed }] as const;
  });
  return { ...events, posts: new Map(posts) };
};
