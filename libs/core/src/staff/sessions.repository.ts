import { Injectable } from '@nestjs/common';
import { Database, type ReadScope, newId } from '../database/index.js';

/** Where somebody is signed in: in a browser, by its cookie, or in another client, by a secret that it sends itself. */
export type SessionKind = 'browser' | 'client';

/** With which the secret of a client's session begins: no other secret is looked for among those. */
export const clientSessionPrefix = 'eas_';

export interface SessionRow {
  readonly id: string;
  readonly kind: SessionKind;
  /** What a client is called; null for a browser. */
  readonly client: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  async open(actorId: string, hash: Buffer, hours: number): Promise<string> {
    const id = newId();
    await this.database.as(actorId, (tx) =>
      tx.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + make_interval(hours => $4))`, [id, actorId, hash, hours]),
    );
    return id;
  }

  async openClient(actorId: string, hash: Buffer, { client, hours }: { readonly client: string; readonly hours: number }): Promise<{ id: string; expiresAt: Date }> {
    const [row] = await this.database.as(actorId, (tx) =>
      tx.query<{ id: string; expiresAt: Date }>(
        `insert into session(id, actor_id, hash, kind, client, expires_at) values ($1, $2, $3, 'client', $4, now() + make_interval(hours => $5)) returning id, expires_at as "expiresAt"`,
        [newId(), actorId, hash, client, hours],
      ),
    );
    if (row === undefined) throw new Error('a session was inserted and is not there');
    return row;
  }

  /** A client's that holds. @param used whether this is a use of it, for the list; nothing prolongs it. */
  async findClient(hash: Buffer, used: boolean): Promise<{ id: string; actorId: string } | undefined> {
    const [row] = await this.database.beforeSignIn<{ id: string; actorId: string }>('select session_id as id, actor_id as "actorId" from client_session_actor($1, $2)', [hash, used]);
    return row;
  }

  /** Of a browser's session that holds: neither ended nor expired, its person not deactivated. `age` is how many seconds of its time are gone since it was last prolonged. */
  async find(hash: Buffer, hours: number): Promise<{ id: string; actorId: string; age: number } | undefined> {
    const [row] = await this.database.beforeSignIn<{ session_id: string; actor_id: string; age: number }>(
      `select session_id, actor_id, extract(epoch from now() + make_interval(hours => $2) - expires_at)::float8 as age from session_actor($1)`,
      [hash, hours],
    );
    return row && { id: row.session_id, actorId: row.actor_id, age: row.age };
  }

  async prolong(actorId: string, id: string, hours: number): Promise<void> {
    await this.database.as(actorId, (tx) =>
      tx.query(`update session set last_seen_at = now(), expires_at = now() + make_interval(hours => $2) where id = $1 and actor_id = $3 and revoked_at is null`, [id, hours, actorId]),
    );
  }

  /** Ends one of the actor's own sessions. @returns whether there was one to end. */
  async revoke(actorId: string, id: string): Promise<boolean> {
    const rows = await this.database.as(actorId, (tx) =>
      tx.query(`update session set revoked_at = now() where id = $1 and actor_id = $2 and revoked_at is null returning id`, [id, actorId]),
    );
    return rows.length > 0;
  }

  async revokeOthers(actorId: string, but: string | undefined): Promise<number> {
    const rows = await this.database.as(actorId, (tx) =>
      tx.query(`update session set revoked_at = now() where actor_id = $1 and revoked_at is null and expires_at > now() and id is distinct from $2::uuid returning id`, [actorId, but ?? null]),
    );
    return rows.length;
  }

  listOpen(reads: ReadScope): Promise<SessionRow[]> {
    return reads.query<SessionRow>(
      `select id, kind, client, created_at as "createdAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt" from session
       where actor_id = $1 and revoked_at is null and expires_at > now() order by last_seen_at desc limit 100`,
      [reads.actor],
    );
  }
}
