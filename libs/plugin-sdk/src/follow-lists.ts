import type { Target } from './target.js';

export interface FollowLists<X> { lists(ctx: X): Promise<readonly { id: string; name: string; public: boolean }[]>; members(list: string, ctx: X): AsyncIterable<Target>; change?(list: string, add: readonly Target[], remove: readonly Target[], ctx: X): Promise<void> }
