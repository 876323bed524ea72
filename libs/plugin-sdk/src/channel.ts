import type { Target } from './target.js';

/** The unit of cursor, lease, schedule, back-off, health and coverage: one feed, one hashtag, the user stream, one shard of a firehose. */
export interface Channel { readonly key: string; readonly mode: 'poll' | 'stream'; readonly pulseMs: number; readonly targets: readonly Target[]; readonly retarget: 'live' | 'reopen' }
export interface OpenChannel<C> extends Channel { readonly cursor?: C; readonly changes: AsyncIterable<readonly Target[]> }

