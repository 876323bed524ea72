import { Injectable } from '@nestjs/common';
import { newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Role } from './actor.js';
import type { Queryable } from './permissions.js';
import type { Invitation, TokenWish } from './input.js';

const linkHours = 72;
const uniqueViolation = '23505';

/** Somebody of this installation has the e-mail address already, perhaps at a library that the caller does not see. */
export class EmailTaken extends PlatformError {
  constructor(cause: unknown) {
    super('CONFLICT', 'Somebody has this e-mail address already.', 'email', { cause });
  }
}

/** Rows of staff, for whoever asks with the right to: a service as the application, the command line as the owner. */
@Injectable()
export class StaffRepository {
  /** @throws EmailTaken, after which the transaction can only be rolled back. */
  async addPerson(tx: Queryable, person: Pick<Invitation, 'email' | 'name'>, passwordHash: string | null): Promise<string> {
    const id = newId();
    await tx.query(`insert into actor(id, kind) values ($1, 'person')`, [id]);
    try {
      await tx.query('insert into person(actor_id, email, name, password_hash) values ($1, $2, $3, $4)', [id, person.email, person.name, passwordHash]);
      return id;
    } catch (error) {
      throw (error as { code?: string }).code === uniqueViolation ? new EmailTaken(error) : error;
    }
  }

  async grant(tx: Queryable, actorId: string, libraryId: string, role: Role, by: string | undefined): Promise<void> {
    await tx.query(
      `insert into actor_role(actor_id, library_id, role, granted_by) values ($1, $2, $3, $4)
       on conflict (actor_id, library_id) do update set role = excluded.role`,
      [actorId, libraryId, role, by ?? null],
    );
  }

  async ungrant(tx: Queryable, actorId: string, libraryId: string): Promise<boolean> {
    return (await tx.query('delete from actor_role where actor_id = $1 and library_id = $2 returning actor_id', [actorId, libraryId])).length > 0;
  }

  async roleGrantedAt(tx: Queryable, actorId: string, libraryId: string): Promise<Role | undefined> {
    const [row] = await tx.query<{ role: Role }>('select role from actor_role where actor_id = $1 and library_id = $2', [actorId, libraryId]);
    return row?.role;
  }

  async rolesGranted(tx: Queryable, actorId: string): Promise<readonly { libraryId: string; role: Role }[]> {
    return tx.query(`select library_id as "libraryId", role from actor_role where actor_id = $1 order by library_id`, [actorId]);
  }

  async addPasswordLink(tx: Queryable, actorId: string, hash: Buffer, by: string | undefined): Promise<void> {
    await tx.query(`insert into password_link(hash, actor_id, made_by, until) values ($1, $2, $3, now() + make_interval(hours => $4))`, [hash, actorId, by ?? null, linkHours]);
  }

  /** Of a person, and with them of what they made: a token does not outlive its maker's rights. */
  async deactivate(tx: Queryable, actorId: string): Promise<boolean> {
    const ended = await tx.query('update actor set deactivated_at = now() where id = $1 and deactivated_at is null returning id', [actorId]);
    if (ended.length > 0) await tx.query('update token set revoked_at = now() where created_by = $1 and revoked_at is null', [actorId]);
    return ended.length > 0;
  }

  /** Tokens where their maker is administrator no longer: none may do what its maker may not. */
  async endTokensBeyondMaker(tx: Queryable, makerId: string): Promise<void> {
    await tx.query(
      `update token t set revoked_at = now() where t.created_by = $1 and t.revoked_at is null
         and not exists (select 1 from actor_scope s where s.actor_id = $1 and s.library_id = t.library_id and s.role = 'administrator')`,
      [makerId],
    );
  }

  async addToken(tx: Queryable, wish: TokenWish, at: { readonly libraryId: string; readonly hash: Buffer; readonly by: string }): Promise<string> {
    const id = newId();
    await tx.query(`insert into actor(id, kind) values ($1, 'token')`, [id]);
    await tx.query(
      `insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7))`,
      [id, at.libraryId, wish.name, at.hash, wish.scopes, at.by, wish.days],
    );
    await this.grant(tx, id, at.libraryId, wish.role, at.by);
    return id;
  }

  /** @returns the library of the token that was ended now; undefined where there is none to end. */
  async revokeToken(tx: Queryable, id: string): Promise<string | undefined> {
    const [row] = await tx.query<{ library_id: string }>('update token set revoked_at = now() where actor_id = $1 and revoked_at is null returning library_id', [id]);
    return row?.library_id;
  }
}
