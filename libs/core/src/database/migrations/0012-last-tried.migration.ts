import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** A column more, which a process of the version before leaves empty. */
export class LastTried1700000000012 implements MigrationInterface {
  readonly name = 'LastTried1700000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0012-last-tried.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table reply drop column last_tried_at');
  }
}
