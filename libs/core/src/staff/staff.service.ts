import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Actor, Role } from './actor.js';
import { Audit } from './audit.js';
import { type Invitation, invitationInput } from './input.js';
import { type Needed, Permissions } from './permissions.js';
import { WorkRepository, type Work } from './leaving/work.repository.js';
import { newSecretText } from './secret-text.js';
import { StaffRepository } from './staff.repository.js';

const administering: Needed = { scope: 'administer', role: 'administrator', person: true };

export interface Invited {
  readonly actorId: string;
  /** Goes into `/password?key=…`; told once. */
  readonly key: string;
}

/** Administrators' work on people, each in one transaction with its entry in the audit log. All throw FORBIDDEN and NOT_FOUND as `Permissions.require` says. */
@Injectable()
export class StaffService {
  constructor(
    private readonly database: Database,
    private readonly permissions: Permissions,
    private readonly staff: StaffRepository,
    private readonly audit: Audit,
    private readonly work: WorkRepository,
  ) {}

  /** Makes a person with a role, who sets their password by a link. @throws EmailTaken */
  async invite(actor: Actor, libraryId: string, wish: Invitation): Promise<Invited> {
    const { email, name, role } = invitationInput.parse(wish);
    const { text, hash } = newSecretText();
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, administering);
      const actorId = await this.staff.addPerson(tx, { email, name }, null);
      await this.staff.grant(tx, actorId, libraryId, role, actor.id);
      await this.staff.addPasswordLink(tx, actorId, hash, actor.id);
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'staff.invited', subjectKind: 'person', subjectId: actorId, detail: { role } });
      return { actorId, key: text };
    });
  }

  /** A new link for somebody who lost theirs, or their password. Their old password holds until the link is used. */
  async makePasswordLink(actor: Actor, personId: string): Promise<Invited> {
    const { text, hash } = newSecretText();
    return this.database.as(actor.id, async (tx) => {
      const roles = await this.requireAllTheirs(tx, actor, personId);
      await this.staff.addPasswordLink(tx, personId, hash, actor.id);
      for (const { libraryId } of roles) await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'staff.password-link-made', subjectKind: 'person', subjectId: personId });
      return { actorId: personId, key: text };
    });
  }

  /** Gives a person another role at a library, or, with null, none any more. @returns 'own-role': nobody changes their own, so that an administrator is left. */
  async changeRole(actor: Actor, personId: string, libraryId: string, role: Role | null): Promise<'done' | 'own-role'> {
    return this.database.as<'done' | 'own-role'>(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, administering);
      if (personId === actor.id) return 'own-role';
      await this.requirePerson(tx, personId);
      const before = await this.staff.roleGrantedAt(tx, personId, libraryId);
      if (before === (role ?? undefined)) return 'done';
      if (role === null) await this.staff.ungrant(tx, personId, libraryId);
      else await this.staff.grant(tx, personId, libraryId, role, actor.id);
      await this.staff.endTokensBeyondMaker(tx, personId);
      const detail = { from: before ?? 'none', to: role ?? 'none' };
      await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'staff.role-changed', subjectKind: 'person', subjectId: personId, detail });
      return 'done';
    });
  }

  /**
   * Ends a person's access everywhere, and the tokens that they made. What they wrote keeps their name. Their open conversations go to a colleague, wherever
   * that one may have them, else to nobody, and what they approved and has not left needs another approver. Needs the administrator of every library where they have a role.
   * @returns 'cannot-have': the colleague may have nothing of theirs, and nothing was done.
   */
  async deactivate(actor: Actor, personId: string, toPersonId: string | null = null): Promise<'done' | 'own-role' | 'cannot-have'> {
    if (personId === actor.id) return 'own-role';
    return this.database.as<'done' | 'cannot-have'>(actor.id, async (tx) => {
      const roles = await this.requireAllTheirs(tx, actor, personId);
      if (toPersonId !== null && !(await this.work.mayHave(tx, toPersonId, { of: personId }))) return 'cannot-have';
      await this.work.hold(tx, personId);
      const ended = await this.staff.deactivate(tx, personId);
      for (const hint of await this.work.leave(tx, { from: personId, to: toPersonId, by: actor.id })) tx.hint(hint);
      for (const { libraryId } of ended ? roles : []) await this.audit.record(tx, { libraryId, actorId: actor.id, action: 'staff.deactivated', subjectKind: 'person', subjectId: personId });
      return 'done';
    });
  }

  /** How much of somebody's work there is: at a library and below it, which takes its administrator, or everywhere, as for deactivating them. */
  workOf(actor: Actor, personId: string, libraryId: string | null): Promise<Work> {
    return this.database.as(actor.id, async (tx) => {
      if (libraryId === null) await this.requireAllTheirs(tx, actor, personId);
      else await this.permissions.require(tx, actor, libraryId, administering);
      await this.requirePerson(tx, personId);
      return this.work.count(tx, personId, libraryId);
    });
  }

  /** Moves somebody's open conversations at a library, and below it, to a colleague there, or to nobody. @returns how many; undefined where the colleague may not have them. */
  handOnWork(actor: Actor, { from, to, libraryId }: { readonly from: string; readonly to: string | null; readonly libraryId: string }): Promise<number | undefined> {
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, administering);
      await this.requirePerson(tx, from);
      if (to === from || (to !== null && !(await this.work.mayHave(tx, to, { at: libraryId })))) return undefined;
      const hints = await this.work.handOn(tx, { from, to, libraryId, by: actor.id });
      for (const hint of hints) tx.hint(hint);
      return hints.length;
    });
  }

  private async requirePerson(tx: Tx, personId: string): Promise<void> {
    const [person] = await tx.query('select actor_id from person where actor_id = $1', [personId]);
    if (person === undefined) throw new PlatformError('NOT_FOUND', 'There is no such person among those whom you see.');
  }

  private async requireAllTheirs(tx: Tx, actor: Actor, personId: string): Promise<readonly { libraryId: string; role: Role }[]> {
    this.permissions.requireKind(actor, administering);
    await this.requirePerson(tx, personId);
    const [allowed] = await tx.query('select 1 from administered_actors() a(id) where a.id = $1', [personId]);
    if (allowed === undefined) throw new PlatformError('FORBIDDEN', 'This needs the role administrator at every library where they have a role.');
    return this.staff.rolesGranted(tx, personId);
  }
}
