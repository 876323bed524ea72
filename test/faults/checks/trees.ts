import type { Client } from 'pg';
import type { Heard } from '../network/script.ts';
import type { Listener, Town } from '../scene/town.ts';

export interface StoredPost {
  readonly id: string;
  readonly known: boolean;
  readonly version: string | null;
  readonly text: string | null;
  readonly gone: boolean;
  readonly threadId: string;
  readonly parentId: string | null;
}

/** Each post under what it answers, one thread a tree, counts that count, one conversation for each library and thread, and ids of what was merged that lead to what is there. */
export const treesAreRight = async (client: Client, { farSide }: Town, stored: readonly StoredPost[], told: ReadonlyMap<Listener, ReadonlyMap<string, Heard>>, deleted: ReadonlySet<string>): Promise<string[]> => [
  ...parentsOf(farSide.script.flat().flatMap((event) => (event.what === 'said' && event.to !== undefined ? [[event.id, event.to] as const] : [])), stored),
  ...(await threadsOf(client)),
  ...(await conversationsOf(client, stored, told, deleted)),
];

const parentsOf = (answers: readonly (readonly [string, string])[], stored: readonly StoredPost[]): string[] => {
  const wrongs: string[] = [];
  const parents = new Map(answers);
  const rows = new Map(stored.map((row) => [row.id, row]));
  const group = new Map<string, string>();
  const top = (id: string): string => {
    const above = group.get(id);
    return above === undefined || above === id ? id : top(above);
  };
  for (const row of stored) {
    // Of ours the far side says no more than its name; the rest is ours.
    const ours = row.id.startsWith('reply-');
    const parent = ours ? row.parentId : row.known ? (parents.get(row.id) ?? null) : null;
    if (!ours && row.parentId !== parent) wrongs.push(`${row.id} answers ${parent ?? 'nothing'}, and is stored as an answer to ${row.parentId ?? 'nothing'}`);
    if (parent !== null && rows.has(parent)) group.set(top(row.id), top(parent));
  }
  const [threadOf, treeOf] = [new Map<string, string>(), new Map<string, string>()];
  for (const { id, threadId } of stored) {
    const tree = top(id);
    const thread = (threadOf.has(tree) ? threadOf : threadOf.set(tree, threadId)).get(tree);
    if (thread !== threadId) wrongs.push(`${id} is in another thread than ${tree}, with which it is one tree`);
    const other = (treeOf.has(threadId) ? treeOf : treeOf.set(threadId, tree)).get(threadId);
    if (other !== tree) wrongs.push(`${id} is in one thread with ${other}, with which it has nothing to do`);
  }
  return wrongs;
};

const threadsOf = async (client: Client): Promise<string[]> => {
  const { rows } = await client.query<{ wrong: string }>(`
    select 'thread ' || t.id || ' counts ' || t.posts || ' posts and has ' || count(p.id) as wrong
      from thread t left join post p on p.thread_id = t.id and p.known group by t.id having t.posts <> count(p.id)
    union all select 'thread ' || t.id || ' was merged and still has posts' from thread t where t.merged_into is not null and exists (select 1 from post p where p.thread_id = t.id)
    union all select 'thread ' || t.id || ' leads to one that was merged itself' from thread t join thread s on s.id = t.merged_into where s.merged_into is not null
    union all select 'conversation ' || c.id || ' leads to one that was merged itself' from conversation c join conversation s on s.id = c.merged_into where s.merged_into is not null
    union all select 'conversation ' || c.id || ' is on a thread that was merged' from conversation c join thread t on t.id = c.thread_id where c.merged_into is null and t.merged_into is not null
    union all select 'library ' || c.library_id || ' has ' || count(*) || ' conversations on one thread' from conversation c where c.merged_into is null group by c.library_id, c.thread_id having count(*) > 1
    union all select 'conversation ' || c.merged_into || ' does not know what its loser was heard by' from hearing h join conversation c on c.id = h.conversation_id
      where c.merged_into is not null and not exists (select 1 from hearing s where s.conversation_id = c.merged_into and s.cause = h.cause and s.follow_id is not distinct from h.follow_id)`);
  return rows.map(({ wrong }) => wrong);
};

const conversationsOf = async (client: Client, stored: readonly StoredPost[], told: ReadonlyMap<Listener, ReadonlyMap<string, Heard>>, deleted: ReadonlySet<string>): Promise<string[]> => {
  const { rows } = await client.query<{ library_id: string; thread_id: string }>('select library_id, thread_id from conversation where merged_into is null');
  const there = new Set(rows.map(({ library_id, thread_id }) => `${library_id} ${thread_id}`));
  const threadOf = new Map(stored.map((row) => [row.id, row.threadId]));
  return [...told].flatMap(([{ name, libraryId }, heard]) =>
    // What one listener saw deleted, another does not hear any more.
    [...heard.keys()].flatMap((id) => (deleted.has(id) || there.has(`${libraryId} ${threadOf.get(id)}`) ? [] : [`${name} heard ${id}, and has no conversation on its thread`])));
};
