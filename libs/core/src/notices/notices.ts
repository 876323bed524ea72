import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';
import { Jobs, defineJob } from '../jobs/index.js';
import { AccountNews, type AccountTrouble } from '../plugins/index.js';
import type { StopNews } from '../stops/index.js';
import { type Occasion, occasionSchema } from './occasion.js';

export const tellJob = defineJob({
  name: 'notices.tell', data: occasionSchema, actsFor: 'library', atOnce: 1, deadlineSeconds: 60, retry: { times: 5, firstSeconds: 5, longestSeconds: 600 },
});

/**
 * Tells staff what happened: each of those whom it concerns, as they want to be told, and rooms elsewhere, by accounts whose plugin is a notifier. At least
 * once, after the commit of what it is about, whose transaction it never fails. `docs/notices.md` says who is told of what.
 */
@Injectable()
export class Notices extends AccountNews implements StopNews {
  constructor(private readonly jobs: Jobs) {
    super();
  }

  async needsSomebody(tx: Tx, libraryId: string, trouble: AccountTrouble): Promise<void> {
    if (trouble.what === 'quarantined') await this.tell(tx, libraryId, { what: trouble.what, channelId: trouble.channelId, key: `quarantined:${trouble.channelId}:${trouble.token}` });
    else await this.tell(tx, libraryId, { what: trouble.what, accountId: trouble.accountId, key: `${trouble.what}:${trouble.accountId}:${trouble.since.getTime()}` });
  }

  /** The staff of each library below are told by it, or those of all. */
  async stopped(tx: Tx, { stopId, libraryId }: { readonly stopId: string; readonly libraryId: string | null }): Promise<void> {
    const below = await tx.query<{ id: string }>('select library_id as id from library_line where ancestor_id = $1 or ($1 is null and distance = 0) order by distance, library_id', [libraryId]);
    for (const { id } of below) await this.tell(tx, id, { what: 'stopped', stopId, key: `stopped:${stopId}` });
  }

  /** For any feature, in the transaction of what it tells of. */
  async tell(tx: Tx, libraryId: string, occasion: Occasion): Promise<void> {
    await this.jobs.enqueue(tx, tellJob, occasion, { libraryId });
  }
}
