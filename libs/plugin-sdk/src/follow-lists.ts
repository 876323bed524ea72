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
  /** Everybody on it, in any order, each once: 20,000 at most, each within 20 s. Read when staff bring the list in, who then see each line before it is followed. */
  members(list: string, ctx: X): AsyncIterable<Target>;
  /** Adds and removes on the network; what is there already, or gone already, counts as done. Reserved: the host does not call it yet. */
  change?(list: string, add: readonly Target[], remove: readonly Target[], ctx: X): Promise<void>;
}
