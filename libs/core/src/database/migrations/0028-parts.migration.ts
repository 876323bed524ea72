import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Answers in several parts. */
export class Parts1700000000028 implements MigrationInterface {
  readonly name = 'Parts1700000000028';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0028-parts.sql'));
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone: restore a backup');
  }
}
