import { Injectable } from '@nestjs/common';
import { Database, newId, type Tx } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { FollowChanges, writtenChoice, writtenId, writtenWords } from '../../follows/index.js';
import { wordsOf } from '../../language/index.js';
import { type Actor, Audit, type AuditDetail, type Needed, Permissions } from '../../staff/index.js';
import { type DoNotAct, type DoNotRow, type DoNotTarget, doNotActs, doNotColumns, doNotReasons, doNotTargets } from './do-not.row.js';
import { withdrawUncontactable } from './uncontactable.js';

export interface DoNotWish {
  readonly libraryId: string;
  readonly act: string;
  readonly target: string;
  readonly reason: string;
  readonly profileId?: string | null | undefined;
  readonly value?: string | null | undefined;
}

/** Whom an entry is about, checked. */
interface Whom { readonly act: DoNotAct; readonly target: DoNotTarget; readonly profileId: string | null; readonly value: string | null }

const needed: Needed = { scope: 'triage', role: 'librarian' };
const told: Readonly<Record<DoNotAct, readonly [added: string, lifted: string]>> = { hear: ['profile.not-heard', 'profile.heard-again'], contact: ['profile.not-contacted', 'profile.contacted-again'] };

/**
 * The lists of whom a library does not hear, and of whom it does not write to: each entry with a reason from a list that asks nobody's views,
 * in the audit log, and lifted as easily. Every act may be repeated; what holds already is answered and not changed.
 */
@Injectable()
export class DoNotService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly audit: Audit,
    private readonly changes: FollowChanges,
  ) {}

  /**
   * From now on. What was heard before stays until its retention ends; replies that were not sent to whom one does not write to are withdrawn.
   * @throws PlatformError NOT_FOUND where nobody of the actor's libraries hears that profile; BAD_INPUT for what names nobody or too many.
   */
  async add(actor: Actor, wish: DoNotWish): Promise<DoNotRow> {
    const [libraryId, reason, whom] = [writtenId(wish.libraryId, 'libraryId'), writtenChoice(wish.reason, doNotReasons, 'reason'), writtenWhom(wish)];
    const row = await this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, needed);
      if (whom.profileId !== null && (await tx.query('select 1 from heard_profile where id = $1', [whom.profileId])).length === 0) throw new PlatformError('NOT_FOUND', 'There is no such profile.', 'profileId');
      const added = await tx.query<{ id: string }>(
        `insert into do_not_list(id, library_id, act, target, profile_id, value, reason, by_actor) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (library_id, act, target, coalesce(value, profile_id::text)) where lifted_at is null do nothing returning id`,
        [newId(), libraryId, whom.act, whom.target, whom.profileId, whom.value, reason, actor.id],
      );
      const standing = await this.standing(tx, libraryId, whom);
      if (added.length > 0) await this.tell(tx, actor, standing, told[whom.act][0], { reason });
      return standing;
    });
    if (whom.act === 'contact') await this.database.keeping(withdrawUncontactable);
    return row;
  }

  /** @returns undefined where there is no such entry that still holds. */
  lift(actor: Actor, id: string): Promise<DoNotRow | undefined> {
    return this.liftWhere(actor, 'd.id = $2', [writtenId(id, 'id')]);
  }

  /** @returns undefined where the library hears this profile, as far as an entry of its own for it goes. */
  hearAgain(actor: Actor, profileId: string, libraryId: string): Promise<DoNotRow | undefined> {
    return this.liftWhere(actor, `d.act = 'hear' and d.profile_id = $2 and d.library_id = $3`, [writtenId(profileId, 'profileId'), writtenId(libraryId, 'libraryId')]);
  }

  private liftWhere(actor: Actor, condition: string, values: readonly unknown[]): Promise<DoNotRow | undefined> {
    return this.database.as(actor.id, async (tx) => {
      const [entry] = await tx.query<DoNotRow>(`select ${doNotColumns} from do_not_list d where ${condition} and d.lifted_at is null and d.library_id in (select scope()) and $1::uuid is not null`, [actor.id, ...values]);
      if (entry === undefined) return undefined;
      await this.permissions.require(tx, actor, entry.libraryId, needed);
      const [lifted] = await tx.query<DoNotRow>(
        `update do_not_list d set lifted_at = now(), lifted_by = $1 where d.id = $2 and d.library_id = $3 and d.lifted_at is null returning ${doNotColumns}`, [actor.id, entry.id, entry.libraryId]);
      if (lifted !== undefined) await this.tell(tx, actor, lifted, told[lifted.act][1]);
      return lifted;
    });
  }

  private async standing(tx: Tx, libraryId: string, { act, target, profileId, value }: Whom): Promise<DoNotRow> {
    const [row] = await tx.query<DoNotRow>(
      `select ${doNotColumns} from do_not_list d where d.library_id = $1 and d.act = $2 and d.target = $3 and coalesce(d.value, d.profile_id::text) = $4 and d.lifted_at is null`,
      [libraryId, act, target, value ?? profileId]);
    // Lifted by somebody else between two statements of this transaction.
    if (row === undefined) throw new PlatformError('CONFLICT', 'A colleague lifted this at the same moment: try again.');
    return row;
  }

  /** The log has the entry's id, and of a profile its own: servers and words are looked up there. */
  private async tell(tx: Tx, actor: Actor, { id, libraryId, profileId, target }: DoNotRow, action: string, detail: AuditDetail = {}): Promise<void> {
    await this.audit.record(tx, { libraryId, actorId: actor.id, action, subjectKind: profileId === null ? 'do-not' : 'profile', subjectId: profileId ?? id, detail: { ...detail, target, entry: id } });
    tx.hint({ kind: 'library', id: libraryId, library: libraryId });
    tx.afterCommit(() => this.changes.changed([]));
  }
}

const writtenWhom = (wish: DoNotWish): Whom => {
  const [act, target] = [writtenChoice(wish.act, doNotActs, 'act'), writtenChoice(wish.target, doNotTargets, 'target')];
  if (target === 'profile') return { act, target, profileId: writtenId(wish.profileId ?? '', 'profileId'), value: null };
  return { act, target, profileId: null, value: target === 'host' ? writtenHost(wish.value ?? '') : writtenBioWord(wish.value ?? '') };
};

/** A host name as networks have them: whoever gives an address or a handle means its server. */
const writtenHost = (text: string): string => {
  const written = writtenWords(text, 'value', 200).toLowerCase().replace(/^https?:\/\//u, '').replace(/^.*@/u, '').replace(/[/:].*$/u, '');
  const host = URL.parse(`https://${written}/`)?.hostname;
  if (host === undefined || !host.includes('.')) throw new PlatformError('BAD_INPUT', 'value is no server, as in town.example.', 'value');
  return host;
};

const writtenBioWord = (text: string): string => {
  const words = wordsOf(writtenWords(text, 'value', 200)).join(' ');
  if (words.length < 3) throw new PlatformError('BAD_INPUT', 'value is too short a word: it would be found in too many bios.', 'value');
  return words;
};
