import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

export class Stops1700000000002 implements MigrationInterface {
  readonly name = 'Stops1700000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0002-stops.sql'));
  }

  /** What was stopped would go on. */
  async down(): Promise<void> {
    throw new Error('no migration is undone: restore a backup from before');
  }
}
