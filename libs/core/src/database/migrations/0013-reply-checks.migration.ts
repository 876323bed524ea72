import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Functions, indexes, a table and a column more: a process of the version before works on beside it, and checks less. */
export class ReplyChecks1700000000013 implements MigrationInterface {
  readonly name = 'ReplyChecks1700000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0013-reply-checks.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index reply_sent_by, reply_same_words;
      alter table reply drop column written_by;
      drop table reply_policy;
      delete from table_kind where table_name = 'reply_policy';
      drop function contact_with_author(uuid, uuid, uuid, timestamptz), post_addresses_us(uuid)`);
  }
}
