import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/**
 * Two tables, and advice by no account. A process of the version before works on beside it; what advisors of the house found it shows as far as it
 * knows them, and asks whether one can have what was suggested of accounts alone.
 */
export class SavedAnswers1700000000017 implements MigrationInterface {
  readonly name = 'SavedAnswers1700000000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0017-saved-answers.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger answer_follows_reply on reply;
      drop function answer_follows_reply();
      delete from advice where house is not null;
      alter table suggestion drop column answer_id;
      alter table suggestion alter column cite set not null;
      alter table advice drop constraint advice_need_check;
      alter table advice drop column house;
      alter table advice add constraint advice_need_check check (length(need) between 1 and 500);
      alter table advice alter column account_id set not null;
      drop table saved_answer_hiding, saved_answer;
      delete from table_kind where table_name in ('saved_answer_hiding', 'saved_answer')`);
  }
}
