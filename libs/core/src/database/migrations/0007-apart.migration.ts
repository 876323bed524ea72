import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

export class Apart1700000000007 implements MigrationInterface {
  readonly name = 'Apart1700000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0007-apart.sql'));
  }

  async down(): Promise<void> {
    throw new Error('there is no way back but the backup');
  }
}
