import { Injectable } from '@nestjs/common';
import { isRemoteError } from '@earshot/plugin-sdk';
import { newId } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { Jobs } from '../../jobs/index.js';
import type { Actor } from '../../staff/index.js';
import type { FollowTarget } from '../found-entry.js';
import { type FollowAct, FollowDesk } from '../follow-desk.js';
import { longestSearch, readSearch } from '../search-syntax/index.js';
import { TargetResolver } from '../target-resolver.js';
import { writtenChoice, writtenId, writtenWords } from '../written-words.js';
import { SearchNameTaken, SearchNotOffered, SearchNotUnderstood } from './saved-search.errors.js';
import { savedSearchColumns, searchCategories, searchEffects, type SavedSearchRow } from './saved-search.row.js';
import { requireAccount, searchById, searchNamed, type SearchState, stateOf } from './search-state.js';
import { searchChangedJob } from './search-jobs.js';
import { storeSearch } from './store-search.js';

/** What staff say of a search. */
export interface SearchTold {
  readonly name: string;
  readonly text: string;
  readonly does: string;
  readonly reason: string;
  readonly category: string;
  /** Of `narrow`: which lists and follows. */
  readonly listIds?: readonly string[] | undefined;
  readonly followIds?: readonly string[] | undefined;
  /** Of `poll`: the account whose network is asked, and the list that the asking stands on. */
  readonly accountId?: string | undefined;
  readonly listId?: string | undefined;
}

export type SearchResult = SavedSearchRow | SearchNotUnderstood | SearchNameTaken | SearchNotOffered;

/** Saved searches: written by their own library, used by it and all below it. Each change can be undone, and the undoing as well. */
@Injectable()
export class SavedSearchesService {
  constructor(
    private readonly desk: FollowDesk,
    private readonly resolver: TargetResolver,
    private readonly jobs: Jobs,
  ) {}

  /** @throws PlatformError BAD_INPUT, NOT_FOUND, FORBIDDEN */
  async create(actor: Actor, libraryId: string, told: SearchTold): Promise<SearchResult> {
    const library = writtenId(libraryId, 'libraryId');
    const state = checked(told);
    if (state instanceof SearchNotUnderstood) return state;
    await this.desk.act(actor, async (act) => {
      await act.requireLibrary(library);
      if (told.accountId !== undefined) await requireAccount(act.tx, library, told.accountId);
    });
    const target = await this.target(actor, state, told);
    if (target instanceof SearchNotOffered) return target;
    return this.desk.act(actor, async (act) => {
      await act.requireLibrary(library);
      const taken = await searchNamed(act.tx, library, state.name);
      if (taken !== undefined) return new SearchNameTaken(taken);
      const [id, next] = [newId(), withPoll(state, target, told)];
      await act.tx.query('insert into saved_search(id, library_id, name, text, does, reason, category, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8)', [
        id, library, next.name, next.text, 'raise', next.reason, next.category, actor.id,
      ]);
      return this.store(act, { id, libraryId: library, pollId: null }, next, { ...next, removed: true }, 'created');
    });
  }

  /** What is not told stays. */
  async change(actor: Actor, searchId: string, told: { readonly [Fact in keyof SearchTold]?: SearchTold[Fact] | undefined }): Promise<SearchResult> {
    const id = writtenId(searchId, 'searchId');
    const before = await this.desk.act(actor, async (act) => {
      const search = await live(act, id);
      if (told.accountId !== undefined) await requireAccount(act.tx, search.libraryId, told.accountId);
      return stateOf(act.tx, search);
    });
    const whole: SearchTold = {
      name: told.name ?? before.name, text: told.text ?? before.text, does: told.does ?? before.does, reason: told.reason ?? before.reason, category: told.category ?? before.category,
      listIds: told.listIds ?? before.listIds, followIds: told.followIds ?? before.followIds, accountId: told.accountId ?? before.poll?.accountId, listId: told.listId ?? before.poll?.listId,
    };
    const state = checked(whole);
    if (state instanceof SearchNotUnderstood) return state;
    const asked = state.text === before.text && whole.accountId === before.poll?.accountId ? before.poll?.target : undefined;
    const target = asked ?? (await this.target(actor, state, whole));
    if (target instanceof SearchNotOffered) return target;
    return this.desk.act(actor, async (act) => {
      const search = await live(act, id);
      const now = await stateOf(act.tx, search);
      return this.store(act, search, withPoll(state, target, whole), now, 'changed');
    });
  }

  /** Ends it: it raises and narrows nothing more. What it raised sinks to where it stands without it. */
  remove(actor: Actor, searchId: string): Promise<SearchResult> {
    const id = writtenId(searchId, 'searchId');
    return this.desk.act(actor, async (act) => {
      const search = await own(act, id);
      if (search.removedAt !== null) return search;
      const before = await stateOf(act.tx, search);
      return this.store(act, search, { ...before, removed: true }, before, 'removed');
    });
  }

  /** Puts it back as it was before its last change, whichever that was. Twice is that change again. */
  undo(actor: Actor, searchId: string): Promise<SearchResult> {
    const id = writtenId(searchId, 'searchId');
    return this.desk.act(actor, async (act) => {
      const search = await own(act, id);
      const [kept] = await act.tx.query<{ before: SearchState | null }>('select before from saved_search where id = $1 and library_id = $2', [id, search.libraryId]);
      if (kept?.before == null) throw new PlatformError('CONFLICT', 'There is no change of this search to undo.', 'searchId');
      return this.store(act, search, kept.before, await stateOf(act.tx, search), 'undone');
    });
  }

  private async store(act: FollowAct, search: Parameters<typeof storeSearch>[1], state: SearchState, before: SearchState, what: string): Promise<SearchResult> {
    const taken = state.removed ? undefined : await searchNamed(act.tx, search.libraryId, state.name);
    if (taken !== undefined && taken !== search.id) return new SearchNameTaken(taken);
    await storeSearch(act, search, state, before);
    if (raises(state) !== raises(before)) await this.jobs.enqueue(act.tx, searchChangedJob, { searchId: search.id }, {});
    await act.recordSearch(search, `saved-search.${what}`);
    const row = await searchById(act.tx, search.id, search.libraryId);
    if (row === undefined) throw noSuchSearch();
    return row;
  }

  /** What the account's plugin makes of the text, if the network looks for it; nothing where it is not asked to. */
  private async target(actor: Actor, { does, text }: SearchState, { accountId }: SearchTold): Promise<FollowTarget | undefined | SearchNotOffered> {
    if (does !== 'poll' || accountId === undefined) return undefined;
    try {
      const target = (await this.resolver.resolve(accountId, text, actor)).find(({ kind }) => kind === 'search');
      return target ?? new SearchNotOffered();
    } catch (error) {
      if (isRemoteError(error)) return new SearchNotOffered(error.message);
      throw error;
    }
  }
}

/** @throws PlatformError BAD_INPUT */
const checked = (told: SearchTold): SearchState | SearchNotUnderstood => {
  const { fault } = readSearch(told.text);
  if (fault !== undefined) return SearchNotUnderstood.of(fault);
  const does = writtenChoice(told.does, searchEffects, 'does');
  const ids = (of: readonly string[] | undefined, field: string): readonly string[] => (does === 'narrow' ? [...new Set((of ?? []).map((id) => writtenId(id, field)))] : []);
  const [listIds, followIds] = [ids(told.listIds, 'listIds'), ids(told.followIds, 'followIds')];
  if (does === 'narrow' && listIds.length + followIds.length === 0) throw new PlatformError('BAD_INPUT', 'Say which lists or follows the search narrows.', 'listIds');
  if (does === 'poll' && (told.accountId === undefined || told.listId === undefined)) throw new PlatformError('BAD_INPUT', 'Say which account asks its network, and on which list that stands.', 'accountId');
  for (const field of ['accountId', 'listId'] as const) if (does === 'poll') writtenId(told[field] ?? '', field);
  return {
    name: writtenWords(told.name, 'name', 200), text: writtenWords(told.text, 'text', longestSearch), does, reason: writtenWords(told.reason, 'reason', 500),
    category: writtenChoice(told.category, searchCategories, 'category'), listIds, followIds, poll: null, removed: false,
  };
};

const withPoll = (state: SearchState, target: FollowTarget | undefined, { accountId, listId }: SearchTold): SearchState =>
  target === undefined || state.does !== 'poll' || accountId === undefined || listId === undefined ? state : { ...state, poll: { accountId, listId, target } };

const raises = ({ does, removed }: SearchState): boolean => does === 'raise' && !removed;

const noSuchSearch = (): PlatformError => new PlatformError('NOT_FOUND', 'There is no such saved search.', 'searchId');

/** The search, locked, also one that ended, if the actor may write it. */
const own = async (act: FollowAct, id: string): Promise<SavedSearchRow> => {
  const [seen] = await act.tx.query<SavedSearchRow>(`select ${savedSearchColumns} from saved_search s where s.id = $1 and s.library_id in (select scope() union select scope_up())`, [id]);
  if (seen === undefined) throw noSuchSearch();
  await act.requireOwn(seen.libraryId, 'This search belongs to a library above yours, which alone changes it.', 'searchId');
  await act.tx.query('select 1 from saved_search where id = $1 and library_id = $2 for update', [id, seen.libraryId]);
  const locked = await searchById(act.tx, id, seen.libraryId);
  if (locked === undefined) throw noSuchSearch();
  return locked;
};

const live = async (act: FollowAct, id: string): Promise<SavedSearchRow> => {
  const search = await own(act, id);
  if (search.removedAt !== null) throw noSuchSearch();
  return search;
};
