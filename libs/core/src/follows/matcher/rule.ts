import type { Target } from '@earshot/plugin-sdk';

/** What a rule looks at: all there is to know of a post that concerns following. */
export interface Candidate {
  readonly network: string;
  readonly author?: string;
  readonly tags: readonly string[];
  /** The words of the text, folded (language/words-of). Asked for at most once, and only where a rule could need them. */
  readonly words: () => readonly string[];
  /** The targets of the channel that brought it, and the account whose channel it is. */
  readonly account?: string;
  readonly targets: readonly Target[];
}

/** A live follow, as the matcher needs it. */
export interface FollowRule {
  readonly id: string;
  readonly libraryId: string;
  readonly accountId: string | null;
  readonly kind: Target['kind'] | 'words';
  readonly network: string | null;
  readonly key: string;
  readonly keepDays: number | null;
}
