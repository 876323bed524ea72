import { Injectable } from '@nestjs/common';
import { Database, type ReadScope, newId } from '../database/index.js';

export interface SessionRow {
  readonly id: string;
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

  /** Of a session that holds: neither ended nor expired, its person not deactivated. `age` is how many seconds of its time are gone since it was last prolonged. */
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
      `select id, created_at as "createdAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt" from session
       where actor_id = $1 and revoked_at is null and expires_at > now() order by last_seen_at desc limit 100`,
      [reads.actor],
    );
  }
}
