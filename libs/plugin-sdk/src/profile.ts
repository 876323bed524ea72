import type { Ref } from './ref.js';
import type { Refusal } from './refusal.js';

export interface Profile {
  readonly ref: Ref; readonly handle: string; readonly name?: string; readonly bio?: string; readonly place?: string;
  readonly url?: string; readonly avatar?: string; readonly movedTo?: Ref; readonly refusals: readonly Refusal[];
}

