import { type DynamicModule, Module } from '@nestjs/common';
import { systemClock } from '@earshot/plugin-sdk';
import { ConversationsModule, LookAgain } from '../conversations/index.js';
import { Database } from '../database/index.js';
import type { Logger } from '../logging/index.js';
import { Audit, Permissions } from '../staff/index.js';
import { Courier } from './courier.js';
import { Outbox } from './outbox.js';
import { OutboxRepository } from './outbox.repository.js';
import { ReplyPolicies } from './policy/reply-policies.js';
import { ReplyPolicyResolver } from './policy/reply-policy.resolver.js';
import { RepliesRepository } from './replies.repository.js';
import { RepliesResolver } from './replies.resolver.js';
import { ReplyEdgesResolver } from './reply-edges.resolver.js';
import { type RepliesAround, RepliesService } from './replies.service.js';
import { ReplyAlarm } from './reply-alarm.js';
import { Links } from './links.js';
import { type ChecksAround, ReplyChecks } from './checks/reply-checks.js';
import { ReplyChecksResolver } from './checks/reply-checks.resolver.js';
import { Senders, SentPosts } from './senders.js';
import { Classifiers } from '../understanding/index.js';

const around = Symbol('what is around the service of replies');
const aroundChecks = Symbol('what is around the checks of replies');

export interface RepliesModuleOptions {
  /** How long after its approval a reply can still be taken back. */
  readonly undoMs: number;
  readonly log: Logger;
}

/** Answers, from draft to sent. Needs Senders, SentPosts, Links, Classifiers and LookAgain of global modules. The composition root starts the outbox where this process has that role. */
@Module({})
export class RepliesModule {
  static forRoot({ undoMs, log }: RepliesModuleOptions): DynamicModule {
    const clock = systemClock;
    return {
      module: RepliesModule,
      imports: [ConversationsModule],
      providers: [
        RepliesRepository,
        ReplyPolicies,
        OutboxRepository,
        {
          provide: Outbox,
          inject: [Database, OutboxRepository, Senders, SentPosts],
          useFactory: (database: Database, replies: OutboxRepository, senders: Senders, sentPosts: SentPosts) =>
            new Outbox({ replies, courier: new Courier(senders, clock, log), sentPosts, alarm: new ReplyAlarm(database, clock, log), now: () => database.now(), clock, log }),
        },
        {
          provide: aroundChecks,
          inject: [Senders, Links, Classifiers, ReplyPolicies],
          useFactory: (senders: Senders, links: Links, classifiers: Classifiers, policies: ReplyPolicies): ChecksAround => ({ senders, links, classifiers, policies }),
        },
        {
          provide: ReplyChecks,
          inject: [Database, RepliesRepository, Permissions, aroundChecks],
          useFactory: (database: Database, replies: RepliesRepository, permissions: Permissions, told: ChecksAround) => new ReplyChecks(database, replies, permissions, told),
        },
        {
          provide: around,
          inject: [Database, LookAgain, Outbox, ReplyChecks],
          useFactory: (database: Database, lookAgain: LookAgain, outbox: Outbox, checks: ReplyChecks): RepliesAround => ({ now: () => database.now(), undoMs, lookAgain, checks, approved: () => outbox.wake(), log }),
        },
        {
          provide: RepliesService,
          inject: [Database, RepliesRepository, Permissions, Audit, Senders, around],
          useFactory: (database: Database, replies: RepliesRepository, permissions: Permissions, audit: Audit, senders: Senders, told: RepliesAround) => new RepliesService(database, replies, permissions, audit, senders, told),
        },
        RepliesResolver,
        ReplyEdgesResolver,
        ReplyChecksResolver,
        ReplyPolicyResolver,
      ],
      exports: [RepliesService, Outbox],
    };
  }
}
