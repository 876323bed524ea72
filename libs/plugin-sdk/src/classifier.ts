import type { Post } from './post.js';
import type { Profile } from './profile.js';

/** What a label does, as data: the core knows effects, never a label by its name. */
export interface Effects {
  /** Weight with which a finding's score raises a conversation in the round. 1 is an open question to everybody; 0 or absent, nothing; negative lowers. */
  readonly attention?: number;
  /** Such a post is never offered for an unprompted answer, however high it ranks. */
  readonly holdUnprompted?: true;
  /** A view of the dashboard that gathers these: `celebrations`, `crisis`. */
  readonly view?: string;
  /** Staff see it only after a click. */
  readonly blur?: true;
  /** Kept for the shortest time that the installation knows. */
  readonly retention?: 'short';
}

/** A verdict that a classifier can give. */
export interface Label {
  /** Dotted and stable: `need.implicit`. Two classifiers may give the same one; their effects must then be equal. */
  readonly id: string;
  /** What staff read: "an unspoken need". */
  readonly title: string;
  readonly effects: Effects;
}

/** A half-open stretch of a post's text, in UTF-16 units, that splits no surrogate pair. */
export type Span = readonly [start: number, end: number];

/** One verdict on one post. */
export interface Finding {
  /** One of the classifier's {@link Label}s. */
  readonly label: string;
  /** 0 to 1, calibrated: of findings scored 0.7, seven in ten are right. */
  readonly score: number;
  /** The evidence, as offsets into the text and never as text, so that a deleted post leaves nothing behind. */
  readonly spans: readonly Span[];
  /** A service area from {@link Heard.places}: it holds for libraries serving that place only. */
  readonly place?: string;
  /** What is looked for, in a few words that a catalogue search would understand. Erased with the post. */
  readonly restated?: string;
}

/** A service area, with the names by which people there call it. */
export interface Place {
  readonly id: string;
  readonly names: readonly string[];
}

/** A post with what the host knows around it when it is classified. */
export interface Heard {
  readonly post: Post;
  readonly author?: Profile;
  /** The post it answers. */
  readonly parent?: Post;
  /** The first post of its thread, where that is neither the post itself nor its parent. */
  readonly root?: Post;
  readonly places: readonly Place[];
}

/** An answer of a cheaper classifier that a slower one waits for: findings of this label scored within `between`, both ends included. */
export interface Interest {
  readonly label: string;
  readonly between: readonly [number, number];
}

/**
 * Judges posts.
 *
 * @example
 * ```ts
 * const classifier: Classifier = {
 *   version: '1',
 *   labels: [{ id: 'mention.library', title: 'speaks of the library', effects: { attention: 0.3 } }],
 *   languages: ['en'],
 *   when: 'with-store',
 *   classify: async (heard) => heard.map(({ post }) => {
 *     const at = post.text.search(/\blibrary\b/i);
 *     return at < 0 ? [] : [{ label: 'mention.library', score: 0.9, spans: [[at, at + 'library'.length]] }];
 *   }),
 * };
 * ```
 */
export interface Classifier {
  /** Changes whenever a verdict could. Findings carry it; when it changes, recent posts are classified again. */
  readonly version: string;
  readonly labels: readonly Label[];
  /** BCP 47 primary languages whose posts it wants to see. Posts of unknown language are shown to everybody. */
  readonly languages: readonly string[] | 'any';
  /**
   * `with-store`: quick and pure, inside the pipeline, well under a millisecond a post. `afterStore`: slow or remote, as a job
   * after the commit; with `only`, for posts on which cheaper classifiers found one of these.
   */
  readonly when: 'with-store' | { readonly afterStore: { readonly only?: readonly Interest[] } };
  /**
   * One list of findings for each post, in the order given; empty where there is nothing to say.
   *
   * Deterministic, and independent of what else is in the batch. Never throws for any text: the parts of a batch are not retried
   * apart. On abort reject or return early within 5 s. `with-store`: not retried, the posts are stored without findings and
   * classified later. `afterStore`: the job is retried with back-off.
   */
  classify(heard: readonly Heard[], abort: AbortSignal): Promise<readonly (readonly Finding[])[]>;
  /** Frees models and workers. Called once, after the last `classify` has settled. */
  dispose?(): Promise<void>;
}
