import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Two columns and a function more: a process of the version before works on beside it, and takes no session of a client. */
export class ClientSessions1700000000019 implements MigrationInterface {
  readonly name = 'ClientSessions1700000000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0019-client-sessions.sql'));
  }

  /** The sessions of clients end: without the column they would be a browser's. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function client_session_actor(bytea, boolean);
      delete from session where kind = 'client';
      create or replace function session_actor(of_hash bytea) returns table(session_id uuid, actor_id uuid, expires_at timestamptz)
        language sql security definer set search_path = public, pg_temp as $$
        select s.id, s.actor_id, s.expires_at from session s join actor a on a.id = s.actor_id
        where s.hash = of_hash and s.revoked_at is null and s.expires_at > now() and a.deactivated_at is null $$;
      alter table session drop column client, drop column kind`);
  }
}
