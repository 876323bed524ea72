import { createRequire } from 'node:module';
import { AccountsModule } from '@earshot/core/accounts';
import { AdvisingModule } from '@earshot/core/advising';
import { BringingInModule } from '@earshot/core/bringing-in';
import { deriveSecret, ownAddress } from '@earshot/core/config';
import { ConversationsModule } from '@earshot/core/conversations';
import { DatabaseModule } from '@earshot/core/database';
import { EventsModule } from '@earshot/core/events';
import { FollowsModule, NetworkListsModule } from '@earshot/core/follows';
import { GraphqlModule } from '@earshot/core/graphql';
import { HandoverModule } from '@earshot/core/handover';
import { HealthModule } from '@earshot/core/health';
import { JobsApiModule, JobsModule } from '@earshot/core/jobs';
import { NoticesApiModule, NoticesModule } from '@earshot/core/notices';
import { LibrariesModule } from '@earshot/core/libraries';
import { ListeningApiModule, ListeningModule } from '@earshot/core/listening';
import { PrivacyModule } from '@earshot/core/privacy';
import { RepliesModule } from '@earshot/core/replies';
import { ReviewingModule } from '@earshot/core/reviewing';
import { StopsApiModule, StopsModule } from '@earshot/core/stops';
import { StaffModule } from '@earshot/core/staff';
import { StaffApiModule } from '@earshot/core/staff/api';
import { WebhooksModule } from '@earshot/core/webhooks';
import { type DynamicModule, Module } from '@nestjs/common';
import type { AppOptions } from './app-options.js';
import { HostModule } from './host.module.js';
import { Listening } from './listening.role.js';
import { sentMarkPath } from './database-signs.js';
import { suppressionPath } from './privacy-desk.js';
import { Working } from './working.role.js';

const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string };

/** Everything that this program is made of, put together in one place. */
@Module({})
export class AppModule {
  static forRoot(options: AppOptions): DynamicModule {
    const { config, logging, key, database, figures } = options;
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot(database),
        HealthModule.forRoot({ ...config.monitoring, version, figures, log: logging.logger('health') }),
        StaffModule.forRoot({ publicUrl: config.http.publicUrl, sessionHours: config.session.hours }),
        JobsModule.forRoot({ works: config.roles.includes('work'), log: logging.logger('jobs') }),
        HostModule.forRoot(options),
        StopsModule,
        NoticesModule.forRoot({ mail: config.mail, publicUrl: ownAddress(config.http), pushSecret: deriveSecret(key, 'push'), log: logging.logger('notices') }),
        ListeningModule.forRoot({ suppressionKey: deriveSecret(key, 'suppression'), log: logging.logger('listening'), counted: (counts) => figures.posts(counts) }),
        LibrariesModule,
        EventsModule,
        StopsApiModule,
        JobsApiModule,
        NoticesApiModule,
        AccountsModule,
        FollowsModule,
        NetworkListsModule,
        ReviewingModule,
        ConversationsModule,
        ListeningApiModule,
        PrivacyModule.forRoot({ suppressionKey: deriveSecret(key, 'suppression'), journalPath: suppressionPath(config), log: logging.logger('privacy') }),
        AdvisingModule,
        RepliesModule.forRoot({ undoMs: config.replies.undoSeconds * 1_000, sentMarkPath: sentMarkPath(config), log: logging.logger('replies') }),
        WebhooksModule.forRoot({ log: logging.logger('webhooks') }),
        HandoverModule,
        BringingInModule,
        StaffApiModule,
        GraphqlModule.forRoot({ depth: config.query.depth, cost: config.query.cost, answered: (kind, outcome, seconds) => figures.answered(kind, outcome, seconds) }),
      ],
      providers: [Listening, Working],
    };
  }
}
