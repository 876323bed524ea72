import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Staff are told of an account that hears nothing though nothing failed. */
export class Silence1700000000029 implements MigrationInterface {
  readonly name = 'Silence1700000000029';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0029-silence.sql'));
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone: restore a backup');
  }
}
