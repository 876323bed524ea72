import { Injectable } from '@nestjs/common';
import type { Hint } from '../../database/index.js';
import type { Queryable } from '../permissions.js';

/** What somebody has in hand. */
export interface Work {
  /** Assigned to them, and not closed. */
  readonly openConversations: number;
  /** Of their writing, drafts or in review. */
  readonly drafts: number;
  /** Approved by them, and not left yet. */
  readonly approvals: number;
}

const hints = 'kind, id, library_id as library, version';

/** Somebody's work, wherever it is kept: counted, handed on, and what of it cannot stay theirs. As an administrator under their rights, or as the owner. */
@Injectable()
export class WorkRepository {
  /** At a library and all below it; null: wherever the reader sees. */
  async count(tx: Queryable, personId: string, libraryId: string | null): Promise<Work> {
    const at = '($2::uuid is null or t.library_id in (select n.library_id from library_line n where n.ancestor_id = $2))';
    const [work] = await tx.query<Work>(
      `select (select count(*)::int from conversation t where t.assignee_id = $1 and t.merged_into is null and t.state <> 'closed' and ${at}) as "openConversations",
         (select count(distinct coalesce(t.whole_id, t.id))::int from reply t where t.drafted_by = $1 and t.state in ('draft', 'in_review') and ${at}) as drafts,
         (select count(distinct coalesce(t.whole_id, t.id))::int from reply t where t.approved_by = $1 and t.state = 'approved' and ${at}) as approvals`, [personId, libraryId]);
    return work as Work;
  }

  /** Whether somebody is a librarian or administrator at a library, or at one where another has a role. */
  async mayHave(tx: Queryable, personId: string, where: { readonly at: string } | { readonly of: string }): Promise<boolean> {
    const [at, of] = 'at' in where ? [where.at, null] : [null, where.of];
    const found = await tx.query(
      `select 1 from actor_scope s join actor a on a.id = s.actor_id
       where s.actor_id = $1 and s.role <> 'observer' and a.kind = 'person' and a.deactivated_at is null and s.actor_id is distinct from $3
         and (s.library_id = $2 or s.library_id in (select o.library_id from actor_scope o where o.actor_id = $3)) limit 1`, [personId, at, of]);
    return found.length > 0;
  }

  /** Until the transaction ends they approve nothing; what they approve at this moment is over before this answers. */
  async hold(tx: Queryable, personId: string): Promise<void> {
    await tx.query('select 1 from actor where id = $1 for update', [personId]);
  }

  /** Of whoever was deactivated. @param told.by null: the owner. @returns what is to be read again */
  async leave(tx: Queryable, { from, to, by }: { readonly from: string; readonly to: string | null; readonly by: string | null }): Promise<Hint[]> {
    // Replies before conversations, as whoever approves locks them.
    const voided = by === null
      ? await tx.query<Hint>(`select ${hints} from void_approvals(array(select r.id from reply r where r.state = 'approved' and r.approved_by = $1), 'in_review', 'approver-left', null)`, [from])
      : await tx.query<Hint>(`select ${hints} from void_leavers_approvals($1, $2)`, [from, by]);
    return [...voided, ...(await tx.query<Hint>(`select ${hints} from hand_on_conversations($1, $2, null, $3, 'left')`, [from, to, by]))];
  }

  /** The open conversations of a library and all below it. @returns what is to be read again */
  handOn(tx: Queryable, { from, to, libraryId, by }: { readonly from: string; readonly to: string | null; readonly libraryId: string; readonly by: string }): Promise<Hint[]> {
    return tx.query<Hint>(`select ${hints} from hand_on_conversations($1, $2, array(select n.library_id from library_line n where n.ancestor_id = $3), $4, 'handed-on')`, [from, to, libraryId, by]);
  }
}
