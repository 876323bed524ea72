import { Injectable } from '@nestjs/common';
import { type RemoteError, isRemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { Database, type Tx } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { Jobs, type JobRun, defineJob } from '../jobs/index.js';
import { HostOptions, PluginNotifiers } from '../plugins/index.js';
import { tellJob } from './notices.js';
import { mailJob } from './mail/mail.job.js';
import { wordsOf } from './notice-words.js';
import { type Occasion, occasionSchema } from './occasion.js';
import { holdingNoticePolicy } from './policy/notice-policy.row.js';
import { ToldPeople } from './told-people.js';

/** So often a network may ask for patience; it is asked again within a day each time. */
const mostPauses = 10;
const longestPauseMs = 86_400_000;
const shortestPauseMs = 1_000;
const hourMs = 3_600_000;

const sendJob = defineJob({
  name: 'notices.send', data: z.strictObject({ accountId: z.uuid(), occasion: occasionSchema, pauses: z.int().min(0) }), actsFor: 'library', atOnce: 2, deadlineSeconds: 60,
  // About a day.
  retry: { times: 18, firstSeconds: 30, longestSeconds: 7_200 }, outside: true,
});
type Sending = z.infer<typeof sendJob.data>;

/** One job finds who is to be told and writes people's notices, and each room is told by a job of its own: what fails for one is tried again for that one. */
@Injectable()
export class NoticeJobs {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly notifiers: PluginNotifiers,
    private readonly host: HostOptions,
    private readonly people: ToldPeople,
  ) {
    jobs.handle(tellJob, ({ data, library }) => this.tell(data, library));
    jobs.handle(sendJob, ({ data, library }) => this.send(data, library));
  }

  async tell(occasion: Occasion, library: JobRun<Occasion, 'library'>['library']): Promise<void> {
    const accounts = await this.notifiers.of(library.id);
    await this.database.working(library.actorId, async (tx) => {
      await this.people.tell(tx, library.id, occasion);
      // Rooms were told once already; it is for one person.
      if (occasion.what === 'approval-late') return;
      if (occasion.what === 'approval') await this.tellLater(tx, library.id, occasion);
      for (const accountId of accounts) await this.jobs.enqueue(tx, sendJob, { accountId, occasion, pauses: 0 }, { libraryId: library.id });
    });
    // The mails of the whole installation leave by one job, which is no library's to ask for. Where this is lost, the minute brings it.
    if (this.people.areMailed) await this.database.listening((tx) => this.jobs.enqueue(tx, mailJob, {}, {}));
  }

  /** Whoever stands in is told once it has waited for as long as the library wants. */
  private async tellLater(tx: Tx, libraryId: string, { replyId, conversationId, key }: Occasion & { readonly what: 'approval' }): Promise<void> {
    const { standIn } = await holdingNoticePolicy(tx, libraryId);
    if (standIn === null) return;
    const at = new Date(this.host.clock.now() + standIn.hours * hourMs);
    await this.jobs.enqueue(tx, tellJob, { what: 'approval-late', key: `late:${key}`, replyId, conversationId, to: standIn.id }, { libraryId, at });
  }

  /** @throws what is worth another try */
  async send(sending: Sending, library: JobRun<Sending, 'library'>['library']): Promise<void> {
    const { accountId, occasion } = sending;
    const words = await this.database.working(library.actorId, (tx) => wordsOf(tx, occasion));
    if (words === undefined) return;
    const link = new URL(words.path, this.host.publicUrl ?? 'http://localhost');
    try {
      await this.notifiers.notify(accountId, { title: words.title, body: words.body, link, key: occasion.key });
    } catch (error) {
      // Taken away or turned off since.
      if (error instanceof PlatformError && error.code === 'NOT_FOUND') return;
      if (!isRemoteError(error)) throw error;
      await this.heed(error, sending, library);
    }
  }

  private async heed(error: RemoteError, sending: Sending, library: JobRun<Sending, 'library'>['library']): Promise<void> {
    const { accountId, occasion, pauses } = sending;
    switch (error.kind) {
      case 'auth':
        return this.notifiers.signInAgain(accountId, error.message);
      case 'rejected':
      case 'invalid-data':
        return this.host.log.warn('a notice was refused, and is not tried again', { account: accountId, kind: error.kind, what: occasion.what });
      case 'rate-limited': {
        if (pauses >= mostPauses) throw error;
        const now = this.host.clock.now();
        const asked = (error.facts.retryAfter?.getTime() ?? Number.NaN) - now;
        const at = new Date(now + Math.min(longestPauseMs, Math.max(shortestPauseMs, Number.isNaN(asked) ? 60_000 : asked)));
        await this.database.working(library.actorId, (tx) => this.jobs.enqueue(tx, sendJob, { ...sending, pauses: pauses + 1 }, { libraryId: library.id, at }));
        return;
      }
      case 'unreachable':
      case 'cursor-lost':
      case 'outcome-unknown':
        throw error;
    }
  }
}
