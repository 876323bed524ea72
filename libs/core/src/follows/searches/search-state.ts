import type { Tx } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import type { FollowTarget } from '../found-entry.js';
import { writtenId } from '../written-words.js';
import { savedSearchColumns, type SavedSearchRow, type SearchCategory, type SearchEffect } from './saved-search.row.js';

/** How a network is asked for a search. */
export interface Poll {
  readonly listId: string;
  readonly accountId: string;
  readonly target: FollowTarget;
}

/** All of a saved search that a change may change: what is kept so that the change can be undone. */
export interface SearchState {
  readonly name: string;
  readonly text: string;
  readonly does: SearchEffect;
  readonly reason: string;
  readonly category: SearchCategory;
  readonly listIds: readonly string[];
  readonly followIds: readonly string[];
  readonly poll: Poll | null;
  readonly removed: boolean;
}

export const searchById = async (tx: Tx, id: string, libraryId: string): Promise<SavedSearchRow | undefined> =>
  (await tx.query<SavedSearchRow>(`select ${savedSearchColumns} from saved_search s where s.id = $1 and s.library_id = $2`, [id, libraryId]))[0];

export const stateOf = async (tx: Tx, search: SavedSearchRow): Promise<SearchState> => {
  const { name, text, does, reason, category, listIds, followIds, pollId, libraryId, removedAt } = search;
  const [poll] = await tx.query<Poll>(
    `select f.list_id as "listId", f.account_id as "accountId", jsonb_build_object('kind', f.kind, 'network', f.network, 'key', f.key, 'label', f.label) as target
     from follow f where f.id = $1 and f.library_id = $2`,
    [pollId, libraryId],
  );
  return { name, text, does, reason, category, listIds, followIds, poll: poll ?? null, removed: removedAt !== null };
};

/** An account of the library or of one above it, which its plugin can be asked by. */
export const requireAccount = async (tx: Tx, libraryId: string, accountId: string): Promise<void> => {
  const [account] = await tx.query('select 1 from account a join library_line l on l.ancestor_id = a.library_id where a.id = $1 and l.library_id = $2 and a.removed_at is null', [writtenId(accountId, 'accountId'), libraryId]);
  if (account === undefined) throw new PlatformError('NOT_FOUND', 'There is no such account at the library of this search.', 'accountId');
};

/** Who has the name now. Names of one library are given one after another, so that the unique index never has to speak. */
export const searchNamed = async (tx: Tx, libraryId: string, name: string): Promise<string | undefined> => {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`saved-search ${libraryId}`]);
  const [search] = await tx.query<{ id: string }>('select id from saved_search where library_id = $1 and lower(name) = lower($2) and removed_at is null', [libraryId, name]);
  return search?.id;
};
