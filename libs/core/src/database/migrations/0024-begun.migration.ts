import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Posts of one's own, and the conversations that they begin. */
export class Begun1700000000024 implements MigrationInterface {
  readonly name = 'Begun1700000000024';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0024-begun.sql'));
  }

  /** What may be empty, and the list of states, stay: the version before writes fewer of them. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function begin_conversation; drop index reply_own_posts');
  }
}
