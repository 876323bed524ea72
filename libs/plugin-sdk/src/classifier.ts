import type { Post } from './post.js';
import type { Profile } from './profile.js';

/** What a label does, as data: core knows effects, never a label by its name. */
export interface Effects { readonly attention?: number; readonly holdUnprompted?: true; readonly view?: string; readonly blur?: true; readonly retention?: 'short' }
export interface Label { readonly id: string; readonly title: string; readonly effects: Effects }
/** Spans are offsets into the text, never text. `place` names a service area: a finding can hold for one library and not for another. */
export interface Finding { readonly label: string; readonly score: number; readonly spans: readonly (readonly [start: number, end: number])[]; readonly place?: string; readonly restated?: string }
export interface Heard { readonly post: Post; readonly author?: Profile; readonly parent?: Post; readonly root?: Post; readonly places: readonly { readonly id: string; readonly names: readonly string[] }[] }
export interface Classifier {
  readonly version: string; readonly labels: readonly Label[]; readonly languages: readonly string[] | 'any';
  /** with-store: quick and pure, inside the pipeline. after-store: slow or remote, as a job; `only` says which findings of cheaper classifiers it wants to see. */
  readonly when: 'with-store' | { readonly afterStore: { readonly only?: readonly { label: string; between: readonly [number, number] }[] } };
  classify(heard: readonly Heard[], abort: AbortSignal): Promise<readonly (readonly Finding[])[]>;
  dispose?(): Promise<void>;
}
