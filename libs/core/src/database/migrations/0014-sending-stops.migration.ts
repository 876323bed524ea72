import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Functions that know one kind of stop more. */
export class SendingStops1700000000014 implements MigrationInterface {
  readonly name = 'SendingStops1700000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0014-sending-stops.sql'));
  }

  /** The functions stay: to the version before, which knows no such stop, they say what they said. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from stop where what = 'sending';
      alter table stop drop constraint stop_what_check;
      alter table stop add constraint stop_what_check check (what in ('listening', 'all'));
      drop function recall_replies(uuid, uuid), void_approvals(uuid[], text, text, uuid)`);
  }
}
