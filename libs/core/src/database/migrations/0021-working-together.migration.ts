import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** A table, functions, a guard and a few words more: a process of the version before works on beside it, shows nobody present and hands nothing over. */
export class WorkingTogether1700000000021 implements MigrationInterface {
  readonly name = 'WorkingTogether1700000000021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0021-working-together.sql'));
  }

  /** What was handed over stays with whoever has it, as a part of a thread that they hear; the version before has no word for how it came there. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger leaver_approves_nothing on reply;
      drop function leaver_approves_nothing(), hand_on_conversations(uuid, uuid, uuid[], uuid, text), void_leavers_approvals(uuid, uuid), heard_cause(text, jsonb), hand_over_thread(uuid, uuid, uuid, uuid, text, text, text);
      drop view present;
      drop function say_presence(uuid, text);
      drop table presence;
      delete from table_kind where table_name = 'presence';
      delete from timeline where kind in ('handed-over', 'given-back');
      delete from hearing h using hearing o where h.cause = 'handed-over' and o.conversation_id = h.conversation_id and o.cause = 'thread' and o.follow_id is null;
      update hearing set cause = 'thread', routed_by = null where cause = 'handed-over';
      do $$
      declare c record;
      begin
        for c in select r.relname, k.conname, pg_get_constraintdef(k.oid) as def from pg_constraint k join pg_class r on r.oid = k.conrelid where k.conname in ('timeline_kind_check', 'hearing_cause_check') loop
          execute format('alter table %I drop constraint %I, add constraint %I %s', c.relname, c.conname, c.conname, regexp_replace(c.def, '''(handed-over|given-back)''::text, ', '', 'g'));
        end loop;
      end $$`);
  }
}
