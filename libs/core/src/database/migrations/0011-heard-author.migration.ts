import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** A view more: a process of the version before does not know of it. */
export class HeardAuthor1700000000011 implements MigrationInterface {
  readonly name = 'HeardAuthor1700000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0011-heard-author.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop view heard_author');
  }
}
