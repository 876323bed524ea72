import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../database/index.js';
import type { Role, TokenScope } from './actor.js';
import type { Queryable } from './permissions.js';

export interface ActorRow {
  readonly id: string;
  readonly kind: 'person' | 'token' | 'system';
  /** Null for the system, and for a token that the reader does not administer. */
  readonly name: string | null;
}

export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly createdAt: Date;
  readonly deactivatedAt: Date | null;
}

export interface GrantRow {
  readonly actorId: string;
  readonly libraryId: string;
  readonly role: Role;
  readonly grantedAt: Date;
}

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly libraryId: string;
  readonly scopes: readonly TokenScope[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface AuditRow {
  readonly id: string;
  readonly libraryId: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string | null;
  readonly at: Date;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A piece of a list: what follows the condition on the library, as `Keyset` and `Page` write it. */
export interface ListTail {
  readonly select: string;
  readonly after: string;
  readonly orderBy: string;
  readonly limit: number;
}

const personColumns = `p.actor_id as id, p.name, p.email, p.created_at as "createdAt", a.deactivated_at as "deactivatedAt"`;

/** Reads staff as far as the reader may see them. */
@Injectable()
export class StaffReader {
  actors(reads: ReadScope, ids: readonly string[]): Promise<ActorRow[]> {
    return reads.prepared<ActorRow>(
      `select a.id, a.kind, coalesce(p.name, t.name) as name from actor a
       left join person p on p.actor_id = a.id left join token t on t.actor_id = a.id where a.id = any($1::uuid[])`,
      [ids],
    );
  }

  persons(reads: ReadScope, ids: readonly string[]): Promise<PersonRow[]> {
    return reads.prepared<PersonRow>(`select ${personColumns} from person p join actor a on a.id = p.actor_id where p.actor_id = any($1::uuid[])`, [ids]);
  }

  grants(reads: Queryable, actorIds: readonly string[]): Promise<GrantRow[]> {
    return reads.query<GrantRow>(
      `select actor_id as "actorId", library_id as "libraryId", role, granted_at as "grantedAt" from actor_role where actor_id = any($1::uuid[]) order by granted_at, library_id`,
      [actorIds],
    );
  }

  /** Who has a role at this library, granted there or above it. `$1` is the library. */
  staffAt<Row extends PersonRow>(reads: Queryable, parameters: readonly unknown[], tail: ListTail): Promise<Row[]> {
    return reads.query<Row>(
      `select ${personColumns}, ${tail.select} from actor_scope s join person p on p.actor_id = s.actor_id join actor a on a.id = p.actor_id
       where s.library_id = $1 ${tail.after} ${tail.orderBy} limit ${tail.limit}`,
      parameters,
    );
  }

  tokensAt<Row extends TokenRow>(reads: Queryable, parameters: readonly unknown[], tail: ListTail): Promise<Row[]> {
    return reads.query<Row>(
      `select t.actor_id as id, t.name, t.library_id as "libraryId", t.scopes, t.created_by as "createdBy", t.created_at as "createdAt", t.expires_at as "expiresAt",
         t.last_used_at as "lastUsedAt", t.revoked_at as "revokedAt", ${tail.select}
       from token t where t.library_id = $1 ${tail.after} ${tail.orderBy} limit ${tail.limit}`,
      parameters,
    );
  }

  auditOf<Row extends AuditRow>(reads: Queryable, parameters: readonly unknown[], tail: ListTail): Promise<Row[]> {
    return reads.query<Row>(
      `select a.id, a.library_id as "libraryId", a.actor_id as "actorId", a.action, a.subject_kind as "subjectKind", a.subject_id as "subjectId", a.at, a.detail, ${tail.select}
       from audit a where a.library_id = $1 ${tail.after} ${tail.orderBy} limit ${tail.limit}`,
      parameters,
    );
  }
}
