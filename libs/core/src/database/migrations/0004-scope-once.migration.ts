import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

export class ScopeOnce1700000000004 implements MigrationInterface {
  readonly name = 'ScopeOnce1700000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0004-scope-once.sql'));
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone: restore a backup');
  }
}
