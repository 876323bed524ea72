import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Signs by which a database shows that it was put back from a backup; replies of one conversation leave in order. */
export class PutBack1700000000016 implements MigrationInterface {
  readonly name = 'PutBack1700000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0016-put-back.sql'));
  }

  /** What asks whether a reply waits behind another stays, as does who asks it: to the version before, which knows no order, it does no harm. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function note_sent(timestamptz); alter table installation drop column cluster, drop column last_sent_at');
  }
}
