import { isRemoteError } from '@earshot/plugin-sdk';
import { Injectable, Logger } from '@nestjs/common';
import { newId, type Tx } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { Notices } from '../../notices/index.js';
import { PluginFault, PluginLists } from '../../plugins/index.js';
import type { Actor } from '../../staff/index.js';
import type { ListEntry } from '../documents/list-entry.js';
import { FollowDesk, type FollowAct } from '../follow-desk.js';
import { followKinds } from '../follow.row.js';
import { type FollowTarget, identityOf } from '../found-entry.js';
import { FollowImportsService } from '../imports/follow-imports.service.js';
import { ImportLookUp } from '../imports/import-look-up.js';
import { applyChange, rememberMembers } from './apply-change.js';
import { boundChangeColumns, type BoundChangeRow, boundListColumns, type BoundListRow } from './bound-list.row.js';
import { holdBound } from './hold-bound.js';
import { differenceOf, type ListDifference } from './list-difference.js';
import { supersede } from './supersede.js';

/** A binding, and the system actor of its library. */
export interface LookedAt {
  readonly boundId: string;
  readonly actorId: string;
}

/** `same`: nothing is otherwise. `later`: a network asks to wait, somebody else is at it, or it could not be read this time. `stopped`: it cannot be read any more. */
export type ListLookEnd = { readonly how: 'same' | 'later' | 'stopped' | 'over' } | { readonly how: 'changed'; readonly change: BoundChangeRow };

/** About a day and a half in all, an hour apart at most. */
const mostFailures = 36;
const anHour = 3_600_000;
const aMinute = 60_000;

/**
 * Looks at a list on a network, and finds who came and who went since somebody decided the last time. Who came is looked up as by any import; then the
 * difference waits for somebody, or is applied, as staff chose. The network is asked outside of any transaction; two looks at once find the same, and
 * the second leaves it to the first. One that was killed is gone on with by the next.
 */
@Injectable()
export class ListLook {
  private readonly log = new Logger('follows');

  constructor(
    private readonly desk: FollowDesk,
    private readonly plugins: PluginLists,
    private readonly imports: FollowImportsService,
    private readonly lookUp: ImportLookUp,
    private readonly notices: Notices,
  ) {}

  async run({ boundId, actorId }: LookedAt, stop?: AbortSignal): Promise<ListLookEnd> {
    const actor: Actor = { id: actorId, kind: 'system' };
    const seen = await this.desk.act(actor, ({ tx }) => lookedAt(tx, boundId));
    if (seen === undefined) return { how: 'over' };
    if (seen.listEnded) {
      await this.desk.act(actor, ({ tx }) => tx.query(`update bound_list set state = 'ended' where id = $1 and library_id = $2`, [boundId, seen.bound.libraryId]));
      return { how: 'over' };
    }
    try {
      const change = seen.open?.state === 'looking-up' && seen.open.importId !== null ? seen.open : await this.compare(actor, seen.bound);
      if (change === undefined) return { how: 'same' };
      return await this.lookUpAndSettle(actor, seen.bound, change, stop);
    } catch (error) {
      stop?.throwIfAborted();
      return this.heed(actor, seen.bound, error);
    }
  }

  private async compare(actor: Actor, bound: BoundListRow): Promise<BoundChangeRow | undefined> {
    const told = await this.members(bound);
    const found = await this.desk.act(actor, async (act) => {
      const { bound: held } = await holdBound(act, bound.id);
      if (held.state !== 'on') return undefined;
      const difference = await differenceOf(act.tx, held, told);
      await act.tx.query(`update bound_list set looked_at = now(), look_at = now() + every_hours * interval '1 hour', failures = 0, state_words = null where id = $1 and library_id = $2`, [held.id, held.libraryId]);
      if (await isKnown(act.tx, held, difference)) return undefined;
      await supersede(act, held);
      if (difference.came.length === 0 && difference.went.length === 0) return undefined;
      return { difference, change: await writeChange(act, held, difference) };
    });
    if (found === undefined) return undefined;
    const { change, difference } = found;
    if (difference.came.length === 0) return change;
    // Of an import that is begun and not read, as of a change that has none, nothing is left but the next look.
    const { reason, category, reviewOn, keepDays, name, accountId, listId } = bound;
    const begun = await this.imports.start(actor, { listId, name });
    await this.imports.readEntries(actor, begun.id, { reason, category, reviewOn, keepDays, accountIds: [accountId] }, entriesOf(difference.came), 'by-caller');
    await this.desk.act(actor, ({ tx }) => tx.query('update bound_change set import_id = $3 where id = $1 and library_id = $2', [change.id, change.libraryId, begun.id]));
    return { ...change, importId: begun.id };
  }

  private async members({ accountId, remoteId }: BoundListRow): Promise<readonly FollowTarget[]> {
    const told: FollowTarget[] = [];
    for await (const { kind, network, key, label } of this.plugins.members(accountId, remoteId)) {
      const known = followKinds.find((each) => each === kind);
      if (known !== undefined) told.push({ kind: known, network, key, label: label || key });
    }
    return told;
  }

  private async lookUpAndSettle(actor: Actor, bound: BoundListRow, change: BoundChangeRow, stop: AbortSignal | undefined): Promise<ListLookEnd> {
    if (change.importId !== null) {
      const end = await this.lookUp.run({ importId: change.importId, actorId: actor.id }, stop);
      if (end.how === 'waiting' || end.how === 'elsewhere') {
        const again = end.how === 'waiting' ? end.again : new Date(Date.now() + aMinute);
        await this.desk.act(actor, ({ tx }) => tx.query(`update bound_list set look_at = $3 where id = $1 and library_id = $2`, [bound.id, bound.libraryId, again]));
        return { how: 'later' };
      }
    }
    return this.desk.act(actor, (act) => this.settle(act, change.id, bound.id));
  }

  /** Every line is known: what becomes of it. */
  private async settle(act: FollowAct, changeId: string, boundId: string): Promise<ListLookEnd> {
    const { list, bound } = await holdBound(act, boundId);
    const [change] = await act.tx.query<BoundChangeRow & { readonly ready: boolean; readonly toAdd: number }>(
      `select ${boundChangeColumns}, c.import_id is null or i.state in ('ready', 'applied') as ready,
         (select count(*)::int from follow_import_line l where l.import_id = c.import_id and l.library_id = c.library_id and l.outcome in ('will-add', 'moved')) as "toAdd"
       from bound_change c left join follow_import i on i.id = c.import_id and i.library_id = c.library_id where c.id = $1 and c.library_id = $2 and c.state = 'looking-up' for update of c`,
      [changeId, bound.libraryId]);
    if (change === undefined) return { how: 'same' };
    // Somebody discarded its import: the next look begins anew.
    if (!change.ready || bound.state !== 'on') {
      await supersede(act, bound);
      return { how: 'later' };
    }
    const { toAdd, words, went } = change;
    const state = toAdd === 0 && went === 0 ? 'nothing' : words !== null ? 'held' : 'waiting';
    const [now] = await act.tx.query<BoundChangeRow>(`update bound_change c set state = $3, came = $4 where c.id = $1 and c.library_id = $2 returning ${boundChangeColumns}`, [changeId, bound.libraryId, state, toAdd]);
    if (state === 'nothing') await rememberMembers(act.tx, bound, change.importId);
    const settled = state === 'waiting' && bound.applies === 'by-itself' ? await applyChange(act, { list, bound, change: now as BoundChangeRow }, this.imports) : (now as BoundChangeRow);
    if (state !== 'nothing') await this.notices.tell(act.tx, bound.libraryId, { what: 'list-changed', changeId, key: `list-changed:${changeId}` });
    act.tx.hint({ kind: 'follow-list', id: list.id, library: list.libraryId });
    return state === 'nothing' ? { how: 'same' } : { how: 'changed', change: settled };
  }

  /** What may be mended by itself is tried again; of the rest, somebody is told. */
  private async heed(actor: Actor, bound: BoundListRow, error: unknown): Promise<ListLookEnd> {
    const remote = isRemoteError(error) ? error : undefined;
    if (remote === undefined && !(error instanceof PluginFault) && !(error instanceof PlatformError && error.code === 'NOT_FOUND')) throw error;
    if (remote === undefined) this.log.warn(error);
    const passes = (remote?.kind === 'unreachable' || remote?.kind === 'rate-limited') && bound.failures + 1 < mostFailures;
    const words = remote?.message ?? (error instanceof PluginFault ? "The account's plugin failed on it: a bug, which is in the log." : (error as Error).message);
    const again = remote?.facts.retryAfter ?? new Date(Date.now() + Math.min(anHour, aMinute * 2 ** Math.min(bound.failures, 6)));
    await this.desk.act(actor, async ({ tx }) => {
      const [stopped] = await tx.query<{ lookAt: Date }>(
        `update bound_list set state = case when $5 then state else 'stopped' end, state_words = $3, failures = failures + 1, look_at = $4 where id = $1 and library_id = $2 and state = 'on' returning look_at as "lookAt"`,
        [bound.id, bound.libraryId, words.toWellFormed().replaceAll('\u0000', ' ').slice(0, 500), again, passes]);
      if (stopped !== undefined && !passes) await this.notices.tell(tx, bound.libraryId, { what: 'list-stopped', boundId: bound.id, key: `list-stopped:${bound.id}:${again.getTime()}` });
      tx.hint({ kind: 'follow-list', id: bound.listId, library: bound.libraryId });
    });
    return { how: passes ? 'later' : 'stopped' };
  }
}

interface Seen {
  readonly bound: BoundListRow;
  readonly listEnded: boolean;
  readonly open: BoundChangeRow | undefined;
}

const lookedAt = async (tx: Tx, boundId: string): Promise<Seen | undefined> => {
  const [bound] = await tx.query<BoundListRow & { readonly listEnded: boolean }>(
    `select ${boundListColumns}, t.removed_at is not null as "listEnded" from bound_list b join follow_list t on t.id = b.list_id and t.library_id = b.library_id
     where b.id = $1 and b.state = 'on' and b.library_id in (select scope())`, [boundId]);
  if (bound === undefined) return undefined;
  const [open] = await tx.query<BoundChangeRow>(`select ${boundChangeColumns} from bound_change c where c.bound_id = $1 and c.library_id = $2 and c.state in ('looking-up', 'waiting', 'held')`, [boundId, bound.libraryId]);
  return { bound, listEnded: bound.listEnded, open };
};

async function* entriesOf(came: readonly FollowTarget[]): AsyncIterable<ListEntry> {
  for (const [index, target] of came.entries()) yield { line: index + 1, text: target.key, label: target.label, target };
}

const writeChange = async ({ tx }: FollowAct, bound: BoundListRow, { came, went, held }: ListDifference): Promise<BoundChangeRow> => {
  const [change] = await tx.query<BoundChangeRow>(
    `insert into bound_change as c (id, library_id, bound_id, words, came, went) values ($1, $2, $3, $4, $5, $6) returning ${boundChangeColumns}`, [newId(), bound.libraryId, bound.id, held, came.length, went.length]);
  await tx.query('insert into bound_leaving(change_id, library_id, follow_id) select $1, $2, unnest($3::uuid[])', [(change as BoundChangeRow).id, bound.libraryId, went]);
  return change as BoundChangeRow;
};

/** Whether the same difference waits for somebody, or was found a while ago to hold nothing that can be followed. */
const isKnown = async (tx: Tx, bound: BoundListRow, { came, went }: ListDifference): Promise<boolean> => {
  const [last] = await tx.query<BoundChangeRow>(
    `select ${boundChangeColumns} from bound_change c where c.bound_id = $1 and c.library_id = $2
       and (c.state in ('waiting', 'held') or (c.state = 'nothing' and c.found_at > now() - interval '1 day')) order by c.found_at desc, c.id desc limit 1`, [bound.id, bound.libraryId]);
  if (last === undefined || last.went !== went.length) return false;
  const leaving = await tx.query<{ id: string }>('select follow_id as id from bound_leaving where change_id = $1 and library_id = $2', [last.id, last.libraryId]);
  const lines = await tx.query<{ given: FollowTarget }>(
    `select l.given from follow_import_line l join follow_import i on i.id = l.import_id and i.library_id = l.library_id where l.import_id = $1 and l.library_id = $2 and l.given is not null and i.state = 'ready'`, [last.importId, last.libraryId]);
  return sameSet(leaving.map(({ id }) => id), went) && sameSet(lines.map(({ given }) => identityOf(given)), came.map(identityOf));
};

const sameSet = (one: readonly string[], other: readonly string[]): boolean => one.length === other.length && new Set([...one, ...other]).size === one.length;
