import { Injectable } from '@nestjs/common';
import { PlatformError } from '../errors/index.js';
import type { Tx } from '../database/index.js';
import { type Actor, type Role, type TokenScope, reaches } from './actor.js';

/** Where one can ask: a transaction, or the read scope of a request. */
export type Queryable = Pick<Tx, 'query'>;

/** What an operation asks of whoever calls it. */
export interface Needed {
  /** What a token must have been given; says nothing of persons. */
  readonly scope: TokenScope;
  readonly role?: Role;
  /** Refuses every token: approving a reply, making tokens and staff. */
  readonly person?: true;
}

/** Decides who may do what, where. Row-level security repeats the coarse half of it underneath. */
@Injectable()
export class Permissions {
  /**
   * For services, inside their transaction.
   * @throws PlatformError FORBIDDEN; NOT_FOUND where the actor has no role at that library at all, so that nobody learns of libraries by asking.
   */
  async require(query: Queryable, actor: Actor, libraryId: string, needed: Needed): Promise<void> {
    this.requireKind(actor, needed);
    const [role] = await this.rolesAt(query, actor, [libraryId]);
    this.requireRole(role, needed.role ?? 'observer');
  }

  /** The half that needs no database: what this kind of actor, or this token, may do at all. */
  requireKind(actor: Actor, needed: Needed): void {
    if (actor.kind === 'token' && needed.person) throw new PlatformError('FORBIDDEN', 'Only a person may do this, not a token.');
    if (actor.kind === 'token' && !actor.scopes?.includes(needed.scope))
      throw new PlatformError('FORBIDDEN', `This token was not given the scope "${needed.scope}".`);
  }

  requireRole(role: Role | undefined, least: Role): void {
    if (role === undefined) throw new PlatformError('NOT_FOUND', 'There is no such library, or you have no role there.');
    if (!reaches(role, least)) throw new PlatformError('FORBIDDEN', `This needs the role ${least}; yours is ${role}.`);
  }

  /** The actor's role at each of these libraries, in their order. */
  async rolesAt(query: Queryable, actor: Actor, libraryIds: readonly string[]): Promise<readonly (Role | undefined)[]> {
    const rows = await query.query<{ library_id: string; role: Role }>(
      'select library_id, role from actor_scope where actor_id = $1 and library_id = any($2::uuid[])',
      [actor.id, libraryIds],
    );
    const found = new Map(rows.map((row) => [row.library_id, row.role]));
    return libraryIds.map((id) => found.get(id));
  }

  /** The strongest role that the actor has anywhere. */
  async strongest(query: Queryable, actor: Actor): Promise<Role | undefined> {
    const [row] = await query.query<{ role: Role }>('select role from actor_scope where actor_id = $1 order by role_weight(role) desc limit 1', [actor.id]);
    return row?.role;
  }
}
