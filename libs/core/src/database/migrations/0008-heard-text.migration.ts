import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

export class HeardText1700000000008 implements MigrationInterface {
  readonly name = 'HeardText1700000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0008-heard-text.sql'));
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone: restore a backup');
  }
}
