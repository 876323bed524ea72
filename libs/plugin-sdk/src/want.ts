import type { Ref } from './ref.js';
import type { Target } from './target.js';

/** Threads, back-fill of a gap or of a new follow's last days, "is it still there?", unknown authors, reply counts: the same events, asked for. */
export type Want =
  | { readonly thread: Ref } | { readonly posts: readonly Ref[] } | { readonly profiles: readonly Ref[] } | { readonly counts: readonly Ref[] }
  | { readonly target: Target; readonly since: Date; readonly until: Date };

