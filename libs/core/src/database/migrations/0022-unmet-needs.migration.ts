import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Needs that could not be met, and were later. */
export class UnmetNeeds1700000000022 implements MigrationInterface {
  readonly name = 'UnmetNeeds1700000000022';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0022-unmet-needs.sql'));
  }

  /** The list of kinds stays: the version before writes fewer of them. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index outcome_unmet; alter table outcome drop column met_at, drop column met_by');
  }
}
