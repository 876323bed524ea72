import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** The browsers in which people are told, and what is on its way to them. */
export class Push1700000000027 implements MigrationInterface {
  readonly name = 'Push1700000000027';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0027-push.sql'));
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone: restore a backup');
  }
}
