import { Injectable } from '@nestjs/common';
import { newId } from '../database/index.js';
import type { Actor } from '../staff/index.js';
import { FollowDesk, type FollowAct } from './follow-desk.js';
import { ListNameTaken } from './follow.errors.js';
import { followListColumns, type FollowListRow } from './follow.row.js';
import { optionalWords, writtenId, writtenWords } from './written-words.js';

/** Follow lists: made, named and ended by their own library, heard by it and all below it. */
@Injectable()
export class FollowListsService {
  constructor(private readonly desk: FollowDesk) {}

  create(actor: Actor, told: { readonly libraryId: string; readonly name: string; readonly description?: string | null | undefined }): Promise<FollowListRow | ListNameTaken> {
    const [libraryId, name, description] = [writtenId(told.libraryId, 'libraryId'), writtenWords(told.name, 'name', 200), optionalWords(told.description, 'description', 2_000)];
    return this.desk.act(actor, async (act) => {
      await act.requireLibrary(libraryId);
      const taken = await listNamed(act, libraryId, name);
      if (taken !== undefined) return new ListNameTaken(taken);
      const list: FollowListRow = { id: newId(), libraryId, name, description, sources: [], createdBy: actor.id, createdAt: new Date(), removedAt: null };
      await act.tx.query('insert into follow_list(id, library_id, name, description, created_by, created_at) values ($1, $2, $3, $4, $5, $6)', [
        list.id, libraryId, name, description, actor.id, list.createdAt,
      ]);
      await act.record(list, 'follow-list.created');
      return list;
    });
  }

  /** What is not told stays; a blank description is none. */
  change(actor: Actor, told: { readonly listId: string; readonly name?: string | undefined; readonly description?: string | null | undefined }): Promise<FollowListRow | ListNameTaken> {
    const listId = writtenId(told.listId, 'listId');
    const name = told.name === undefined ? undefined : writtenWords(told.name, 'name', 200);
    const description = told.description === undefined ? undefined : optionalWords(told.description, 'description', 2_000);
    return this.desk.act(actor, async (act) => {
      const before = await act.list(listId);
      const after = { name: name ?? before.name, description: description === undefined ? before.description : description };
      if (after.name === before.name && after.description === before.description) return before;
      const taken = await listNamed(act, before.libraryId, after.name);
      if (taken !== undefined && taken !== listId) return new ListNameTaken(taken);
      const [list] = await act.tx.query<FollowListRow>(`update follow_list t set name = $3, description = $4 where t.id = $1 and t.library_id = $2 returning ${followListColumns}`, [
        listId, before.libraryId, after.name, after.description,
      ]);
      await act.record(before, 'follow-list.changed');
      return list ?? before;
    });
  }

  /** Ends the list and every follow on it; what was heard by it keeps its reason. */
  remove(actor: Actor, told: { readonly listId: string }): Promise<FollowListRow> {
    const listId = writtenId(told.listId, 'listId');
    return this.desk.act(actor, async (act) => {
      const list = await act.list(listId);
      const ended = await act.tx.query<{ id: string; accountId: string }>(
        'update follow set removed_at = now() where list_id = $1 and library_id = $2 and removed_at is null returning id, account_id as "accountId"',
        [listId, list.libraryId],
      );
      const [removed] = await act.tx.query<FollowListRow>(`update follow_list t set removed_at = now() where t.id = $1 and t.library_id = $2 returning ${followListColumns}`, [listId, list.libraryId]);
      await act.record(list, 'follow-list.removed', { follows: ended.length });
      act.replan(ended.map(({ accountId }) => accountId));
      return removed ?? list;
    });
  }
}

/** Who has the name now. Names of one library are given one after another, so that the unique index never has to speak. */
const listNamed = async ({ tx }: FollowAct, libraryId: string, name: string): Promise<string | undefined> => {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`follow-list ${libraryId}`]);
  const [list] = await tx.query<{ id: string }>('select id from follow_list where library_id = $1 and lower(name) = lower($2) and removed_at is null', [libraryId, name]);
  return list?.id;
};
