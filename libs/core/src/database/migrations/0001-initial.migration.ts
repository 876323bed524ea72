import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

export class Initial1700000000001 implements MigrationInterface {
  readonly name = 'Initial1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0001-initial.sql'));
  }

  /** There is no way back from the first schema but an empty database. */
  async down(): Promise<void> {
    throw new Error('the first migration cannot be undone: drop the database');
  }
}
