import { Injectable } from '@nestjs/common';
import { PlatformError } from '../../errors/index.js';
import type { Actor } from '../../staff/index.js';
import { FollowDesk, type FollowAct } from '../follow-desk.js';
import { FollowImportsService } from '../imports/follow-imports.service.js';
import { applyChange } from './apply-change.js';
import { boundChangeColumns, type BoundChangeRow } from './bound-list.row.js';
import { type HeldList, holdChange } from './hold-bound.js';

type HeldChange = HeldList & { readonly change: BoundChangeRow };

/**
 * One keystroke for what changed on a list that is kept in step. All throw PlatformError: NOT_FOUND, FORBIDDEN, BAD_INPUT, and CONFLICT where somebody
 * decided otherwise, or a later look found something else.
 */
@Injectable()
export class BoundChangesService {
  constructor(
    private readonly desk: FollowDesk,
    private readonly imports: FollowImportsService,
  ) {}

  /** Follows who came, and ends the follows of who went: all of it or nothing. Safe to repeat. */
  apply(actor: Actor, changeId: string): Promise<BoundChangeRow> {
    return this.desk.act(actor, async (act) => {
      const held = await this.open(act, changeId, 'applied');
      return held.change.state === 'applied' ? held.change : applyChange(act, held, this.imports);
    });
  }

  /** Leaves it as it is here: who came is not followed and not shown again, who went stays. Safe to repeat. */
  decline(actor: Actor, changeId: string): Promise<BoundChangeRow> {
    return this.desk.act(actor, async (act) => {
      const { list, bound, change } = await this.open(act, changeId, 'declined');
      if (change.state === 'declined') return change;
      await act.tx.query(
        `insert into bound_member(bound_id, library_id, kind, network, key)
         select distinct $1::uuid, $2::uuid, l.given->>'kind', l.given->>'network', l.given->>'key' from follow_import_line l where l.import_id = $3 and l.library_id = $2 and l.given is not null and l.outcome in ('will-add', 'moved')
         on conflict do nothing`, [bound.id, bound.libraryId, change.importId]);
      await act.tx.query('delete from bound_member where bound_id = $1 and library_id = $2 and follow_id in (select follow_id from bound_leaving where change_id = $3 and library_id = $2)', [bound.id, bound.libraryId, change.id]);
      if (change.importId !== null) await this.imports.discardIn(act, change.importId);
      await act.record(list, 'follow-list.change-declined', { bound: bound.id, change: change.id });
      return decided(act, change, 'declined');
    });
  }

  /** Who came is followed no more, and not shown again; who went is followed again, where nobody decided otherwise since. Safe to repeat. */
  undo(actor: Actor, changeId: string): Promise<BoundChangeRow> {
    return this.desk.act(actor, async (act) => {
      const { list, bound, change } = await holdChange(act, changeId);
      if (change.state === 'undone') return change;
      if (change.state !== 'applied') throw new PlatformError('CONFLICT', 'Nothing was done that could be undone.', 'changeId');
      const [of] = await act.tx.query<{ state: string }>('select state from follow_import where id = $1 and library_id = $2', [change.importId, change.libraryId]);
      if (of?.state === 'applying') throw new PlatformError('CONFLICT', 'It is still being applied: wait until it is.', 'changeId');
      const ended = await act.tx.query<{ accountId: string }>(
        `update follow f set removed_at = now() from follow_import_line l where l.import_id = $1 and l.library_id = $2 and l.outcome in ('will-add', 'moved') and f.id = l.follow_id and f.library_id = $2 and f.removed_at is null
         returning f.account_id as "accountId"`, [change.importId, change.libraryId]);
      const back = await act.tx.query<{ accountId: string }>(
        `with last as (
           update follow_decision d set undone_at = now() from bound_leaving g join follow f on f.id = g.follow_id and f.library_id = g.library_id
           where g.change_id = $1 and g.library_id = $2 and d.id = g.decision_id and d.library_id = $2 and d.undone_at is null
             and not exists (select 1 from follow_decision o where o.follow_id = d.follow_id and o.library_id = $2 and (o.at, o.id) > (d.at, d.id))
             and exists (select 1 from account a where a.id = f.account_id and a.removed_at is null)
             and not exists (select 1 from follow o where o.list_id = f.list_id and o.library_id = $2 and o.kind = f.kind and o.network = f.network and o.key = f.key and o.removed_at is null)
           returning d.follow_id)
         update follow f set removed_at = null from last where f.id = last.follow_id and f.library_id = $2 returning f.account_id as "accountId"`, [change.id, change.libraryId]);
      act.replan([...ended, ...back].map(({ accountId }) => accountId));
      await act.record(list, 'follow-list.change-undone', { bound: bound.id, change: change.id, ended: ended.length, back: back.length });
      return decided(act, change, 'undone');
    });
  }

  private async open(act: FollowAct, changeId: string, already: BoundChangeRow['state']): Promise<HeldChange> {
    const held = await holdChange(act, changeId);
    const { state } = held.change;
    if (state !== already && state !== 'waiting' && state !== 'held') throw new PlatformError('CONFLICT', `This change ${inWords[state]}.`, 'changeId');
    return held;
  }
}

const inWords: Readonly<Record<BoundChangeRow['state'], string>> = {
  'looking-up': 'is still being looked up', waiting: 'waits', held: 'waits', nothing: 'held nothing that could be followed', applied: 'was applied', declined: 'was declined', undone: 'was undone', superseded: 'was overtaken by a later look',
};

const decided = async ({ tx, actor }: FollowAct, { id, libraryId }: BoundChangeRow, state: BoundChangeRow['state']): Promise<BoundChangeRow> => {
  const [row] = await tx.query<BoundChangeRow>(`update bound_change c set state = $3, decided_by = $4, decided_at = now() where c.id = $1 and c.library_id = $2 returning ${boundChangeColumns}`, [id, libraryId, state, actor.id]);
  return row as BoundChangeRow;
};
