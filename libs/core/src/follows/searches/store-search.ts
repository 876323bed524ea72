import { newId } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import type { FollowAct } from '../follow-desk.js';
import type { Poll, SearchState } from './search-state.js';

interface Stored {
  readonly id: string;
  readonly libraryId: string;
  /** The follow by which the network is asked now. */
  readonly pollId: string | null;
}

/**
 * Makes a saved search what `state` says, and keeps what it was before. What it narrows and how a network is asked follow from that.
 * @throws PlatformError NOT_FOUND where a list or a follow is not the library's own.
 */
export const storeSearch = async (act: FollowAct, { id, libraryId, pollId }: Stored, state: SearchState, before: SearchState): Promise<void> => {
  const { tx } = act;
  const wanted = state.removed ? null : state.poll;
  const kept = pollId !== null && (await asksThis(act, { pollId, libraryId }, wanted));
  if (pollId !== null && !kept) await endPoll(act, { id, pollId, libraryId });
  // A search that ended still names the follow by which it was asked: undoing begins there.
  const nextPoll = wanted !== null && !kept ? await beginPoll(act, libraryId, wanted, state) : state.does === 'poll' ? pollId : null;
  await tx.query(
    `update saved_search set name = $3, text = $4, does = $5, reason = $6, category = $7, poll_id = $8, before = $9, changed_at = now(), removed_at = case when $10 then now() end
     where id = $1 and library_id = $2`,
    [id, libraryId, state.name, state.text, state.does, state.reason, state.category, nextPoll, JSON.stringify(before), state.removed],
  );
  await narrow(act, id, libraryId, state, nextPoll);
};

const asksThis = async ({ tx }: FollowAct, { pollId, libraryId }: { readonly pollId: string; readonly libraryId: string }, wanted: Poll | null): Promise<boolean> => {
  if (wanted === null) return false;
  const [there] = await tx.query('select 1 from follow where id = $1 and library_id = $2 and list_id = $3 and account_id = $4 and key = $5 and removed_at is null', [
    pollId, libraryId, wanted.listId, wanted.accountId, wanted.target.key,
  ]);
  return there !== undefined;
};

/** A follow that asks for another search as well goes on. */
const endPoll = async (act: FollowAct, { id, pollId, libraryId }: { readonly id: string; readonly pollId: string; readonly libraryId: string }): Promise<void> => {
  const [ended] = await act.tx.query<{ accountId: string }>(
    `update follow f set removed_at = now() where f.id = $1 and f.library_id = $2 and f.removed_at is null
       and not exists (select 1 from saved_search s where s.poll_id = f.id and s.id <> $3 and s.removed_at is null) returning f.account_id as "accountId"`,
    [pollId, libraryId, id],
  );
  if (ended !== undefined) act.replan([ended.accountId]);
};

/** The follow that asks the network; one that is on the list already is taken. */
const beginPoll = async (act: FollowAct, libraryId: string, { listId, accountId, target }: Poll, { reason }: SearchState): Promise<string> => {
  const list = await act.list(listId);
  if (list.libraryId !== libraryId) throw new PlatformError('NOT_FOUND', 'There is no such follow list at the library of this search.', 'listId');
  const [there] = await act.tx.query<{ id: string }>('select id from follow where list_id = $1 and library_id = $2 and kind = $3 and network = $4 and key = $5 and removed_at is null', [
    listId, libraryId, target.kind, target.network, target.key,
  ]);
  if (there !== undefined) return there.id;
  const follow = newId();
  await act.tx.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category, added_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'other', $10)`,
    [follow, libraryId, listId, accountId, target.kind, target.network, target.key, target.label, reason, act.actor.id],
  );
  await act.record(list, 'follow.added', { follows: [follow] });
  act.replan([accountId]);
  return follow;
};

const narrow = async ({ tx }: FollowAct, id: string, libraryId: string, { listIds, followIds }: SearchState, pollId: string | null): Promise<void> => {
  const follows = [...followIds, ...(pollId === null ? [] : [pollId])];
  for (const [table, ids, field] of [['follow_list', listIds, 'listIds'], ['follow', follows, 'followIds']] as const) {
    const found = await tx.query(`select id from ${table} where id = any($1::uuid[]) and library_id = $2`, [ids, libraryId]);
    if (found.length < new Set(ids).size) throw new PlatformError('NOT_FOUND', 'A search narrows what its own library follows: one of these is not there.', field);
  }
  await tx.query('delete from narrowing where search_id = $1 and library_id = $2', [id, libraryId]);
  await tx.query(
    `insert into narrowing(id, library_id, search_id, list_id, follow_id)
     select t.id, $2, $1, t.list_id, t.follow_id from unnest($3::uuid[], $4::uuid[], $5::uuid[]) as t(id, list_id, follow_id) on conflict do nothing`,
    [
      id, libraryId, [...listIds, ...follows].map(() => newId()),
      [...listIds, ...follows.map(() => null)], [...listIds.map(() => null), ...follows],
    ],
  );
};
