import type { AttachedImage, Attempt, Heard, Post, Profile } from '@earshot/plugin-sdk';

/** A valid {@link Post} with nothing remarkable about it; `change` says what matters to the test. */
export const aPost = (change: Partial<Post> = {}): Post => ({
  ref: { network: 'example', id: 'https://town.example/posts/1' },
  version: '1',
  url: 'https://town.example/posts/1',
  postedAt: new Date('2026-03-01T11:00:00Z'),
  author: { network: 'example', id: 'https://town.example/people/ana' },
  text: 'The ferry runs again.',
  audience: 'public',
  mentions: [],
  tags: [],
  media: [],
  refusals: [],
  ...change,
});

/** A valid {@link Profile} of somebody who refuses nothing. */
export const aProfile = (change: Partial<Profile> = {}): Profile => ({
  ref: { network: 'example', id: 'https://town.example/people/ana' },
  handle: 'ana@town.example',
  refusals: [],
  ...change,
});

/** A post as a classifier hears it, by its text. */
export const aHeard = (text: string, change: Partial<Heard> = {}): Heard => ({ post: aPost({ text }), places: [], ...change });

/** An image of one grey pixel, that any network reads. */
export const anImage = (change: Partial<AttachedImage> = {}): AttachedImage => ({
  bytes: new Uint8Array(Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64')),
  mediaType: 'image/png',
  width: 1,
  height: 1,
  alt: 'Nothing but grey.',
  ...change,
});

/** A valid {@link Attempt} to answer {@link aPost}. */
export const anAttempt = (change: Partial<Attempt> = {}): Attempt => ({
  key: 'attempt-1',
  part: 0,
  text: 'There is a book about that on our shelves.',
  to: { network: 'example', id: 'https://town.example/posts/1' },
  lang: 'en',
  media: [],
  firstTriedAt: new Date('2026-03-01T12:00:00Z'),
  lastTriedAt: new Date('2026-03-01T12:00:00Z'),
  ...change,
});
