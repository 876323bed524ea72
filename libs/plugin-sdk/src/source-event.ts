import type { Post } from './post.js';
import type { Profile } from './profile.js';
import type { Ref } from './ref.js';

/** A post, new or in a newer version: one upsert. `author` saves the host from asking for whoever it does not know yet. */
export interface PostHeard {
  readonly kind: 'post';
  readonly post: Post;
  readonly author?: Profile;
}

/** A post that is gone for everybody (`deleted`) or for us (`hidden`). Its text is erased here; a tombstone keeps the thread in one piece. */
export interface PostGone {
  readonly kind: 'post-gone';
  readonly ref: Ref;
  readonly why: 'deleted' | 'hidden';
}

/** A profile as it is now: its handle, its move, its refusals. */
export interface ProfileHeard {
  readonly kind: 'profile';
  readonly profile: Profile;
}

/** A profile that is gone. Everything it wrote goes with it, except for `blocked-us`, which ends only our answering. */
export interface ProfileGone {
  readonly kind: 'profile-gone';
  readonly ref: Ref;
  readonly why: 'deleted' | 'suspended' | 'deactivated' | 'blocked-us';
}

/** How many replies a post has: the cheap way to ask whether a thread has grown. And what else it got, which the host keeps of posts of the library's own alone. */
export interface Counts {
  readonly kind: 'counts';
  readonly ref: Ref;
  readonly replies: number;
  /** Absent: the network does not tell. */
  readonly likes?: number;
  /** How often it was passed on to others; absent: the network does not tell. */
  readonly boosts?: number;
}

/** A stretch of time in which this channel may have missed something: the source knows best. The host records it and back-fills. */
export interface Gap {
  readonly kind: 'gap';
  /** Absent: since before anything that the source can still read. */
  readonly from?: Date;
  readonly to: Date;
  /** Shown to staff. */
  readonly why: string;
}

/** A dead letter: something arrived that could not be read. It carries shape and hash, so that the fault can be found, and no text. */
export interface Unreadable {
  readonly kind: 'unreadable';
  /** Shown to staff: which field, what is wrong with it. */
  readonly why: string;
  /** See {@link digestOf}. */
  readonly digest: string;
}

/**
 * How many conversations wait, unopened, in which somebody wrote to us in private, as of now: their number and where a person opens them, never
 * who wrote nor what. Tell it whenever it was looked up; 0 takes the number away.
 *
 * @since 0.1.0
 */
export interface Waiting {
  readonly kind: 'waiting';
  readonly conversations: number;
  /** The network's own page for them. */
  readonly url: string;
}

/**
 * Something that happened on a network.
 *
 * Events keep their order within a batch, and batches theirs within a channel: a post, its edit and its deletion arrive as they
 * happened. Delivering one twice does no harm: the host stores by (network, id) and version.
 */
export type SourceEvent = PostHeard | PostGone | ProfileHeard | ProfileGone | Counts | Gap | Unreadable | Waiting;

/**
 * Events that the host commits together with `cursor`, in one transaction: either both are stored or neither.
 *
 * @typeParam C - what the source needs to go on from here, as plain JSON
 */
export interface Batch<C> {
  readonly events: readonly SourceEvent[];
  /** Where to go on once these events are stored. A batch without one is stored too, and read again after a restart. */
  readonly cursor?: C;
  /** Everything said before this moment has been delivered. It advances coverage even when nothing was said: a quiet hour is a heard hour. */
  readonly heardUntil?: Date;
  /** Tells the network that we have it. Runs after the commit, at least once, possibly in a later process; a failure is logged and not retried. */
  readonly acknowledge?: () => Promise<void>;
}
