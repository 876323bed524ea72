import type { Target } from '@earshot/plugin-sdk';
import type { Said } from './said.js';

/** What a rule looks at: all there is to know of a post that concerns following. */
export interface Candidate {
  readonly network: string;
  readonly author?: string;
  /** Other names of the same author: whoever is followed by one of them is followed. */
  readonly alsoKnownAs?: readonly string[];
  readonly said: Said;
  /** The targets of the channel that brought it, and the account whose channel it is. */
  readonly account?: string;
  readonly targets: readonly Target[];
}

/** A live follow, as the matcher needs it. */
export interface FollowRule {
  readonly id: string;
  readonly libraryId: string;
  readonly listId: string;
  readonly accountId: string;
  readonly kind: Target['kind'];
  readonly network: string;
  readonly key: string;
}

/** A live saved search. It lets nothing in by itself: it raises what was let in, or narrows what a follow lets in. */
export interface SearchRule {
  readonly id: string;
  readonly libraryId: string;
  readonly name: string;
  readonly raises: boolean;
}
