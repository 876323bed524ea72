import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../database/index.js';
import { Jobs, defineJob } from '../jobs/index.js';

/** As long as a delivery can be looked at, and had again. */
export const keptDays = 14;
const atOnce = 5_000;

export const forgetDeliveriesJob = defineJob({
  name: 'webhooks.forget', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 600, retry: { times: 2, firstSeconds: 60, longestSeconds: 300 }, alone: true, schedule: '23 * * * *',
});

/** Keeps the log of deliveries short. */
@Injectable()
export class WebhookChores {
  constructor(private readonly database: Database, jobs: Jobs) {
    jobs.handle(forgetDeliveriesJob, ({ abort }) => this.forget(abort));
  }

  async forget(abort: AbortSignal): Promise<void> {
    for (let gone = atOnce; gone === atOnce && !abort.aborted; ) {
      const [row] = await this.database.beforeJob<{ gone: number }>('select forget_webhook_deliveries($1, $2) as gone', [keptDays, atOnce]);
      gone = row?.gone ?? 0;
    }
  }
}
