import type { Ref } from './ref.js';
import type { Refusal } from './refusal.js';

/** A link that the network shows as a card below a post. */
export interface PostLink {
  readonly url: string;
  readonly title?: string;
}

/** A picture, film or sound on a post: its address, never its bytes. */
export interface PostMedia {
  readonly url: string;
  /** The author's description for those who cannot see or hear it. */
  readonly alt?: string;
  readonly kind: 'image' | 'video' | 'audio';
}

/**
 * One public utterance, in its newest version.
 *
 * Direct messages are no posts: a source drops them before it makes an event.
 */
export interface Post {
  readonly ref: Ref;
  /**
   * Changes exactly when the network says that the post changed: an edit time, a content id, a hash. Opaque to the host, which
   * takes the same (ref, version) twice for the same delivery and any other version for a newer one, in the order they arrive.
   */
  readonly version: string;
  /** Where a person opens it in a browser. Absent of what stands on no page. */
  readonly url?: string;
  /** When its author published it, not when it was heard. */
  readonly postedAt: Date;
  /** Absent where the network hides it: such a post is never answered by us and kept for the shortest time. */
  readonly author?: Ref;
  /** Plain text as a reader would see it; offsets of findings count its UTF-16 units. */
  readonly text: string;
  /** The network's own markup, untouched: the host sanitises before anybody sees it. */
  readonly html?: string;
  /** BCP 47, as the network declares it; absent where it does not, and the host guesses. */
  readonly lang?: string;
  /** `addressed`: to us and whoever else is mentioned, still public. `members`: readable only inside a group that admitted us. */
  readonly audience: 'public' | 'unlisted' | 'addressed' | 'members';
  readonly inReplyTo?: Ref;
  /** The first post of the thread, where the network tells. The host finds it by itself where not. */
  readonly root?: Ref;
  readonly quotes?: readonly Ref[];
  readonly mentions: readonly Ref[];
  /** Without `#`, in the author's spelling. */
  readonly tags: readonly string[];
  readonly link?: PostLink;
  readonly media: readonly PostMedia[];
  /** Replies that the network counts below it, where it tells: the host looks again at threads that grew. */
  readonly replies?: number;
  /** Refusals on this post alone; those of its author are on the {@link Profile}. */
  readonly refusals: readonly Refusal[];
}
