import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';
import { Jobs, defineJob } from '../jobs/index.js';
import { AccountNews, type AccountTrouble, PluginRegistry } from '../plugins/index.js';
import { type Occasion, occasionSchema } from './occasion.js';

export const tellJob = defineJob({
  name: 'notices.tell', data: occasionSchema, actsFor: 'library', atOnce: 1, deadlineSeconds: 60, retry: { times: 5, firstSeconds: 5, longestSeconds: 600 },
});

/** Tells staff elsewhere, by accounts whose plugin is a notifier, what happened: at least once, after the commit of what it is about, whose transaction it never fails. */
@Injectable()
export class Notices extends AccountNews {
  private readonly anyNotifier: boolean;

  constructor(
    private readonly jobs: Jobs,
    registry: PluginRegistry,
  ) {
    super();
    this.anyNotifier = registry.plugins.some(({ notifier }) => notifier !== undefined);
  }

  async needsSomebody(tx: Tx, libraryId: string, trouble: AccountTrouble): Promise<void> {
    if (trouble.what === 'quarantined') await this.tell(tx, libraryId, { what: trouble.what, channelId: trouble.channelId, key: `quarantined:${trouble.channelId}:${trouble.token}` });
    else await this.tell(tx, libraryId, { what: trouble.what, accountId: trouble.accountId, key: `${trouble.what}:${trouble.accountId}:${trouble.since.getTime()}` });
  }

  async tell(tx: Tx, libraryId: string, occasion: Occasion): Promise<void> {
    if (this.anyNotifier) await this.jobs.enqueue(tx, tellJob, occasion, { libraryId });
  }
}
