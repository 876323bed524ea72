import type { Post } from './post.js';
import type { Profile } from './profile.js';
import type { Ref } from './ref.js';

/** Ordered: a post, its edit and its deletion keep their order within a batch. */
export type SourceEvent =
  | { readonly kind: 'post'; readonly post: Post; readonly author?: Profile }            // new, or a newer version: one upsert
  | { readonly kind: 'post-gone'; readonly ref: Ref; readonly why: 'deleted' | 'hidden' }
  | { readonly kind: 'profile'; readonly profile: Profile }                              // handle, move, refusals that change later
  | { readonly kind: 'profile-gone'; readonly ref: Ref; readonly why: 'deleted' | 'suspended' | 'deactivated' | 'blocked-us' }
  | { readonly kind: 'counts'; readonly ref: Ref; readonly replies: number }             // has a thread grown?
  | { readonly kind: 'gap'; readonly from?: Date; readonly to: Date; readonly why: string } // the source knows best what it missed
  | { readonly kind: 'unreadable'; readonly why: string; readonly digest: string };      // a dead letter: shape and hash, no text

/** Committed with `cursor` in one transaction. `heardUntil` advances coverage even when nothing was said: a quiet hour is a heard hour. `acknowledge` runs after commit, at least once. */
export interface Batch<C> { readonly events: readonly SourceEvent[]; readonly cursor?: C; readonly heardUntil?: Date; readonly acknowledge?: () => Promise<void> }
