import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Images that go with replies, and that an approval holds as it holds their words. */
export class Attachments1700000000026 implements MigrationInterface {
  readonly name = 'Attachments1700000000026';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0026-attachments.sql'));
  }

  async down(): Promise<void> {
    throw new Error('migrations are not undone: restore a backup');
  }
}
