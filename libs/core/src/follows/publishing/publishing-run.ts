import { isRemoteError, type MemberChanged, RemoteError } from '@earshot/plugin-sdk';
import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { Notices } from '../../notices/index.js';
import { PluginFault, PluginLists } from '../../plugins/index.js';
import type { Actor } from '../../staff/index.js';
import { FollowDesk } from '../follow-desk.js';
import { followKinds } from '../follow.row.js';
import type { FollowTarget } from '../found-entry.js';
import { TargetResolver } from '../target-resolver.js';
import { planMembers } from './plan-members.js';
import { publishedListColumns, type PublishedListRow, type PublishedMemberRow, publishedMemberColumns } from './published-list.row.js';
import { wanted } from './who-is-shown.js';

/** A list that is shown, and the system actor of its library. */
export interface Published {
  readonly publishedId: string;
  readonly actorId: string;
}

/** `later`: the network asks to wait, or could not be reached. `stopped`: it says no. */
export type PublishEnd = { readonly how: 'done' | 'later' | 'stopped' | 'over' };

/** In one call, so that what was done is written down soon. */
const changedAtOnce = 25;
const compareHours = 6;
const mostFailures = 36;
const anHour = 3_600_000;
const aMinute = 60_000;

/**
 * Makes a list on a network what it is to be: compares, writes down what is to be asked, asks a few at a time, writes down what became of each. Each step
 * may come again after a crash: the plugin does nothing twice, and who was not written down as ours is not taken off.
 */
@Injectable()
export class PublishingRun {
  private readonly log = new Logger('follows');

  constructor(
    private readonly desk: FollowDesk,
    private readonly plugins: PluginLists,
    private readonly resolver: TargetResolver,
    private readonly notices: Notices,
  ) {}

  async run({ publishedId, actorId }: Published, stop?: AbortSignal): Promise<PublishEnd> {
    const actor: Actor = { id: actorId, kind: 'system' };
    const list = await this.desk.act(actor, ({ tx }) => toWrite(tx, publishedId));
    if (list === undefined) return { how: 'over' };
    try {
      await this.write(actor, list, stop);
      return { how: 'done' };
    } catch (error) {
      stop?.throwIfAborted();
      return this.heed(actor, list, error);
    }
  }

  private async write(actor: Actor, found: PublishedListRow, stop: AbortSignal | undefined): Promise<void> {
    if (found.state === 'ending' && found.remoteId === null && found.askedAt === null) return this.settle(actor, found, { added: 0, removed: 0 });
    const list = await this.made(actor, found);
    if (list.state === 'on') await this.requireSeenAsBefore(list);
    const networks = await this.resolver.networks(list.accountId);
    const on = await this.members(list);
    await this.desk.act(actor, async ({ tx }) => planMembers(tx, list, list.state === 'ending' ? [] : await wanted(tx, list, { ...list, networks }), on));
    const counts = await this.change(actor, list, networks[0] ?? '', stop);
    if (list.state === 'ending' && list.own) await this.plugins.end(list.accountId, list.remoteId);
    await this.settle(actor, list, counts);
  }

  /** The list on the network, made where there is none yet. */
  private async made(actor: Actor, list: PublishedListRow): Promise<PublishedListRow & { readonly remoteId: string }> {
    if (list.remoteId !== null) return { ...list, remoteId: list.remoteId };
    await this.desk.act(actor, ({ tx }) => tx.query('update published_list set asked_at = coalesce(asked_at, now()) where id = $1 and library_id = $2', [list.id, list.libraryId]));
    const { id } = await this.plugins.make(list.accountId, { key: list.id, name: list.name });
    await this.desk.act(actor, ({ tx }) => tx.query('update published_list set remote_id = $3 where id = $1 and library_id = $2', [list.id, list.libraryId, id]));
    return { ...list, remoteId: id };
  }

  /** What only the account saw may be open to everybody by now. */
  private async requireSeenAsBefore({ accountId, remoteId, own, public: isPublic }: PublishedListRow): Promise<void> {
    if (isPublic) return;
    const writing = own ? await this.plugins.asks(accountId) : (await this.plugins.lists(accountId)).find(({ id }) => id === remoteId)?.writing;
    if (writing === undefined) throw new RemoteError('rejected', 'The list is gone, or the account may not write it any more.');
    if (writing.public) throw new RemoteError('rejected', 'Anybody can see by now who is on it, which nobody could when it was published: end it, or publish it anew.');
  }

  private async members({ accountId, remoteId, state }: PublishedListRow): Promise<readonly FollowTarget[]> {
    const told: FollowTarget[] = [];
    try {
      for await (const { kind, network, key, label } of this.plugins.members(accountId, remoteId ?? '')) {
        const known = followKinds.find((each) => each === kind);
        if (known !== undefined) told.push({ kind: known, network, key, label: label || key });
      }
    } catch (error) {
      // What is gone there already ends all the same.
      if (state !== 'ending' || !isRemoteError(error) || error.kind !== 'rejected') throw error;
    }
    return told;
  }

  private async change(actor: Actor, list: PublishedListRow & { readonly remoteId: string }, network: string, stop: AbortSignal | undefined): Promise<{ added: number; removed: number }> {
    const counts = { added: 0, removed: 0 };
    for (;;) {
      stop?.throwIfAborted();
      const due = await this.desk.act(actor, ({ tx }) => tx.query<PublishedMemberRow>(
        `select ${publishedMemberColumns} from published_member m where m.published_id = $1 and m.library_id = $2 and m.state in ('removing', 'adding') order by m.state desc, m.key limit $3`, [list.id, list.libraryId, changedAtOnce]));
      if (due.length === 0) return counts;
      const targets = (state: string) => due.filter((each) => each.state === state).map(({ key, label }) => ({ kind: 'profile' as const, key, label }));
      const became = await this.plugins.change(list.accountId, list.remoteId, targets('adding'), targets('removing'));
      const { added, removed } = await this.desk.act(actor, ({ tx }) => writeDown(tx, list, network, became));
      if (added + removed === 0) throw new PluginFault(list.accountId, 'said of nobody what became of them');
      counts.added += added;
      counts.removed += removed;
    }
  }

  private async settle(actor: Actor, list: PublishedListRow, counts: { readonly added: number; readonly removed: number }): Promise<void> {
    const ended = list.state === 'ending';
    await this.desk.act(actor, async (act) => {
      if (ended) await act.tx.query('delete from published_member where published_id = $1 and library_id = $2', [list.id, list.libraryId]);
      await act.tx.query(
        `update published_list set state = case when $3 and state = 'ending' then 'ended' else state end, state_words = null, failures = 0, compared_at = now(),
           try_at = now() + case when exists (select 1 from published_member m where m.published_id = $1 and m.library_id = $2 and m.state = 'asked') then 1 else $4 end * interval '1 hour' where id = $1 and library_id = $2`, [list.id, list.libraryId, ended, compareHours]);
      if (ended || counts.added + counts.removed > 0) await act.record({ id: list.listId, libraryId: list.libraryId }, ended ? 'follow-list.unpublishing-done' : 'follow-list.shown', { published: list.id, by: list.madeBy ?? '', ...counts });
    });
  }

  private async heed(actor: Actor, list: PublishedListRow, error: unknown): Promise<PublishEnd> {
    const remote = isRemoteError(error) ? error : undefined;
    if (remote === undefined && !(error instanceof PluginFault) && !(error instanceof PlatformError && error.code === 'NOT_FOUND')) throw error;
    if (remote === undefined) this.log.warn(error);
    // What it is not known of is asked for again: nothing is done twice.
    const passes = remote !== undefined && ['unreachable', 'rate-limited', 'outcome-unknown'].includes(remote.kind) && (list.failures + 1 < mostFailures || remote.kind === 'rate-limited');
    const words = remote?.message ?? (error instanceof PluginFault ? "The account's plugin failed on it: a bug, which is in the log." : (error as Error).message);
    const again = remote?.facts.retryAfter ?? new Date(Date.now() + (passes ? Math.min(anHour, aMinute * 2 ** Math.min(list.failures, 6)) : compareHours * anHour));
    await this.desk.act(actor, async ({ tx }) => {
      await tx.query(
        `update published_list set state = case when $5 or state = 'ending' then state else 'stopped' end, state_words = $3, failures = failures + 1, try_at = $4 where id = $1 and library_id = $2 and state in ('on', 'ending')`,
        [list.id, list.libraryId, words.toWellFormed().replaceAll('\u0000', ' ').slice(0, 500), again, passes]);
      if (!passes) await this.notices.tell(tx, list.libraryId, { what: 'list-not-shown', publishedId: list.id, key: `list-not-shown:${list.id}:${again.getTime()}` });
      tx.hint({ kind: 'follow-list', id: list.listId, library: list.libraryId });
    });
    return { how: passes ? 'later' : 'stopped' };
  }
}

const toWrite = async (tx: Tx, publishedId: string): Promise<PublishedListRow | undefined> => {
  // Of a list that ended, nothing is shown.
  await tx.query(`update published_list p set state = 'ending' from follow_list t where p.id = $1 and p.library_id in (select scope()) and p.state = 'on' and t.id = p.list_id and t.library_id = p.library_id and t.removed_at is not null`, [publishedId]);
  const [list] = await tx.query<PublishedListRow>(`select ${publishedListColumns} from published_list p where p.id = $1 and p.library_id in (select scope()) and p.state in ('on', 'ending')`, [publishedId]);
  return list;
};

/** @returns how many were added, or will not be; and how many were taken off. */
const writeDown = async (tx: Tx, list: PublishedListRow, network: string, became: readonly MemberChanged[]): Promise<{ readonly added: number; readonly removed: number }> => {
  const kept = became.filter(({ state }) => state !== 'off');
  const added = await tx.query(
    `update published_member m set state = t.state, words = t.words, changed_at = now() from unnest($4::text[], $5::text[], $6::text[]) t(key, state, words)
     where m.published_id = $1 and m.library_id = $2 and m.network = $3 and m.key = t.key and m.state = 'adding' returning 1`,
    [list.id, list.libraryId, network, kept.map(({ key }) => key), kept.map(({ state }) => state), kept.map(({ because }) => because?.slice(0, 500) ?? null)]);
  // Who cannot be taken off is not ours to take off any more.
  const off = became.filter(({ state }) => state === 'off' || state === 'refused').map(({ key }) => key);
  const removed = await tx.query(`delete from published_member where published_id = $1 and library_id = $2 and network = $3 and key = any($4::text[]) and state = 'removing' returning 1`, [list.id, list.libraryId, network, off]);
  return { added: added.length, removed: removed.length };
};
