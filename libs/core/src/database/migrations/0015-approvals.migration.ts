import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/** Quiet hours and signatures of libraries; replies that are changed, or taken back, once they are out; small answers. */
export class Approvals1700000000015 implements MigrationInterface {
  readonly name = 'Approvals1700000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0015-approvals.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from timeline where kind in ('amended', 'removed', 'liked', 'boosted');
      alter table timeline drop constraint timeline_kind_check;
      alter table timeline add constraint timeline_kind_check check (kind in ('opened', 'post', 'merged', 'claimed', 'released', 'assigned', 'snoozed', 'closed', 'reopened', 'hidden', 'shown',
        'tagged', 'untagged', 'noted', 'marked', 'drafted', 'approved', 'approval-voided', 'sent', 'send-failed', 'send-unknown', 'withdrawn', 'answered-back'));
      drop function contact_with_author(uuid, uuid, uuid[], timestamptz);
      alter table reply_policy drop column quiet_from, drop column quiet_until, drop column signature`);
  }
}
