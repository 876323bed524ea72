import { Injectable } from '@nestjs/common';
import { Database, newId } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { writtenId } from '../../follows/index.js';
import { type Actor, Audit, Permissions, type Queryable } from '../../staff/index.js';
import { type HoldingPolicy, type ReplyPolicy, usualPolicy } from './reply-policy.row.js';

const longestUnaskedDays = 365;

/** How libraries answer: as the nearest library says that says anything, itself or above, else as the program does. */
@Injectable()
export class ReplyPolicies {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
  ) {}

  async holdingAt(reads: Queryable, libraryId: string): Promise<HoldingPolicy> {
    const [row] = await reads.query<HoldingPolicy>(
      `select p.approvers, p.second_person as "secondPerson", p.unasked_days as "unaskedDays", p.library_id as "setAt" from library_line up join reply_policy p on p.library_id = up.ancestor_id
       where up.library_id = $1 and up.library_id in (select scope()) order by up.distance limit 1`, [libraryId]);
    return row ?? { ...usualPolicy, setAt: null };
  }

  /**
   * `policy` null: as the library above, else the program, says. What was approved already stays so.
   * @throws PlatformError FORBIDDEN, NOT_FOUND, BAD_INPUT
   */
  async set(actor: Actor, told: { readonly libraryId: string; readonly policy: ReplyPolicy | null }): Promise<HoldingPolicy> {
    const [libraryId, { policy }] = [writtenId(told.libraryId, 'libraryId'), told];
    if (policy !== null && !(Number.isInteger(policy.unaskedDays) && policy.unaskedDays >= 0 && policy.unaskedDays <= longestUnaskedDays))
      throw new PlatformError('BAD_INPUT', `unaskedDays is a number of days from 0, which sets no bound, to ${longestUnaskedDays}.`, 'unaskedDays');
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, { scope: 'administer', role: 'administrator' });
      if (policy === null) await tx.query('delete from reply_policy where library_id = $1', [libraryId]);
      else
        await tx.query(
          `insert into reply_policy(id, library_id, approvers, second_person, unasked_days, set_by) values ($1, $2, $3, $4, $5, $6)
           on conflict (library_id) do update set approvers = excluded.approvers, second_person = excluded.second_person, unasked_days = excluded.unasked_days, set_by = excluded.set_by, set_at = now()`,
          [newId(), libraryId, policy.approvers, [...new Set(policy.secondPerson)], policy.unaskedDays, actor.id]);
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'reply-policy.set', subjectKind: 'library', subjectId: libraryId, detail: policy === null ? {} : { approvers: policy.approvers, secondPerson: [...policy.secondPerson], unaskedDays: policy.unaskedDays } });
      tx.hint({ kind: 'library', id: libraryId, library: libraryId });
      return this.holdingAt(tx, libraryId);
    });
  }
}
