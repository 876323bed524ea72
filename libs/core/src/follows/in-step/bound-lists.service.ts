import { Injectable } from '@nestjs/common';
import { newId } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { Jobs } from '../../jobs/index.js';
import type { Actor } from '../../staff/index.js';
import { FollowAccounts } from '../follow-accounts.js';
import { FollowDesk, type FollowAct } from '../follow-desk.js';
import type { FollowListRow } from '../follow.row.js';
import { checkedFacts, type FollowFacts } from '../follows.service.js';
import type { NetworkListUnreadable } from '../network-lists.errors.js';
import { NetworkListsService } from '../network-lists.service.js';
import { writtenChoice, writtenId } from '../written-words.js';
import { ListBoundAlready } from './bound-list.errors.js';
import { lookJob } from './bound-list.jobs.js';
import { appliesWords, boundListColumns, type BoundListRow } from './bound-list.row.js';
import { holdBound } from './hold-bound.js';
import { supersede } from './supersede.js';

const defaultHours = 6;
const mostBound = 20;

/** How a list is kept in step. */
export interface BoundManner {
  /** One of `waits` and `by-itself`. */
  readonly applies?: string | null | undefined;
  readonly everyHours?: number | null | undefined;
}

export interface BindingWish extends FollowFacts, BoundManner {
  readonly listId: string;
  readonly accountId: string;
  /** As {@link NetworkListsService.lists} told it. */
  readonly networkListId: string;
}

/**
 * Keeps follow lists in step with lists on networks: which, how, and since when. {@link ListLook} looks at them.
 * All methods throw PlatformError: NOT_FOUND, FORBIDDEN, BAD_INPUT, and CONFLICT where too many lists feed one.
 */
@Injectable()
export class BoundListsService {
  constructor(
    private readonly desk: FollowDesk,
    private readonly networkLists: NetworkListsService,
    private readonly accounts: FollowAccounts,
    private readonly jobs: Jobs,
  ) {}

  /** Nobody is followed by it yet: the first look shows who is on it, and from then on who comes and goes. */
  async bind(actor: Actor, told: BindingWish): Promise<BoundListRow | NetworkListUnreadable | ListBoundAlready> {
    const facts = checkedFacts(told);
    const { applies, everyHours } = checkedManner(told);
    const [listId, accountId] = [writtenId(told.listId, 'listId'), writtenId(told.accountId, 'accountId')];
    // Rights before the network, and the network before the transaction that writes.
    await this.desk.act(actor, async (act) => this.accounts.inOrder(act.tx, (await act.list(listId)).libraryId, [accountId]));
    const found = await this.networkLists.listOf(actor, accountId, told.networkListId);
    if (!('id' in found)) return found;
    return this.desk.act(actor, async (act) => {
      const list = await act.list(listId);
      await this.accounts.inOrder(act.tx, list.libraryId, [accountId]);
      const there = await act.tx.query<{ id: string; same: boolean }>(
        `select id, account_id = $3 and remote_id = $4 as same from bound_list where list_id = $1 and library_id = $2 and state <> 'ended'`, [list.id, list.libraryId, accountId, found.id]);
      const same = there.find((each) => each.same);
      if (same !== undefined) return new ListBoundAlready(same.id);
      if (applies === 'by-itself') await requireUnpublished(act, list);
      if (there.length >= mostBound) throw new PlatformError('CONFLICT', `A follow list is kept in step with ${mostBound} lists at most: make another follow list.`, 'listId');
      const [bound] = await act.tx.query<BoundListRow>(
        `insert into bound_list as b (id, library_id, list_id, account_id, remote_id, name, applies, every_hours, reason, category, review_on, keep_days, made_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning ${boundListColumns}`,
        [newId(), list.libraryId, list.id, accountId, found.id, found.name.toWellFormed().replaceAll('\u0000', ' ').slice(0, 300), applies ?? 'waits', everyHours ?? defaultHours, facts.reason, facts.category, facts.reviewOn, facts.keepDays, actor.id],
      );
      await act.record(list, 'follow-list.bound', { bound: (bound as BoundListRow).id, applies: applies ?? 'waits' });
      await this.enqueue(act, bound as BoundListRow);
      return bound as BoundListRow;
    });
  }

  /** What is not told stays. */
  change(actor: Actor, boundId: string, told: BoundManner): Promise<BoundListRow> {
    const { applies, everyHours } = checkedManner(told);
    return this.desk.act(actor, async (act) => {
      const { list, bound } = await holdLive(act, boundId);
      if (applies === 'by-itself') await requireUnpublished(act, list);
      const [changed] = await act.tx.query<BoundListRow>(
        `update bound_list b set applies = coalesce($3, b.applies), every_hours = coalesce($4, b.every_hours), look_at = least(b.look_at, now() + coalesce($4, b.every_hours) * interval '1 hour')
         where b.id = $1 and b.library_id = $2 returning ${boundListColumns}`,
        [bound.id, bound.libraryId, applies, everyHours],
      );
      await act.record(list, 'follow-list.binding-changed', { bound: bound.id, applies: (changed ?? bound).applies });
      return changed ?? bound;
    });
  }

  /** Looks at it now, also where it had stopped. */
  lookNow(actor: Actor, boundId: string): Promise<BoundListRow> {
    return this.desk.act(actor, async (act) => {
      const { list, bound } = await holdLive(act, boundId);
      const [due] = await act.tx.query<BoundListRow>(
        `update bound_list b set state = 'on', state_words = case when b.state = 'on' then b.state_words end, failures = 0, look_at = now() where b.id = $1 and b.library_id = $2 returning ${boundListColumns}`, [bound.id, bound.libraryId]);
      if (bound.state === 'stopped') await act.record(list, 'follow-list.looked-at-again', { bound: bound.id });
      await this.enqueue(act, bound);
      return due ?? bound;
    });
  }

  /** From now on they are two lists. Whoever is followed stays followed. Safe to repeat. */
  unbind(actor: Actor, boundId: string): Promise<BoundListRow> {
    return this.desk.act(actor, async (act) => {
      const { list, bound } = await holdBound(act, boundId);
      if (bound.state === 'ended') return bound;
      await supersede(act, bound);
      await act.tx.query('delete from bound_member where bound_id = $1 and library_id = $2', [bound.id, bound.libraryId]);
      const [ended] = await act.tx.query<BoundListRow>(`update bound_list b set state = 'ended', state_words = null where b.id = $1 and b.library_id = $2 returning ${boundListColumns}`, [bound.id, bound.libraryId]);
      await act.record(list, 'follow-list.unbound', { bound: bound.id });
      return ended ?? bound;
    });
  }

  private async enqueue(act: FollowAct, { id, libraryId }: BoundListRow): Promise<void> {
    await this.jobs.enqueue(act.tx, lookJob, { boundId: id }, { libraryId, key: id });
  }
}

const holdLive = async (act: FollowAct, boundId: string): ReturnType<typeof holdBound> => {
  const held = await holdBound(act, boundId);
  if (held.bound.state === 'ended') throw new PlatformError('CONFLICT', 'These lists are not kept in step any more.', 'boundListId');
  return held;
};

/** What is written on a network is somebody's act: who comes onto a list that is shown there, somebody lets in. */
const requireUnpublished = async ({ tx }: FollowAct, { id, libraryId }: FollowListRow): Promise<void> => {
  const [shown] = await tx.query(`select 1 from published_list where list_id = $1 and library_id = $2 and state <> 'ended'`, [id, libraryId]);
  if (shown !== undefined) throw new PlatformError('CONFLICT', 'This follow list is shown on a network: who comes onto it waits for somebody.', 'applies');
};

const checkedManner = ({ applies, everyHours }: BoundManner) => {
  if (everyHours != null && (!Number.isInteger(everyHours) || everyHours < 1 || everyHours > 720)) throw new PlatformError('BAD_INPUT', 'everyHours is a whole number from 1 to 720.', 'everyHours');
  return { applies: applies == null ? null : writtenChoice(applies, appliesWords, 'applies'), everyHours: everyHours ?? null };
};
