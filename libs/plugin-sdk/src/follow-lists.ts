import type { Target } from './target.js';

/** How it is seen when somebody is put onto a list. */
export interface ListWriting {
  /** Anybody can see whom we put there, or that our account follows them for it. */
  readonly public: boolean;
  /** They are told of it, or asked. */
  readonly told: boolean;
}

/** A list that people keep on the network itself. */
export interface RemoteList {
  readonly id: string;
  readonly name: string;
  /** Anybody can see who is on it. */
  readonly public: boolean;
  /** That {@link FollowLists.change} may put others onto it, and how that is seen. Absent: it is read only. */
  readonly writing?: ListWriting;
}

/** A list that the library wants. */
export interface ListWish {
  /** For life: the same key is the same list. */
  readonly key: string;
  readonly name: string;
  readonly description?: string;
}

/**
 * What became of one member.
 *
 * - `on`: on the list.
 * - `asked`: they have to say yes first; asked about again now and then, without asking them twice.
 * - `off`: not on it.
 * - `refused`: they cannot be put there, or do not want to; `because` says so in words for staff.
 */
export interface MemberChanged {
  readonly key: string;
  readonly state: 'on' | 'asked' | 'off' | 'refused';
  readonly because?: string;
}

/** Lists that the account makes on the network. */
export interface ListMaking<X> {
  /** How it would be seen if a list were made now and somebody put onto it. @throws RemoteError rejected, with what to do, where the account may not make one */
  asks(ctx: X): Promise<ListWriting>;
  /** Makes a list; called again with the same key, also after a crash, it gives the one that is there. One that somebody else made is never taken for it. */
  make(wish: ListWish, ctx: X): Promise<RemoteList>;
  /** Ends a list that it made, and whatever is left on it. One that is gone already is ended. */
  end(list: string, ctx: X): Promise<void>;
}

/** Lists kept on the network: brought into follow lists here, and, where the plugin can, written. */
export interface FollowLists<X> {
  lists(ctx: X): Promise<readonly RemoteList[]>;
  /** Everybody on it, in any order, each once: 20,000 at most, each within 20 s. Read when staff bring the list in, or keep a list in step with it. */
  members(list: string, ctx: X): AsyncIterable<Target>;
  /**
   * Adds and removes on the network, 25 in all at most, within two minutes; what is there already, or gone already, is done. The host may repeat a call of
   * which it did not hear the end.
   *
   * @returns what became of each. Those that are left out were not come to, and are asked for again: say what was done before a network asked to wait.
   * @throws RemoteError where nothing was done
   */
  change?(list: string, add: readonly Target[], remove: readonly Target[], ctx: X): Promise<readonly MemberChanged[]>;
  /** Needs {@link change}. */
  readonly making?: ListMaking<X>;
}
