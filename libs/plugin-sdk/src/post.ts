import type { Ref } from './ref.js';
import type { Refusal } from './refusal.js';

export interface Post {
  readonly ref: Ref; readonly version: string; readonly url: string; readonly postedAt: Date;
  /** Absent where the network hides it: such a post is never answered by us and kept for the shortest time. */
  readonly author?: Ref;
  readonly text: string; readonly html?: string; readonly lang?: string;
  readonly audience: 'public' | 'unlisted' | 'addressed' | 'members';
  readonly inReplyTo?: Ref; readonly root?: Ref; readonly quotes?: readonly Ref[]; readonly mentions: readonly Ref[]; readonly tags: readonly string[];
  readonly link?: { readonly url: string; readonly title?: string }; readonly media: readonly { readonly url: string; readonly alt?: string; readonly kind: 'image' | 'video' | 'audio' }[];
  readonly replies?: number; readonly refusals: readonly Refusal[];
}

