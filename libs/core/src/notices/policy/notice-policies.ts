import { Injectable } from '@nestjs/common';
import { Database, isId, newId } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { type Actor, Audit, Permissions } from '../../staff/index.js';
import { staffAt } from '../recipients.js';
import { type HoldingNoticePolicy, type NoticePolicy, holdingNoticePolicy } from './notice-policy.row.js';

const longestHours = 336;

/** Sets how notices are told at a library, and those below it that say nothing themselves. */
@Injectable()
export class NoticePolicies {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
  ) {}

  /**
   * `policy` null: as the library above, else the program, says.
   * @throws PlatformError FORBIDDEN, NOT_FOUND, BAD_INPUT
   */
  async set(actor: Actor, { libraryId, policy }: { readonly libraryId: string; readonly policy: NoticePolicy | null }): Promise<HoldingNoticePolicy> {
    if (!isId(libraryId)) throw new PlatformError('BAD_INPUT', 'libraryId is not an id.', 'libraryId');
    const standIn = policy?.standIn ?? null;
    if (standIn !== null && !isId(standIn.id)) throw new PlatformError('BAD_INPUT', 'standInId is not an id.', 'standInId');
    if (standIn !== null && !(Number.isInteger(standIn.hours) && standIn.hours >= 1 && standIn.hours <= longestHours))
      throw new PlatformError('BAD_INPUT', `standInHours is a number of hours from 1 to ${longestHours}.`, 'standInHours');
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, { scope: 'administer', role: 'administrator' });
      if (standIn !== null && (await staffAt(tx, libraryId, { roles: ['librarian', 'administrator'], among: [standIn.id] })).length === 0)
        throw new PlatformError('BAD_INPUT', 'Whoever stands in is a librarian or administrator of this library.', 'standInId');
      if (policy === null) await tx.query('delete from notice_policy where library_id = $1', [libraryId]);
      else
        await tx.query(
          `insert into notice_policy(id, library_id, shows_posts, stand_in_id, stand_in_hours, set_by) values ($1, $2, $3, $4, $5, $6)
           on conflict (library_id) do update set shows_posts = excluded.shows_posts, stand_in_id = excluded.stand_in_id, stand_in_hours = excluded.stand_in_hours, set_by = excluded.set_by, set_at = now()`,
          [newId(), libraryId, policy.showsPosts, standIn?.id ?? null, standIn?.hours ?? null, actor.id]);
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'notice-policy.set', subjectKind: 'library', subjectId: libraryId, detail: policy === null ? {} : { showsPosts: policy.showsPosts, standIn: standIn?.id ?? null, hours: standIn?.hours ?? null } });
      tx.hint({ kind: 'library', id: libraryId, library: libraryId });
      return holdingNoticePolicy(tx, libraryId);
    });
  }
}
