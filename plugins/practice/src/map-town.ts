import type { Post, Profile, Ref } from '@earshot/plugin-sdk';
import type { TownClock } from './town-clock.js';
import type { Person, TownPost } from './town.schema.js';

export const network = 'practice';

/** A domain that exists nowhere (RFC 2606). */
const home = 'https://ashford.example';

/** Where a post would be read. */
export const addressOf = (id: string): string => `${home}/posts/${encodeURIComponent(id)}`;

export const postRef = (id: string): Ref => ({ network, id });
export const profileRef = (id: string): Ref => ({ network, id });

/** The person as they show themselves at the town time `now`. */
export const toProfile = (person: Person, now: number): Profile => {
  const later = person.refusalsLater.filter(({ after }) => after <= now).at(-1);
  const renamed = person.renamedLater !== undefined && person.renamedLater.after <= now ? person.renamedLater.handle : person.handle;
  return {
    ref: profileRef(person.id),
    handle: renamed,
    name: person.name,
    bio: person.bio,
    url: `${home}/people/${person.id}`,
    refusals: later?.refusals ?? person.refusals,
    ...(person.place === undefined ? {} : { place: person.place }),
  };
};

/** How many edits a post has seen at the town time `now`. */
export const versionAt = (post: TownPost, now: number): number => post.edits.filter((edit) => edit.at <= now).length;

/** A post after its first `version` edits. `root` is the first post of its thread, `replies` all that was said below it; both are left out where they were not looked up. */
export const toPost = (post: TownPost, version: number, clock: TownClock, seen: { readonly root?: string; readonly replies?: number } = {}): Post => ({
  ref: postRef(post.id),
  version: String(version),
  url: addressOf(post.id),
  postedAt: clock.realAt(post.at),
  author: profileRef(post.by),
  text: version === 0 ? post.text : (post.edits[version - 1]?.text ?? post.text),
  lang: post.lang ?? 'en',
  audience: post.audience,
  mentions: post.mentions.map(profileRef),
  tags: post.tags.map((tag) => tag.replace(/^#/, '')),
  media: post.media.map(({ url, alt, kind }) => ({ url, kind, ...(alt === undefined ? {} : { alt }) })),
  refusals: [],
  ...(post.to === undefined ? {} : { inReplyTo: postRef(post.to) }),
  ...(seen.root === undefined || seen.root === post.id ? {} : { root: postRef(seen.root) }),
  ...(post.quotes.length === 0 ? {} : { quotes: post.quotes.map(postRef) }),
  ...(post.link === undefined ? {} : { link: { url: post.link.url, ...(post.link.title === undefined ? {} : { title: post.link.title }) } }),
  ...(seen.replies === undefined ? {} : { replies: seen.replies }),
});
