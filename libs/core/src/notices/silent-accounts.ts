import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../database/index.js';
import { Jobs, defineJob } from '../jobs/index.js';
import { silenceSql } from '../plugins/index.js';
import { Notices } from './notices.js';

const silenceJob = defineJob({
  name: 'notices.silence', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 300, retry: { times: 0, firstSeconds: 1, longestSeconds: 1 }, alone: true, schedule: '*/5 * * * *',
});

/** Whoever was stopped, or not running, for long finds everything silent at first: what is still so this much later is. */
const stillSilent = `interval '9 minutes'`;

/** Written down as of now; the rows are those of whom staff are to be told. Of accounts that say themselves what is wrong they were told before. */
const noteSql = `
  with silent as (select s.id from (${silenceSql}) s where (s.late or s.blind) and s.health not in ('sign-in-again', 'failed')),
  over as (
    update account a set silent_noted_at = null, silent_told_at = null where a.silent_noted_at is not null and a.id not in (select id from silent)),
  noted as (
    update account a set silent_noted_at = now() where a.silent_noted_at is null and a.id in (select id from silent))
  update account a set silent_told_at = now() where a.silent_told_at is null and a.silent_noted_at <= now() - ${stillSilent} and a.id in (select id from silent)
  returning a.id as "accountId", a.library_id as "libraryId", a.silent_told_at as "toldAt"`;

/** Accounts that hear nothing though nothing failed: nothing happens there that could tell, so they are looked for every five minutes. Told once, until something is heard again. */
@Injectable()
export class SilentAccounts {
  constructor(jobs: Jobs, private readonly database: Database, private readonly notices: Notices) {
    jobs.handle(silenceJob, () => this.tell());
  }

  async tell(): Promise<void> {
    await this.database.listening(async (tx) => {
      const silent = await tx.query<{ accountId: string; libraryId: string; toldAt: Date }>(noteSql);
      for (const { accountId, libraryId, toldAt } of silent) await this.notices.tell(tx, libraryId, { what: 'silent', accountId, key: `silent:${accountId}:${toldAt.getTime()}` });
    });
  }
}
