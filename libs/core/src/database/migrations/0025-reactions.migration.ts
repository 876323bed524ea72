import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** How often what a library said was liked and passed on. */
export class Reactions1700000000025 implements MigrationInterface {
  readonly name = 'Reactions1700000000025';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0025-reactions.sql'));
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone: restore a backup');
  }
}
