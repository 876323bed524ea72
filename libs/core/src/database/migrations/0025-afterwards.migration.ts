import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** What a post of ours got, that we followed back, and that staff were told of a stop. */
export class Afterwards1700000000025 implements MigrationInterface {
  readonly name = 'Afterwards1700000000025';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0025-afterwards.sql'));
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone: restore a backup');
  }
}
