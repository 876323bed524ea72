import type { Target } from './target.js';

/** A list that people keep on the network itself. */
export interface RemoteList {
  readonly id: string;
  readonly name: string;
  /** Anybody can see who is on it. */
  readonly public: boolean;
}

/** Brings lists kept on the network into follow lists here. */
export interface FollowLists<X> {
  lists(ctx: X): Promise<readonly RemoteList[]>;
  /** Everybody on it, in any order, each once. Read whole once a day; what is no longer on it is proposed to staff for removal. */
  members(list: string, ctx: X): AsyncIterable<Target>;
  /** Adds and removes on the network; what is there already, or gone already, counts as done. */
  change?(list: string, add: readonly Target[], remove: readonly Target[], ctx: X): Promise<void>;
}
