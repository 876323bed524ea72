import { newId } from '../database/index.js';
import type { Kept } from './screen.js';
import { type Key, inOrder, keyOf, keyText, refText } from './key.js';
import type { KnownPost } from './known.repository.js';
import type { Join } from './twins.js';

export interface ThreadPlan {
  /** Keys without a row yet, in order, each with the id and thread that it gets. */
  readonly inserts: readonly { readonly id: string; readonly key: Key; readonly threadId: string }[];
  readonly newThreads: readonly string[];
  /** Threads found to be one. */
  readonly merges: readonly (readonly string[])[];
}

/**
 * Where the posts of a batch belong: each key and the key it answers are in one thread. A parent without a row gets one, of its key only,
 * which orders, locks and awaits a late parent in one mechanism. The same plan whatever the order of the posts.
 */
export const planThreads = (kept: readonly Kept[], known: ReadonlyMap<string, KnownPost>, joins: readonly Join<KnownPost>[] = []): ThreadPlan => {
  const keys = new Map<string, Key>();
  const group = new Map<string, string>();
  const find = (key: string): string => {
    let top = key;
    for (let next = group.get(top); next !== undefined && next !== top; next = group.get(top)) top = next;
    group.set(key, top);
    return top;
  };
  const join = (a: string, b: string): void => {
    const [first, second] = [find(a), find(b)].sort(inOrder) as [string, string];
    group.set(second, first);
  };
  const add = (key: Key): string => {
    const text = keyText(key);
    keys.set(text, key);
    if (!group.has(text)) group.set(text, text);
    return text;
  };
  const ofThread = new Map<string, string>();
  for (const { post } of kept) {
    const own = add(keyOf(post.ref));
    for (const ref of [post.inReplyTo, post.root]) if (ref !== undefined && refText(ref) !== own) join(own, add(keyOf(ref)));
  }
  // What two names stood for is one post, and so is its thread.
  for (const { key, survivor, losers } of joins) for (const row of [survivor, ...losers]) join(add(key), add(row.key));
  for (const key of [...keys.keys()].sort(inOrder)) {
    const thread = known.get(key)?.threadId;
    if (thread === undefined) continue;
    const first = ofThread.get(thread);
    if (first === undefined) ofThread.set(thread, key);
    else join(first, key);
  }
  const threads = new Map<string, Set<string>>();
  for (const key of keys.keys()) {
    const top = find(key);
    const has = threads.get(top) ?? new Set<string>();
    const thread = known.get(key)?.threadId;
    if (thread !== undefined) has.add(thread);
    threads.set(top, has);
  }
  const newThreads: string[] = [];
  const threadOf = new Map<string, string>();
  for (const [top, has] of threads) {
    const existing = [...has].sort(inOrder)[0];
    if (existing === undefined) newThreads.push(newId());
    threadOf.set(top, existing ?? (newThreads.at(-1) as string));
  }
  return {
    newThreads,
    inserts: [...keys].sort(([a], [b]) => inOrder(a, b)).flatMap(([text, key]) => (known.has(text) ? [] : [{ id: newId(), key, threadId: threadOf.get(find(text)) as string }])),
    merges: [...threads.values()].filter((has) => has.size > 1).map((has) => [...has].sort(inOrder)),
  };
};
