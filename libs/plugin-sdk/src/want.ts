import type { Ref } from './ref.js';
import type { Target } from './target.js';

/** Everything in the thread that this post belongs to: ancestors and replies, as far as the network shows them. */
export interface WantThread {
  readonly thread: Ref;
}

/** These posts as they are now: is it still there, was it edited? What is gone answers as `post-gone`. */
export interface WantPosts {
  readonly posts: readonly Ref[];
}

/** These profiles as they are now, with their refusals. What is gone answers as `profile-gone`. */
export interface WantProfiles {
  readonly profiles: readonly Ref[];
}

/** How many replies these posts have, and likes and boosts where the network tells, in as few requests as it allows. */
export interface WantCounts {
  readonly counts: readonly Ref[];
}

/**
 * What a target said in a stretch of time: a gap, or the days before a new follow. `since` is inclusive, `until` exclusive.
 *
 * The last batch says whether that was everything: `heardUntil` at `until` or later where it was; a {@link Gap} for what the network no
 * longer has. Where neither comes, the host takes what it was given for a part.
 */
export interface WantSpan {
  readonly target: Target;
  readonly since: Date;
  readonly until: Date;
}

/** Something that the host asks for by itself, answered by {@link Source.fetch} with the same events that a channel brings. */
export type Want = WantThread | WantPosts | WantProfiles | WantCounts | WantSpan;
