import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Another body for the same answers: a process of the version before goes on as it did. */
export class SearchConfig1700000000006 implements MigrationInterface {
  readonly name = 'SearchConfig1700000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0006-search-config.sql'));
  }

  /** Both answer the same. */
  async down(): Promise<void> {}
}
