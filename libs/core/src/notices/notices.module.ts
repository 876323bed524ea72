import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '../config/index.js';
import { Database } from '../database/index.js';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
import type { Logger } from '../logging/index.js';
import { AccountNews } from '../plugins/index.js';
import { StopNews } from '../stops/index.js';
import { NoticeModel } from './api/notice.model.js';
import { NoticesRepository } from './api/notices.repository.js';
import { NoticesResolver } from './api/notices.resolver.js';
import { NoticesService } from './api/notices.service.js';
import { DeliveriesRepository } from './mail/deliveries.repository.js';
import { MailJob } from './mail/mail.job.js';
import { MailServer } from './mail/mail-server.js';
import { NoticeMailer } from './mail/notice-mailer.js';
import { PushCourier } from './push/push-courier.js';
import { PushOutbox } from './push/push-outbox.repository.js';
import { PushSubscriptionsRepository } from './push/push-subscriptions.repository.js';
import { PushSubscriptionsResolver } from './push/push-subscriptions.resolver.js';
import { PushSubscriptionsService } from './push/push-subscriptions.service.js';
import { PushWorkerController } from './push/push-worker.controller.js';
import { VapidKey } from './push/vapid-key.js';
import { NoticeOptions } from './notice-options.js';
import { NoticeJobs } from './notice.jobs.js';
import { Notices } from './notices.js';
import { NoticePolicies } from './policy/notice-policies.js';
import { NoticePolicyResolver } from './policy/notice-policy.resolver.js';
import { NoticePreferencesResolver } from './preferences/notice-preferences.resolver.js';
import { NoticePreferencesService } from './preferences/notice-preferences.service.js';
import { Rounds } from './rounds.js';
import { SilentAccounts } from './silent-accounts.js';
import { StopsAtMachine } from './stops-at-machine.js';
import { ToldPeople } from './told-people.js';

export interface NoticesModuleOptions {
  readonly mail: Config['mail'];
  readonly publicUrl: string | undefined;
  /** Of which the key for push services is made: 32 bytes, base64url. */
  readonly pushSecret: string;
  readonly log: Logger;
}

/** Staff are told what happened. Global: whatever happens may be worth a notice. Needs the host of the plugins and the jobs. */
@Module({})
export class NoticesModule {
  static forRoot({ mail, publicUrl, pushSecret, log }: NoticesModuleOptions): DynamicModule {
    const server = mail === undefined ? undefined : new MailServer(mail.url, mail.from);
    const vapid = new VapidKey(pushSecret, contactOf(publicUrl, mail?.from));
    return {
      module: NoticesModule, global: true,
      providers: [
        { provide: NoticeOptions, inject: [Database], useFactory: (database: Database) => new NoticeOptions({ mail: server, publicUrl, vapid, log, now: () => database.now() }) },
        ToldPeople, Notices, NoticeJobs, Rounds, DeliveriesRepository, NoticeMailer, MailJob, StopsAtMachine, SilentAccounts, PushOutbox, PushCourier,
        { provide: AccountNews, useExisting: Notices }, { provide: StopNews, useExisting: Notices },
      ],
      exports: [Notices, AccountNews, StopNews, NoticeOptions, PushCourier],
    };
  }
}

/** To whom a push service may turn. Some take nothing where that is neither encrypted nor a mailbox. */
const contactOf = (publicUrl: string | undefined, from: string | undefined): string | undefined => {
  if (publicUrl?.startsWith('https:') === true) return publicUrl;
  const address = from && (/<([^<>]+)>/.exec(from)?.[1] ?? from);
  return address && `mailto:${address}`;
};

/** What people see of it, and how they want to be told. */
@Module({
  imports: [LibrariesModule],
  controllers: [PushWorkerController],
  providers: [NoticesRepository, NoticesService, NoticesResolver, NoticePreferencesService, NoticePreferencesResolver, NoticePolicies, NoticePolicyResolver, PushSubscriptionsRepository, PushSubscriptionsService, PushSubscriptionsResolver, libraryEdge(NoticeModel, 'The library where it happened.')],
})
export class NoticesApiModule {}
