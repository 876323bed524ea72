import type { Ref } from '@earshot/plugin-sdk';
import type { WholeAttachment } from '../attachments/index.js';

/** A reply under a lease of this process. */
export interface Outgoing {
  readonly id: string;
  readonly libraryId: string;
  readonly accountId: string;
  readonly toPostId: string | null;
  readonly wholeId: string | null;
  readonly part: number;
  readonly key: string;
  readonly text: string;
  readonly lang: string;
  /** In order, with their bytes. */
  readonly images: readonly WholeAttachment[];
  /** A digest of them, with their alternative texts: '' where there are none. */
  readonly attached: string;
  /** The person who approved this very text, and these images. */
  readonly approvedBy: string;
  /** This one included. */
  readonly tries: number;
  readonly firstTriedAt: Date;
  /** When the network was called the last time, this try not included; at a first one, now. */
  readonly lastTriedAt: Date;
  /** The lease's fencing token. */
  readonly version: number;
  /** The post that is answered, which of a further part is the one before it, and the thread's first; undefined of what answers nobody, and where the library does not hear it any more. */
  readonly to: Ref | undefined;
  readonly root: Ref | undefined;
  /** What the whole answers: the part before, which left a moment ago, a network may not show to anybody yet. */
  readonly whole: Ref | undefined;
  readonly gone: boolean;
  /** It was on its way before, and how that ended is not known. */
  readonly interrupted: boolean;
  /** It should have left long ago, and by all that is known here never did: a disk that was put back says the same. */
  readonly overdue: boolean;
  /** Of an earlier try a person said that it published nothing, and the network could not tell. */
  readonly unproven: boolean;
}

export interface Obstacle {
  /** The kind of RemoteError, or a word of ours. */
  readonly why: string;
  /** For staff. */
  readonly words: string;
}

/** How one try to send a reply ended. */
export type Delivery =
  | { readonly kind: 'sent'; readonly ref: Ref }
  /** Nothing was published, and nothing goes by itself. */
  | ({ readonly kind: 'failed' } & Obstacle)
  /** Nothing was published: it goes again, with the same key. `counts`: as one of its few tries. */
  | ({ readonly kind: 'again'; readonly inMs: number; readonly counts: boolean } & Obstacle)
  /** Whether it was published could not even be asked. `counts`: as one of its few tries. */
  | ({ readonly kind: 'ask-again'; readonly inMs: number; readonly counts: boolean } & Obstacle)
  /** The network cannot tell whether it was published. */
  | ({ readonly kind: 'unknown' } & Obstacle);
