import { Injectable } from '@nestjs/common';
import { Database, newId, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { writtenChoice, writtenId } from '../follows/index.js';
import { type Actor, Audit, type AuditDetail, Permissions } from '../staff/index.js';

export const doNotHearReasons = ['asked-us', 'spam', 'off-topic-always', 'not-a-resident', 'harassment-of-others', 'automated', 'duplicate-account'] as const;
export type DoNotHearReason = (typeof doNotHearReasons)[number];

/** That a library, and those below it, do not hear somebody. */
export interface DoNotHearRow {
  readonly id: string;
  readonly libraryId: string;
  readonly profileId: string;
  readonly reason: DoNotHearReason;
  readonly byActor: string;
  readonly at: Date;
  readonly liftedAt: Date | null;
}

/** The columns of a {@link DoNotHearRow} of `do_not_hear d`. */
export const doNotHearColumns = `d.id, d.library_id as "libraryId", d.profile_id as "profileId", d.reason, d.by_actor as "byActor", d.at, d.lifted_at as "liftedAt"`;

/** Whom a library does not hear. Both acts may be repeated; what holds already is answered and not changed. */
@Injectable()
export class DoNotHearService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
  ) {}

  /**
   * From now on: what was heard before stays until its retention ends.
   * @throws PlatformError NOT_FOUND where nobody of the actor's libraries hears this profile.
   */
  async stop(actor: Actor, told: { readonly libraryId: string; readonly profileId: string; readonly reason: string }): Promise<DoNotHearRow> {
    const [libraryId, profileId, reason] = [writtenId(told.libraryId, 'libraryId'), writtenId(told.profileId, 'profileId'), writtenChoice(told.reason, doNotHearReasons, 'reason')];
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, { scope: 'triage', role: 'librarian' });
      if ((await tx.query('select 1 from heard_profile where id = $1', [profileId])).length === 0) throw new PlatformError('NOT_FOUND', 'There is no such profile.', 'profileId');
      const added = await tx.query<{ id: string }>(
        `insert into do_not_hear(id, library_id, profile_id, reason, by_actor) values ($1, $2, $3, $4, $5)
         on conflict (library_id, profile_id) where lifted_at is null do nothing returning id`,
        [newId(), libraryId, profileId, reason, actor.id],
      );
      if (added.length > 0) await this.tell(tx, actor, 'profile.not-heard', { libraryId, profileId, detail: { reason } });
      return standing(tx, libraryId, profileId);
    });
  }

  /** @returns null where there was nothing to lift. */
  async lift(actor: Actor, told: { readonly libraryId: string; readonly profileId: string }): Promise<DoNotHearRow | null> {
    const [libraryId, profileId] = [writtenId(told.libraryId, 'libraryId'), writtenId(told.profileId, 'profileId')];
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, { scope: 'triage', role: 'librarian' });
      const [lifted] = await tx.query<DoNotHearRow>(
        `update do_not_hear d set lifted_at = now(), lifted_by = $3 where library_id = $1 and profile_id = $2 and lifted_at is null returning ${doNotHearColumns}`,
        [libraryId, profileId, actor.id],
      );
      if (lifted === undefined) return null;
      await this.tell(tx, actor, 'profile.heard-again', { libraryId, profileId });
      return lifted;
    });
  }

  private async tell(tx: Tx, actor: Actor, action: string, { libraryId, profileId, detail = {} }: { readonly libraryId: string; readonly profileId: string; readonly detail?: AuditDetail }): Promise<void> {
    await this.audit.record(tx, { libraryId, actorId: actor.id, action, subjectKind: 'profile', subjectId: profileId, detail });
    tx.hint({ kind: 'library', id: libraryId, library: libraryId });
  }
}

const standing = async (tx: Tx, libraryId: string, profileId: string): Promise<DoNotHearRow> => {
  const [row] = await tx.query<DoNotHearRow>(`select ${doNotHearColumns} from do_not_hear d where d.library_id = $1 and d.profile_id = $2 and d.lifted_at is null`, [libraryId, profileId]);
  // Lifted by somebody else between two statements of this transaction.
  if (row === undefined) throw new PlatformError('CONFLICT', 'A colleague lifted this at the same moment: try again.');
  return row;
};
