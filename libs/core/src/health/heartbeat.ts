import { z } from 'zod';
import type { Secret } from '../config/index.js';
import type { Database } from '../database/index.js';
import { type Jobs, defineJob } from '../jobs/index.js';
import type { Logger } from '../logging/index.js';
import { guardedGet } from '../plugins/index.js';
import type { Readiness } from './readiness.js';

/** A job, so that one process of many calls, and none where the jobs stand still. */
const heartbeatJob = defineJob({
  name: 'health.heartbeat', data: z.strictObject({}), actsFor: 'installation', atOnce: 1, deadlineSeconds: 30, retry: { times: 0, firstSeconds: 1, longestSeconds: 1 }, alone: true, schedule: '* * * * *',
});

const waitMs = 10_000;

export interface HeartbeatParts {
  readonly url: Secret | undefined;
  readonly readiness: Pick<Readiness, 'look'>;
  readonly database: Database;
  readonly log: Logger;
}

/**
 * Calls an address each minute while all is well: this process is ready, and no channel has been due for five minutes without anybody reading it. What somebody
 * stopped is well. Whoever is called raises the alarm when no call comes: also where nobody here is left who could.
 */
export class Heartbeat {
  /** What was logged last, so that a monitor that is away fills no log. */
  private trouble: string | undefined;

  constructor(private readonly parts: HeartbeatParts, jobs: Jobs) {
    jobs.handle(heartbeatJob, () => this.beat());
  }

  /** Never rejects: a heartbeat that fails is nothing to try again, the next is due in a minute. */
  async beat(): Promise<void> {
    const url = this.parts.url?.reveal();
    if (url === undefined) return;
    const why = await this.whyNot();
    if (why !== undefined) return this.tell(`The heartbeat is held back: ${why}`);
    try {
      const status = await guardedGet(new URL(url), waitMs);
      if (status < 200 || status > 299) return this.tell(`The heartbeat was answered with ${status}`);
    } catch (error) {
      return this.tell('The heartbeat could not be sent', { error: nameOf(error) });
    }
    if (this.trouble !== undefined) this.parts.log.info('The heartbeat is sent again');
    this.trouble = undefined;
  }

  private async whyNot(): Promise<string | undefined> {
    const { ready, reasons } = await this.parts.readiness.look();
    if (!ready) return reasons[0];
    const [row] = await this.parts.database.listening((tx) =>
      tx.query<{ late: number }>(
        `select count(*)::int as late from channel c join account a on a.id = c.account_id
         where c.removed_at is null and a.removed_at is null and a.state = 'on' and c.state not in ('quarantined', 'stopped') and c.next_at < now() - interval '5 minutes'
           and (c.lease_until is null or c.lease_until < now()) and c.library_id not in (select stopped_libraries('listening'))`));
    return row === undefined || row.late === 0 ? undefined : 'channels have been due for five minutes and nobody reads them.';
  }

  private tell(trouble: string, facts: object = {}): void {
    if (this.trouble === trouble) return;
    this.trouble = trouble;
    this.parts.log.warn(trouble, facts);
  }
}

/** The class alone: a message may name the address, which is a secret. */
const nameOf = (error: unknown): string => {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : typeof error;
};
