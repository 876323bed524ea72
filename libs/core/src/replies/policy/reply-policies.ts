import { Injectable } from '@nestjs/common';
import { Database, newId } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { optionalWords, writtenId } from '../../follows/index.js';
import { minutesOf } from '../../libraries/index.js';
import { type Actor, Audit, Permissions, type Queryable } from '../../staff/index.js';
import { type HoldingPolicy, type ReplyPolicy, usualPolicy } from './reply-policy.row.js';
import { placeholdersOf, signatureOf, unknownPlaceholders } from './signature.js';

const longestUnaskedDays = 365;
const longestSignature = 100;

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
      `select p.approvers, p.second_person as "secondPerson", p.unasked_days as "unaskedDays", p.library_id as "setAt", p.signature,
         case when p.quiet_from is not null then jsonb_build_object('from', to_char(p.quiet_from, 'HH24:MI'), 'until', to_char(p.quiet_until, 'HH24:MI')) end as "quietHours" from library_line up join reply_policy p on p.library_id = up.ancestor_id
       where up.library_id = $1 and up.library_id in (select scope()) order by up.distance limit 1`, [libraryId]);
    return row ?? { ...usualPolicy, setAt: null };
  }

  /**
   * `policy` null: as the library above, else the program, says. What was approved already stays so.
   * @throws PlatformError FORBIDDEN, NOT_FOUND, BAD_INPUT
   */
  async set(actor: Actor, told: { readonly libraryId: string; readonly policy: ReplyPolicy | null }): Promise<HoldingPolicy> {
    const libraryId = writtenId(told.libraryId, 'libraryId');
    const policy = told.policy === null ? null : written(told.policy);
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, { scope: 'administer', role: 'administrator' });
      if (policy === null) await tx.query('delete from reply_policy where library_id = $1', [libraryId]);
      else
        await tx.query(
          `insert into reply_policy(id, library_id, approvers, second_person, unasked_days, set_by, quiet_from, quiet_until, signature) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           on conflict (library_id) do update set approvers = excluded.approvers, second_person = excluded.second_person, unasked_days = excluded.unasked_days, set_by = excluded.set_by, set_at = now(),
             quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, signature = excluded.signature`,
          [newId(), libraryId, policy.approvers, [...new Set(policy.secondPerson)], policy.unaskedDays, actor.id, policy.quietHours?.from ?? null, policy.quietHours?.until ?? null, policy.signature]);
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'reply-policy.set', subjectKind: 'library', subjectId: libraryId, detail: policy === null ? {} : { approvers: policy.approvers, secondPerson: [...policy.secondPerson], unaskedDays: policy.unaskedDays, quietFrom: policy.quietHours?.from ?? null, quietUntil: policy.quietHours?.until ?? null, signs: policy.signature !== null } });
      tx.hint({ kind: 'library', id: libraryId, library: libraryId });
      return this.holdingAt(tx, libraryId);
    });
  }

  /** What this person ends a reply of the library with, filled in; empty where it does not sign. */
  async signature(reads: Queryable, { libraryId, actorId }: { readonly libraryId: string; readonly actorId: string }): Promise<string> {
    const { signature } = await this.holdingAt(reads, libraryId);
    if (signature === null) return '';
    const [who] = await reads.query<{ name: string; library: string }>(
      `select coalesce((select p.name from person p where p.actor_id = $2), '') as name, l.name as library from library l where l.id = $1 and l.id in (select scope())`, [libraryId, actorId]);
    return who === undefined ? '' : signatureOf(signature, who);
  }
}

/** @throws PlatformError BAD_INPUT */
const written = (policy: ReplyPolicy): ReplyPolicy => {
  if (!(Number.isInteger(policy.unaskedDays) && policy.unaskedDays >= 0 && policy.unaskedDays <= longestUnaskedDays))
    throw new PlatformError('BAD_INPUT', `unaskedDays is a number of days from 0, which sets no bound, to ${longestUnaskedDays}.`, 'unaskedDays');
  const hours = policy.quietHours ?? null;
  if (hours !== null && (minutesOf(hours.from) === undefined || minutesOf(hours.until) === undefined || hours.from === hours.until))
    throw new PlatformError('BAD_INPUT', 'quietHours are two different times of the clock, as 21:00 and 07:30.', 'quietHours');
  const signature = optionalWords(policy.signature, 'signature', longestSignature);
  const unknown = signature === null ? [] : unknownPlaceholders(signature);
  if (unknown.length > 0) throw new PlatformError('BAD_INPUT', `Nobody can fill in {{${unknown[0]}}}: {{first name}} and {{library}} are known.`, 'signature');
  if (signature !== null && placeholdersOf(signature).length > 2) throw new PlatformError('BAD_INPUT', 'A signature says {{first name}} and {{library}} once each.', 'signature');
  return { ...policy, quietHours: hours, signature };
};
