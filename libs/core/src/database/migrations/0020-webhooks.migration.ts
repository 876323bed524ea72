import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Tables and functions more: a process of the version before works on beside it, and what it does is told to no webhook. */
export class Webhooks1700000000020 implements MigrationInterface {
  readonly name = 'Webhooks1700000000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0020-webhooks.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function note_deleted_conversations() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
      begin
        perform note_changes(coalesce(jsonb_agg(jsonb_build_object('library', library_id, 'kind', 'conversation', 'id', id, 'inherited', false)), '[]')) from gone;
        return null;
      end $$;
      drop function forget_webhook_deliveries(int, int), due_webhooks(int), note_webhook_events(jsonb), webhook_kind(text, uuid, uuid);
      drop table webhook_delivery, webhook_secret, webhook;
      delete from table_kind where table_name in ('webhook', 'webhook_secret', 'webhook_delivery')`);
  }
}
