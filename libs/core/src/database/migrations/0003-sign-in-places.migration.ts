import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Beside what is there: a process of the version before goes on counting as it did. */
export class SignInPlaces1700000000003 implements MigrationInterface {
  readonly name = 'SignInPlaces1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0003-sign-in-places.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop function sign_in_place_known(text), sign_in_succeeded(text, text[]); drop table sign_in_place; delete from table_kind where table_name = 'sign_in_place'`);
  }
}
