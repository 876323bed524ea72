import type { ListWriting } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { newId } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { Jobs } from '../../jobs/index.js';
import { PluginLists } from '../../plugins/index.js';
import type { Actor } from '../../staff/index.js';
import { FollowAccounts } from '../follow-accounts.js';
import { FollowDesk, type FollowAct } from '../follow-desk.js';
import type { FollowListRow } from '../follow.row.js';
import { NetworkListUnreadable } from '../network-lists.errors.js';
import { heeding, NetworkListsService } from '../network-lists.service.js';
import { TargetResolver } from '../target-resolver.js';
import { optionalWords, writtenChoice, writtenId } from '../written-words.js';
import { ListPublishedAlready, ListSeenOtherwise } from './published-list.errors.js';
import { publishJob } from './publishing.jobs.js';
import { type Includes, includesWords, publishedListColumns, type PublishedListRow } from './published-list.row.js';
import { leftOut, type Showing, type Shown, shownSql } from './who-is-shown.js';

/** What to show, and where. */
export interface PublishWish {
  readonly listId: string;
  readonly accountId: string;
  /** One that is there, as {@link NetworkListsService.lists} told it; without it, a list is made. */
  readonly networkListId?: string | null | undefined;
  /** Of a list that is made; otherwise that of the follow list. */
  readonly name?: string | null | undefined;
  /** One of `organisations` and `everybody`. */
  readonly includes: string;
}

/** What would be shown: to whom, and how many; of who is left out, how many by which reason. */
export interface PublishPreview extends Showing {
  readonly listId: string;
  readonly libraryId: string;
  readonly name: string;
  readonly shown: number;
  readonly leftOut: readonly { readonly why: string; readonly count: number }[];
}

interface Place {
  readonly remoteId: string | null;
  readonly name: string;
  readonly writing: ListWriting;
}

/**
 * Shows follow lists on networks: as a list of their own there, on one that is there, or by really following. {@link PublishingRun} writes.
 * All methods throw PlatformError: NOT_FOUND, FORBIDDEN, BAD_INPUT, and CONFLICT where it cannot be.
 */
@Injectable()
export class PublishedListsService {
  constructor(
    private readonly desk: FollowDesk,
    private readonly networkLists: NetworkListsService,
    private readonly plugins: PluginLists,
    private readonly accounts: FollowAccounts,
    private readonly resolver: TargetResolver,
    private readonly jobs: Jobs,
  ) {}

  /** Who would be on it, who would not and why, and who would see it. Nothing is written, here or there. */
  async preview(actor: Actor, told: PublishWish): Promise<PublishPreview | NetworkListUnreadable> {
    const place = await this.place(actor, told);
    if (place instanceof NetworkListUnreadable) return place;
    const showing = await this.showing(told, place);
    return this.desk.act(actor, async ({ tx, list }) => {
      const { id, libraryId } = await list(writtenId(told.listId, 'listId'));
      const why = (await tx.query<Shown>(shownSql, [id, libraryId])).map((each) => leftOut(each, showing));
      const counts = Map.groupBy(why.filter((each) => each !== null), (each) => each);
      return { ...showing, listId: id, libraryId, name: place.name, shown: why.filter((each) => each === null).length, leftOut: [...counts].map(([each, all]) => ({ why: each, count: all.length })) };
    });
  }

  /** @param told.public what the preview said of who sees it */
  async publish(actor: Actor, told: PublishWish & { readonly public: boolean }): Promise<PublishedListRow | NetworkListUnreadable | ListPublishedAlready | ListSeenOtherwise> {
    const place = await this.place(actor, told);
    if (place instanceof NetworkListUnreadable) return place;
    if (place.writing.public !== told.public) return new ListSeenOtherwise(place.writing.public);
    const { includes } = await this.showing(told, place);
    return this.desk.act(actor, async (act) => {
      const list = await act.list(writtenId(told.listId, 'listId'));
      const accountId = writtenId(told.accountId, 'accountId');
      const there = await act.tx.query<{ id: string }>(
        `select id from published_list where list_id = $1 and library_id = $2 and account_id = $3 and state <> 'ended' and (case when $4::text is null then own else remote_id = $4 end)`, [list.id, list.libraryId, accountId, place.remoteId]);
      if (there[0] !== undefined) return new ListPublishedAlready(there[0].id);
      await requireAsked(act, list);
      const { public: isPublic, told: areTold } = place.writing;
      const [row] = await act.tx.query<PublishedListRow>(
        `insert into published_list as p (id, library_id, list_id, account_id, remote_id, own, name, public, told, includes, made_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning ${publishedListColumns}`,
        [newId(), list.libraryId, list.id, accountId, place.remoteId, place.remoteId === null, place.name, isPublic, areTold, includes, actor.id]);
      await act.record(list, 'follow-list.published', { published: (row as PublishedListRow).id, public: isPublic, includes });
      await this.enqueue(act, row as PublishedListRow);
      return row as PublishedListRow;
    });
  }

  /** Takes off the network whom it put there, and ends the list if it made it. Safe to repeat. */
  unpublish(actor: Actor, publishedId: string): Promise<PublishedListRow> {
    return this.changing(actor, publishedId, async (act, row, list) => {
      if (row.state === 'ended' || row.state === 'ending') return row;
      // An account that was removed writes nothing more: what it put there stays.
      const [ending] = await act.tx.query<PublishedListRow>(`update published_list p set state = case when exists (select 1 from account a where a.id = p.account_id and a.removed_at is null) then 'ending' else 'ended' end, state_words = null, failures = 0, try_at = now() where p.id = $1 and p.library_id = $2 returning ${publishedListColumns}`, [row.id, row.libraryId]);
      await act.record(list, 'follow-list.unpublished', { published: row.id });
      await this.enqueue(act, row);
      return ending ?? row;
    });
  }

  /** Goes on where it had stopped, and asks again for whom the network refused or somebody took off. */
  again(actor: Actor, publishedId: string): Promise<PublishedListRow> {
    return this.changing(actor, publishedId, async (act, row, list) => {
      if (row.state === 'ended') throw new PlatformError('CONFLICT', 'It is not shown there any more.', 'publishedListId');
      await act.tx.query(`update published_member set state = 'adding', words = null, changed_at = now() where published_id = $1 and library_id = $2 and state in ('refused', 'taken-off')`, [row.id, row.libraryId]);
      const [on] = await act.tx.query<PublishedListRow>(
        `update published_list p set state = case when p.state = 'ending' then 'ending' else 'on' end, state_words = null, failures = 0, try_at = now() where p.id = $1 and p.library_id = $2 returning ${publishedListColumns}`, [row.id, row.libraryId]);
      await act.record(list, 'follow-list.published-again', { published: row.id });
      await this.enqueue(act, row);
      return on ?? row;
    });
  }

  private changing<T>(actor: Actor, told: string, work: (act: FollowAct, row: PublishedListRow, list: FollowListRow) => Promise<T>): Promise<T> {
    const publishedId = writtenId(told, 'publishedListId');
    return this.desk.act(actor, async (act) => {
      const noSuch = new PlatformError('NOT_FOUND', 'No list is shown by this id.', 'publishedListId');
      const [seen] = await act.tx.query<{ listId: string }>('select p.list_id as "listId" from published_list p where p.id = $1 and p.library_id in (select scope())', [publishedId]);
      if (seen === undefined) throw noSuch;
      const list = await act.list(seen.listId);
      const [row] = await act.tx.query<PublishedListRow>(`select ${publishedListColumns} from published_list p where p.id = $1 and p.library_id = $2 for update`, [publishedId, list.libraryId]);
      if (row === undefined) throw noSuch;
      return work(act, row, list);
    });
  }

  /** Rights before the network. */
  private async place(actor: Actor, told: PublishWish): Promise<Place | NetworkListUnreadable> {
    const [listId, accountId, name] = [writtenId(told.listId, 'listId'), writtenId(told.accountId, 'accountId'), optionalWords(told.name, 'name', 200)];
    const list = await this.desk.act(actor, async (act) => {
      const found = await act.list(listId);
      await this.accounts.inOrder(act.tx, found.libraryId, [accountId]);
      return found;
    });
    if (told.networkListId == null) {
      const writing = await heeding(() => this.plugins.asks(accountId));
      return writing instanceof NetworkListUnreadable ? writing : { remoteId: null, name: name ?? list.name, writing };
    }
    const found = await this.networkLists.listOf(actor, accountId, told.networkListId);
    if (found instanceof NetworkListUnreadable) return found;
    if (found.writing === undefined) throw new PlatformError('CONFLICT', 'Nobody can be put onto this list from here: it is somebody else’s, or the account may not write it.', 'networkListId');
    return { remoteId: found.id, name: found.name, writing: found.writing };
  }

  private async showing(told: PublishWish, { writing }: Place): Promise<Showing> {
    const includes: Includes = writtenChoice(told.includes, includesWords, 'includes');
    if (writing.public && includes === 'everybody') throw new PlatformError('CONFLICT', 'Anybody could see who is on it: people are not shown so.', 'includes');
    return { networks: await this.resolver.networks(told.accountId), public: writing.public, told: writing.told, includes };
  }

  private async enqueue(act: FollowAct, { id, libraryId }: PublishedListRow): Promise<void> {
    await this.jobs.enqueue(act.tx, publishJob, { publishedId: id }, { libraryId, key: id });
  }
}

/** What is written on a network is somebody's act: who comes onto this list, somebody let in. */
const requireAsked = async ({ tx }: FollowAct, { id, libraryId }: FollowListRow): Promise<void> => {
  const [bound] = await tx.query(`select 1 from bound_list where list_id = $1 and library_id = $2 and state <> 'ended' and applies = 'by-itself'`, [id, libraryId]);
  if (bound !== undefined) throw new PlatformError('CONFLICT', 'This follow list takes over by itself what changes on a list of a network: let those changes wait for somebody first.', 'listId');
};
