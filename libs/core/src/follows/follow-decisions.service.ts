import { Injectable } from '@nestjs/common';
import { newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Actor } from '../staff/index.js';
import { FollowDesk, type FollowAct } from './follow-desk.js';
import { followColumns, type FollowListRow, type FollowRow } from './follow.row.js';
import { writtenId } from './written-words.js';

export const decisionKinds = ['keep', 'snooze', 'remove'] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/** What somebody decided about a follow that was shown for review. */
export interface FollowDecisionRow {
  readonly id: string;
  readonly followId: string;
  readonly libraryId: string;
  readonly kind: DecisionKind;
  readonly byActor: string;
  readonly at: Date;
  readonly undoneAt: Date | null;
}

/** A decision, and the follow as it is now. */
export interface Decided {
  readonly decision: FollowDecisionRow;
  readonly follow: FollowRow;
}

interface Before {
  readonly reviewOn: string | null;
  readonly quietUntil: string | null;
}

const decisionColumns = `d.id, d.follow_id as "followId", d.library_id as "libraryId", d.kind, d.by_actor as "byActor", d.at, d.undone_at as "undoneAt"`;
const mostMonths = 60;
const mostWeeks = 104;

/** What each decision does to a follow; days are those of its library. */
const changes: Readonly<Record<DecisionKind, string>> = {
  keep: `review_on = ((now() at time zone b.time_zone)::date + $3 * interval '1 month')::date, quiet_until = ((now() at time zone b.time_zone)::date + $3 * interval '1 month')::date`,
  snooze: `quiet_until = ((now() at time zone b.time_zone)::date + $3 * interval '1 week')::date`,
  remove: `removed_at = now() + $3 * interval '0'`,
};

/**
 * One keystroke each for a follow that is reviewed; each can be undone as long as nothing was decided about it since.
 * All throw PlatformError: NOT_FOUND, FORBIDDEN, BAD_INPUT.
 */
@Injectable()
export class FollowDecisionsService {
  constructor(private readonly desk: FollowDesk) {}

  /** It stays, and is reviewed again after so many months; until then nothing else brings it up. */
  keep(actor: Actor, followId: string, months: number): Promise<Decided> {
    return this.decide(actor, followId, 'keep', whole(months, mostMonths, 'months'));
  }

  /** Not now: it comes up again after so many weeks. */
  snooze(actor: Actor, followId: string, weeks: number): Promise<Decided> {
    return this.decide(actor, followId, 'snooze', whole(weeks, mostWeeks, 'weeks'));
  }

  remove(actor: Actor, followId: string): Promise<Decided> {
    return this.decide(actor, followId, 'remove', 0);
  }

  /** Everything is as it was before. @throws PlatformError CONFLICT where something was decided since, or what it needs is no longer there */
  undo(actor: Actor, told: string): Promise<Decided> {
    const decisionId = writtenId(told, 'decisionId');
    return this.desk.act(actor, async (act) => {
      const [seen] = await act.tx.query<FollowDecisionRow & { readonly before: Before; readonly listId: string }>(
        `select ${decisionColumns}, d.before, f.list_id as "listId" from follow_decision d join follow f on f.id = d.follow_id and f.library_id = d.library_id where d.id = $1 and d.library_id in (select scope())`,
        [decisionId],
      );
      if (seen === undefined) throw new PlatformError('NOT_FOUND', 'There is no such decision.', 'decisionId');
      const list = await act.list(seen.listId);
      const [last] = await act.tx.query<FollowDecisionRow>(`select ${decisionColumns} from follow_decision d where d.follow_id = $1 and d.library_id = $2 order by d.at desc, d.id desc limit 1 for update`, [seen.followId, seen.libraryId]);
      if (last?.id !== decisionId) throw new PlatformError('CONFLICT', 'Something else was decided about this follow since.', 'decisionId');
      if (last.undoneAt === null && last.kind === 'remove') await requireRoom(act, list, seen.followId);
      const [follow] = await act.tx.query<FollowRow>(
        `update follow f set review_on = $3, quiet_until = $4, removed_at = case when $5 then null else f.removed_at end where f.id = $1 and f.library_id = $2 returning ${followColumns}`,
        [seen.followId, seen.libraryId, seen.before.reviewOn, seen.before.quietUntil, last.kind === 'remove'],
      );
      const [decision] = await act.tx.query<FollowDecisionRow>(`update follow_decision d set undone_at = coalesce(d.undone_at, now()) where d.id = $1 and d.library_id = $2 returning ${decisionColumns}`, [decisionId, seen.libraryId]);
      await tellOf(act, list, 'follow.decision-undone', follow as FollowRow);
      return { decision: decision as FollowDecisionRow, follow: follow as FollowRow };
    });
  }

  private decide(actor: Actor, told: string, kind: DecisionKind, amount: number): Promise<Decided> {
    const followId = writtenId(told, 'followId');
    return this.desk.act(actor, async (act) => {
      const noSuch = new PlatformError('NOT_FOUND', 'There is no such follow.', 'followId');
      const [seen] = await act.tx.query<{ listId: string }>('select list_id as "listId" from follow where id = $1 and removed_at is null and library_id in (select scope() union select scope_up())', [followId]);
      if (seen === undefined) throw noSuch;
      const list = await act.list(seen.listId);
      const [before] = await act.tx.query<FollowRow>(`select ${followColumns} from follow f where f.id = $1 and f.library_id = $2 and f.removed_at is null for update`, [followId, list.libraryId]);
      if (before === undefined) throw noSuch;
      const [follow] = await act.tx.query<FollowRow>(`update follow f set ${changes[kind]} from library b where f.id = $1 and f.library_id = $2 and b.id = f.library_id returning ${followColumns}`, [followId, list.libraryId, amount]);
      const [decision] = await act.tx.query<FollowDecisionRow>(
        `insert into follow_decision as d (id, library_id, follow_id, kind, before, by_actor) values ($1, $2, $3, $4, $5, $6) returning ${decisionColumns}`,
        [newId(), list.libraryId, followId, kind, JSON.stringify({ reviewOn: before.reviewOn, quietUntil: before.quietUntil } satisfies Before), actor.id],
      );
      await tellOf(act, list, kind === 'remove' ? 'follow.removed' : 'follow.reviewed', follow as FollowRow);
      return { decision: decision as FollowDecisionRow, follow: follow as FollowRow };
    });
  }
}

const tellOf = async (act: FollowAct, list: FollowListRow, action: string, { id, accountId }: FollowRow): Promise<void> => {
  await act.record(list, action, { follows: [id] });
  act.replan([accountId]);
};

const whole = (amount: number, most: number, field: string): number => {
  if (!Number.isInteger(amount) || amount < 1 || amount > most) throw new PlatformError('BAD_INPUT', `${field} is a whole number from 1 to ${most}.`, field);
  return amount;
};

/** A follow comes back where its account still hears, and nobody added the same thing again. */
const requireRoom = async ({ tx }: FollowAct, list: FollowListRow, followId: string): Promise<void> => {
  const [room] = await tx.query<{ heard: boolean; taken: boolean }>(
    `select exists (select 1 from account a where a.id = f.account_id and a.removed_at is null) as heard,
       exists (select 1 from follow o where o.list_id = f.list_id and o.library_id = f.library_id and o.kind = f.kind and o.network = f.network and o.key = f.key and o.removed_at is null) as taken
     from follow f where f.id = $1 and f.library_id = $2`,
    [followId, list.libraryId],
  );
  if (room?.heard !== true) throw new PlatformError('CONFLICT', 'The account that heard it was removed: add it again with another.', 'decisionId');
  if (room.taken) throw new PlatformError('CONFLICT', 'It was added to this list again meanwhile.', 'decisionId');
};
