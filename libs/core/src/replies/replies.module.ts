import { type DynamicModule, Module } from '@nestjs/common';
import { systemClock } from '@earshot/plugin-sdk';
import { Database } from '../database/index.js';
import type { Logger } from '../logging/index.js';
import { Audit, Permissions } from '../staff/index.js';
import { Outbox } from './outbox.js';
import { RepliesResolver } from './replies.resolver.js';
import { RepliesService } from './replies.service.js';
import { Senders, SentPosts } from './senders.js';

export interface RepliesModuleOptions {
  /** How long after its approval a reply can still be taken back. */
  readonly undoMs: number;
  readonly log: Logger;
}

/** Answers, from draft to sent. Needs Senders and SentPosts of global modules. The composition root starts the outbox where this process has that role. */
@Module({})
export class RepliesModule {
  static forRoot({ undoMs, log }: RepliesModuleOptions): DynamicModule {
    return {
      module: RepliesModule,
      providers: [
        { provide: Outbox, inject: [Database, Senders, SentPosts], useFactory: (database: Database, senders: Senders, sent: SentPosts) => new Outbox(database, senders, sent, systemClock, log) },
        {
          provide: RepliesService,
          inject: [Database, Permissions, Audit, Senders, Outbox],
          useFactory: (database: Database, permissions: Permissions, audit: Audit, senders: Senders, outbox: Outbox) =>
            new RepliesService(database, permissions, audit, senders, { undoMs }, { clock: systemClock, approved: () => outbox.wake() }),
        },
        RepliesResolver,
      ],
      exports: [RepliesService, Outbox],
    };
  }
}
