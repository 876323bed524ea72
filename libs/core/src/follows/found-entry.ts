import type { ListedAuthor } from '../privacy/consent/index.js';
import type { FollowKind } from './follow.row.js';
import type { ListEntry } from './documents/list-entry.js';

/** What a follow can be of: a target of a plugin's. */
export interface FollowTarget {
  readonly kind: FollowKind;
  readonly network: string;
  readonly key: string;
  readonly label: string;
}

/** Why something is not followed, and what can be done about it. */
export interface EntryRefusal {
  readonly why: string;
  readonly cure: string;
}

/** What one entry of a list turned out to name. */
export interface FoundEntry {
  readonly entry: ListEntry;
  /** One: it can be followed. Several: a person chooses. */
  readonly targets: readonly FollowTarget[];
  /** The account that would hear it. */
  readonly accountId: string | null;
  readonly refused?: EntryRefusal;
  /** Whom the network described on the way to it: also each account that they moved from. */
  readonly described?: readonly ListedAuthor[];
  /** That the account moved, in words: `targets` is where it is now. */
  readonly moved?: string;
  /** Nothing is known yet: its network asks to wait until then. */
  readonly again?: Date;
}

export const refusedEntry = (entry: ListEntry, why: string, cure: string): FoundEntry => ({ entry, targets: [], accountId: null, refused: { why, cure } });
export const identityOf = ({ kind, network, key }: Pick<FollowTarget, 'kind' | 'network' | 'key'>): string => JSON.stringify([kind, network, key]);
/** A follow of these is of one author, whom our own lists may name. */
export const isSomebody = ({ kind }: Pick<FollowTarget, 'kind'>): boolean => kind === 'profile' || kind === 'feed';
