import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Notices for people, how they want to be told, and what goes by mail. */
export class Notices1700000000018 implements MigrationInterface {
  readonly name = 'Notices1700000000018';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0018-notices.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function due_notice_mails(timestamptz, int), libraries_at_the_hour(timestamptz);
      drop table notice_policy, notice_preference, notice_delivery, notice;
      drop function step_notice();
      delete from table_kind where table_name in ('notice', 'notice_delivery', 'notice_preference', 'notice_policy')`);
  }
}
