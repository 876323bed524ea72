import type { ClientBase } from 'pg';
import { ownersQueries, ownersTransaction, tellHints } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { type Role, type TokenScope } from './actor.js';
import { tokenPrefix } from './actor-resolver.js';
import { Audit } from './audit.js';
import { invitationInput, tokenInput } from './input.js';
import { WorkRepository } from './leaving/work.repository.js';
import { hashPassword, requireGoodPassword } from './passwords.js';
import type { Queryable } from './permissions.js';
import { newSecretText } from './secret-text.js';
import { StaffRepository } from './staff.repository.js';

export interface StaffListing {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly deactivatedAt: Date | null;
  readonly hasPassword: boolean;
  readonly roles: readonly { readonly library: string; readonly role: Role }[];
}

export interface TokenListing {
  readonly id: string;
  readonly name: string;
  readonly library: string;
  readonly role: Role;
  readonly scopes: readonly TokenScope[];
  readonly madeBy: string;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/**
 * What `earshot staff` and `earshot token` do, with the owner's connection: whoever holds that holds everything, so no role is asked for.
 * Libraries are named by handle, people by e-mail address. Each call is one transaction, with its entries in the audit log.
 * Failures are PlatformErrors whose messages are for the person at the terminal.
 */
export class StaffAdministration {
  private readonly staff = new StaffRepository();
  private readonly audit = new Audit();
  private readonly work = new WorkRepository();
  private readonly query: Queryable;

  constructor(private readonly owner: ClientBase) {
    this.query = ownersQueries(owner);
  }

  /** With a password they can sign in at once; without, `key` belongs into `/password?key=…`. */
  async add(wish: { email: string; name: string; role: Role; library: string; password?: string }): Promise<{ readonly id: string; readonly key?: string }> {
    const { email, name, role } = invitationInput.parse(wish);
    if (wish.password !== undefined) requireGoodPassword(wish.password);
    const hash = wish.password === undefined ? null : await hashPassword(wish.password);
    return ownersTransaction(this.owner, async () => {
      const libraryId = await this.library(wish.library);
      const id = await this.staff.addPerson(this.query, { email, name }, hash);
      await this.staff.grant(this.query, id, libraryId, role, undefined);
      await this.audit.record(this.query, { libraryId, actorId: undefined, action: 'staff.invited', subjectKind: 'person', subjectId: id, detail: { role } });
      return hash === null ? { id, key: await this.link(id) } : { id };
    });
  }

  list(): Promise<StaffListing[]> {
    return this.query.query<StaffListing>(`
      select p.actor_id as id, p.name, p.email, a.deactivated_at as "deactivatedAt", p.password_hash is not null as "hasPassword",
        coalesce((select jsonb_agg(jsonb_build_object('library', l.handle, 'role', r.role) order by l.handle)
                  from actor_role r join library l on l.id = r.library_id where r.actor_id = p.actor_id), '[]') as roles
      from person p join actor a on a.id = p.actor_id order by p.name, p.actor_id`);
  }

  /** @param to who gets their open conversations, by e-mail address; else nobody has them. */
  deactivate(email: string, to?: string): Promise<void> {
    return ownersTransaction(this.owner, async () => {
      const id = await this.person(email);
      const heir = to === undefined ? null : await this.person(to);
      if (heir !== null && !(await this.work.mayHave(this.query, heir, { of: id }))) throw new PlatformError('BAD_INPUT', `${to} is no librarian or administrator at a library of theirs: name somebody who is.`, 'to');
      await this.work.hold(this.query, id);
      if (!(await this.staff.deactivate(this.query, id))) throw new PlatformError('CONFLICT', `${email} was deactivated before.`);
      await this.recordEverywhere(id, 'staff.deactivated');
      await tellHints(this.query, await this.work.leave(this.query, { from: id, to: heir, by: null }));
    });
  }

  /** Sets a password and ends their sessions; without one, makes the key of a link for `/password?key=…`. */
  async password(email: string, password?: string): Promise<{ readonly key?: string }> {
    if (password !== undefined) requireGoodPassword(password);
    const hash = password === undefined ? undefined : await hashPassword(password);
    return ownersTransaction(this.owner, async () => {
      const id = await this.person(email);
      await this.recordEverywhere(id, hash === undefined ? 'staff.password-link-made' : 'staff.password-set');
      if (hash === undefined) return { key: await this.link(id) };
      await this.query.query('update person set password_hash = $2 where actor_id = $1', [id, hash]);
      await this.query.query('update session set revoked_at = now() where actor_id = $1 and revoked_at is null', [id]);
      return {};
    });
  }

  /** @param wish.by who answers for it: an administrator there, by e-mail address. */
  createToken(wish: { name: string; library: string; role: Role; scopes: readonly TokenScope[]; days: number; by: string }): Promise<{ readonly id: string; readonly secret: string }> {
    const checked = tokenInput.parse(wish);
    const { text, hash } = newSecretText(tokenPrefix);
    return ownersTransaction(this.owner, async () => {
      const libraryId = await this.library(wish.library);
      const by = await this.person(wish.by);
      const [allowed] = await this.query.query(`select 1 from actor_scope where actor_id = $1 and library_id = $2 and role = 'administrator'`, [by, libraryId]);
      if (allowed === undefined) throw new PlatformError('FORBIDDEN', `${wish.by} is no administrator of ${wish.library}, so they cannot answer for a token there.`, 'by');
      const id = await this.staff.addToken(this.query, checked, { libraryId, hash, by });
      const detail = { role: checked.role, scopes: checked.scopes, days: checked.days };
      await this.audit.record(this.query, { libraryId, actorId: undefined, action: 'token.made', subjectKind: 'token', subjectId: id, detail });
      return { id, secret: text };
    });
  }

  listTokens(): Promise<TokenListing[]> {
    return this.query.query<TokenListing>(`
      select t.actor_id as id, t.name, l.handle as library, r.role, t.scopes, coalesce(p.email, '') as "madeBy",
        t.expires_at as "expiresAt", t.last_used_at as "lastUsedAt", t.revoked_at as "revokedAt"
      from token t join library l on l.id = t.library_id join actor_role r on r.actor_id = t.actor_id and r.library_id = t.library_id
      left join person p on p.actor_id = t.created_by order by t.created_at desc, t.actor_id`);
  }

  revokeToken(id: string): Promise<void> {
    return ownersTransaction(this.owner, async () => {
      const libraryId = await this.staff.revokeToken(this.query, id);
      if (libraryId === undefined) throw new PlatformError('NOT_FOUND', `There is no token ${id} that still holds.`);
      await this.audit.record(this.query, { libraryId, actorId: undefined, action: 'token.revoked', subjectKind: 'token', subjectId: id });
    });
  }

  private async link(actorId: string): Promise<string> {
    const { text, hash } = newSecretText();
    await this.staff.addPasswordLink(this.query, actorId, hash, undefined);
    return text;
  }

  private async library(handle: string): Promise<string> {
    const [row] = await this.query.query<{ id: string }>('select id from library where handle = $1', [handle]);
    if (row !== undefined) return row.id;
    const known = await this.query.query<{ handle: string }>('select handle from library order by handle limit 20');
    throw new PlatformError('NOT_FOUND', `There is no library "${handle}". There are: ${known.map((library) => library.handle).join(', ') || 'none yet'}.`, 'library');
  }

  private async person(email: string): Promise<string> {
    const [row] = await this.query.query<{ actor_id: string }>('select actor_id from person where lower(email) = lower($1)', [email.trim()]);
    if (row === undefined) throw new PlatformError('NOT_FOUND', `Nobody here has the e-mail address ${email}.`, 'email');
    return row.actor_id;
  }

  private async recordEverywhere(personId: string, action: string): Promise<void> {
    for (const { libraryId } of await this.staff.rolesGranted(this.query, personId))
      await this.audit.record(this.query, { libraryId, actorId: undefined, action, subjectKind: 'person', subjectId: personId });
  }
}
