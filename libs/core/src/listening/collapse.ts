import type { Counts, Gap, PostGone, PostHeard, Profile, ProfileGone, Ref, SourceEvent, Unreadable, Waiting } from '@earshot/plugin-sdk';
import { refText } from './key.js';

/** A batch without its history: of each post and profile what holds at the end of the batch. */
export interface Collapsed {
  /** By key; the last version of each. */
  readonly posts: ReadonlyMap<string, PostHeard>;
  readonly gone: ReadonlyMap<string, PostGone>;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly profilesGone: ReadonlyMap<string, ProfileGone>;
  readonly counts: ReadonlyMap<string, Counts>;
  /** Of posts and of people that the batch tells several times: refs that name them otherwise than the last one does. */
  readonly otherRefs: { readonly posts: readonly Ref[]; readonly profiles: readonly Ref[] };
  readonly gaps: readonly Gap[];
  /** As it is now: the last one told. */
  readonly waiting?: Waiting;
  readonly unreadable: readonly Unreadable[];
}

/**
 * Events are ordered within a batch, so the last word on each thing holds, and a deletion is the last word whatever follows:
 * a post that was deleted does not come back by a late delivery.
 */
export const collapse = (events: readonly SourceEvent[]): Collapsed => {
  const posts = new Map<string, PostHeard>();
  const gone = new Map<string, PostGone>();
  const profiles = new Map<string, Profile>();
  const profilesGone = new Map<string, ProfileGone>();
  const counts = new Map<string, Counts>();
  const otherRefs: { posts: Ref[]; profiles: Ref[] } = { posts: [], profiles: [] };
  const gaps: Gap[] = [];
  let waiting: Waiting | undefined;
  const unreadable: Unreadable[] = [];
  for (const event of events) {
    switch (event.kind) {
      case 'post': {
        const key = refText(event.post.ref);
        if (!gone.has(key)) {
          noteOther(otherRefs.posts, posts.get(key)?.post.ref, event.post.ref);
          posts.set(key, event);
        }
        if (event.author !== undefined) {
          noteOther(otherRefs.profiles, profiles.get(refText(event.author.ref))?.ref, event.author.ref);
          profiles.set(refText(event.author.ref), event.author);
        }
        break;
      }
      case 'post-gone':
        forget(posts, event.ref);
        gone.set(refText(event.ref), event);
        break;
      case 'profile':
        noteOther(otherRefs.profiles, profiles.get(refText(event.profile.ref))?.ref, event.profile.ref);
        profiles.set(refText(event.profile.ref), event.profile);
        break;
      case 'profile-gone':
        profilesGone.set(refText(event.ref), event);
        break;
      case 'counts':
        counts.set(refText(event.ref), event);
        break;
      case 'gap':
        gaps.push(event);
        break;
      case 'waiting':
        waiting = event;
        break;
      case 'unreadable':
        unreadable.push(event);
    }
  }
  return { posts, gone, profiles, profilesGone, counts, otherRefs, gaps, unreadable, ...(waiting === undefined ? {} : { waiting }) };
};

const noteOther = (others: Ref[], before: Ref | undefined, now: Ref): void => {
  if (before?.local !== undefined && (before.local.host !== now.local?.host || before.local.id !== now.local.id)) others.push(before);
};

/** A deletion may name a post by one host's id only, where the post itself came with its global id. */
const forget = (posts: Map<string, PostHeard>, ref: Ref): void => {
  if (posts.delete(refText(ref)) || ref.local === undefined) return;
  for (const [key, { post }] of posts)
    if (post.ref.network === ref.network && post.ref.local?.host === ref.local.host && post.ref.local.id === ref.local.id) posts.delete(key);
};
