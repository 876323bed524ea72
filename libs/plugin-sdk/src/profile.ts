import type { Ref } from './ref.js';
import type { Refusal } from './refusal.js';

/** A public account on a network: an author, or one whom a library follows. Later versions replace earlier ones whole. */
export interface Profile {
  readonly ref: Ref;
  /** As people write it, without decoration of ours: `ana@town.social`, a feed's title where it has no other name. */
  readonly handle: string;
  readonly name?: string;
  /** Plain text. */
  readonly bio?: string;
  /** Where they say they are, in their own words. */
  readonly place?: string;
  readonly url?: string;
  /** Address of a picture. */
  readonly avatar?: string;
  /** The account that this one says it moved to. The host checks nothing: a source reports only moves that both sides confirm. */
  readonly movedTo?: Ref;
  /** What this person asks of listeners, for everything they write. Empty says that the source looked and found nothing. */
  readonly refusals: readonly Refusal[];
}
