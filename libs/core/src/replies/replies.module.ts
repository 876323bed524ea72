import { type DynamicModule, Module } from '@nestjs/common';
import { systemClock } from '@earshot/plugin-sdk';
import { Database } from '../database/index.js';
import type { Logger } from '../logging/index.js';
import { Audit, Permissions } from '../staff/index.js';
import { Courier } from './courier.js';
import { Outbox } from './outbox.js';
import { OutboxRepository } from './outbox.repository.js';
import { RepliesRepository } from './replies.repository.js';
import { RepliesResolver } from './replies.resolver.js';
import { RepliesService } from './replies.service.js';
import { ReplyAlarm } from './reply-alarm.js';
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
    const clock = systemClock;
    return {
      module: RepliesModule,
      providers: [
        RepliesRepository,
        OutboxRepository,
        {
          provide: Outbox,
          inject: [Database, OutboxRepository, Senders, SentPosts],
          useFactory: (database: Database, replies: OutboxRepository, senders: Senders, sentPosts: SentPosts) =>
            new Outbox({ replies, courier: new Courier(senders, clock, log), sentPosts, alarm: new ReplyAlarm(database, clock, log), clock, log }),
        },
        {
          provide: RepliesService,
          inject: [Database, RepliesRepository, Permissions, Audit, Senders, Outbox],
          useFactory: (database: Database, replies: RepliesRepository, permissions: Permissions, audit: Audit, senders: Senders, outbox: Outbox) =>
            new RepliesService(database, replies, permissions, audit, senders, { clock, undoMs, approved: () => outbox.wake(), log }),
        },
        RepliesResolver,
      ],
      exports: [RepliesService, Outbox],
    };
  }
}
