import type { PostHeard, Ref } from '@earshot/plugin-sdk';
import type { WrittenBringIn } from './bring-in.input.js';

/**
 * What was brought in, as posts of a network: the words, and what was said before them as the post that they answer. Their names are made of the key
 * alone, so that the same pressing of a button gives the same posts, and nobody else's are ever these; so is the name of an author, whom nobody can
 * compare with anybody.
 */
export const postsOf = ({ libraryId, key, text, url, author, lang, before }: WrittenBringIn, network: string, at: Date): readonly PostHeard[] => {
  const ref = (what?: string): Ref => ({ network, id: [libraryId, key, ...(what === undefined ? [] : [what])].join('/') });
  const said = { version: '1', audience: 'members', mentions: [], tags: [], media: [], refusals: [] } as const;
  const words: PostHeard = {
    kind: 'post',
    post: {
      ...said, ref: ref(), postedAt: at, text,
      ...(url === null ? {} : { url }), ...(lang === null ? {} : { lang }), ...(author === null ? {} : { author: ref('author') }), ...(before === null ? {} : { inReplyTo: ref('before') }),
    },
    ...(author === null ? {} : { author: { ref: ref('author'), handle: author, refusals: [] } }),
  };
  if (before === null) return [words];
  // When it was said nobody knows; it stands before.
  return [words, { kind: 'post', post: { ...said, ref: ref('before'), postedAt: new Date(at.getTime() - 1), text: before } }];
};
