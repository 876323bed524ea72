import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** What staff bring in by hand, and where it comes from. */
export class BringIn1700000000023 implements MigrationInterface {
  readonly name = 'BringIn1700000000023';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0023-bring-in.sql'));
  }

  /** The lists of words stay: the version before writes fewer of them. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function note_brought_in(uuid, uuid, uuid, uuid, uuid, text, uuid), account_for_brought_in(uuid, text, text, uuid);
      drop table brought_in, brought_place;
      delete from table_kind where table_name in ('brought_in', 'brought_place');
      alter table post drop column brought_in;
    `);
  }
}
