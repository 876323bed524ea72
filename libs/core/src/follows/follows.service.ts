import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Actor } from '../staff/index.js';
import { FollowDesk } from './follow-desk.js';
import { followCategories, followColumns, type FollowCategory, type FollowRow } from './follow.row.js';
import { writtenChoice, writtenDay, writtenDays, writtenId, writtenWords } from './written-words.js';

/** What staff say about a follow, beside what it follows. */
export interface FollowFacts {
  readonly reason: string;
  readonly category: string;
  readonly reviewOn?: string | null | undefined;
  readonly keepDays?: number | null | undefined;
}

/** Follows that are there: what is said about them, and their end. {@link AddFollowsService} adds. */
@Injectable()
export class FollowsService {
  constructor(private readonly desk: FollowDesk) {}

  /** What is not told stays; null takes a review date or a retention away. */
  change(actor: Actor, told: { readonly followId: string } & { readonly [Fact in keyof FollowFacts]?: FollowFacts[Fact] | undefined }): Promise<FollowRow> {
    const followId = writtenId(told.followId, 'followId');
    const facts = partialFacts(told);
    return this.desk.act(actor, async (act) => {
      const before = await liveFollow(act.tx, followId);
      const list = await act.list(before.listId);
      const after = { ...before, ...facts };
      const changed = factNames.filter((fact) => after[fact] !== before[fact]);
      if (changed.length === 0) return before;
      const [follow] = await act.tx.query<FollowRow>(
        `update follow f set reason = $3, category = $4, review_on = $5, keep_days = $6 where f.id = $1 and f.library_id = $2 and f.removed_at is null returning ${followColumns}`,
        [followId, before.libraryId, after.reason, after.category, after.reviewOn, after.keepDays],
      );
      if (follow === undefined) throw noSuchFollow();
      await act.record(list, 'follow.changed', { follow: followId, changed });
      // Not a plan, but a rule: the matcher holds the retention of a follow.
      act.replan([before.accountId]);
      return follow;
    });
  }

  /** Ends follows. What was heard by them keeps its reason; those that ended before are left as they are. All of one call, or none. */
  remove(actor: Actor, told: { readonly followIds: readonly string[] }): Promise<readonly FollowRow[]> {
    const ids = [...new Set(told.followIds.map((id) => writtenId(id, 'followIds')))];
    if (ids.length > 1_000) throw new PlatformError('BAD_INPUT', 'At most 1000 follows end in one call.', 'followIds');
    return this.desk.act(actor, async (act) => {
      const known = await act.tx.query<FollowRow>(`select ${followColumns} from follow f where f.id = any($1::uuid[]) and f.library_id in (select scope() union select scope_up())`, [ids]);
      if (known.length < ids.length) throw noSuchFollow('followIds');
      const live = known.filter(({ removedAt }) => removedAt === null);
      const ended: FollowRow[] = [];
      // In the order of ids, as every other writer of several lists: two of them cannot wait for each other.
      for (const listId of [...new Set(live.map((follow) => follow.listId))].sort()) {
        const list = await act.list(listId);
        const gone = await act.tx.query<FollowRow>(
          `update follow f set removed_at = now() where f.id = any($1::uuid[]) and f.list_id = $2 and f.library_id = $3 and f.removed_at is null returning ${followColumns}`,
          [ids, listId, list.libraryId],
        );
        if (gone.length > 0) await act.record(list, 'follow.removed', { follows: gone.map(({ id }) => id) });
        ended.push(...gone);
      }
      if (ended.length > 0) act.replan(ended.map(({ accountId }) => accountId));
      const now = new Map([...known, ...ended].map((follow) => [follow.id, follow]));
      return ids.flatMap((id) => now.get(id) ?? []);
    });
  }
}

type CheckedFacts = { readonly reason: string; readonly category: FollowCategory; readonly reviewOn: string | null; readonly keepDays: number | null };
const factNames = ['reason', 'category', 'reviewOn', 'keepDays'] as const;

/** @throws PlatformError BAD_INPUT */
export const checkedFacts = ({ reason, category, reviewOn, keepDays }: FollowFacts): CheckedFacts => ({
  reason: writtenWords(reason, 'reason', 500),
  category: writtenChoice(category, followCategories, 'category'),
  reviewOn: writtenDay(reviewOn, 'reviewOn'),
  keepDays: writtenDays(keepDays, 'keepDays'),
});

const partialFacts = (told: { readonly [Fact in keyof FollowFacts]?: FollowFacts[Fact] | undefined }): Partial<CheckedFacts> => ({
  ...(told.reason === undefined ? {} : { reason: writtenWords(told.reason, 'reason', 500) }),
  ...(told.category === undefined ? {} : { category: writtenChoice(told.category, followCategories, 'category') }),
  ...(told.reviewOn === undefined ? {} : { reviewOn: writtenDay(told.reviewOn, 'reviewOn') }),
  ...(told.keepDays === undefined ? {} : { keepDays: writtenDays(told.keepDays, 'keepDays') }),
});

const noSuchFollow = (field = 'followId'): PlatformError => new PlatformError('NOT_FOUND', 'There is no such follow.', field);

const liveFollow = async (tx: Tx, id: string): Promise<FollowRow> => {
  const [follow] = await tx.query<FollowRow>(`select ${followColumns} from follow f where f.id = $1 and f.removed_at is null and f.library_id in (select scope() union select scope_up())`, [id]);
  if (follow === undefined) throw noSuchFollow();
  return follow;
};
