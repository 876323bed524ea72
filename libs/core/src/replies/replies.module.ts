import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { systemClock } from '@earshot/plugin-sdk';
import { AttachmentsModule, AttachmentsRepository } from '../attachments/index.js';
import { ConversationsModule, LookAgain, TriageDesk } from '../conversations/index.js';
import { Database } from '../database/index.js';
import type { Logger } from '../logging/index.js';
import { Notices } from '../notices/index.js';
import { Audit, Permissions } from '../staff/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { Courier } from './courier.js';
import { OwnPosts } from './own-posts.js';
import { OwnPostsResolver } from './own-posts.resolver.js';
import { Outbox } from './outbox.js';
import { OutboxRepository } from './outbox.repository.js';
import { ReplyPolicies } from './policy/reply-policies.js';
import { ReplyPolicyResolver } from './policy/reply-policy.resolver.js';
import { PartsRepository } from './parts.repository.js';
import { RepliesRepository } from './replies.repository.js';
import { RepliesResolver } from './replies.resolver.js';
import { ReplyWorkActorResolver, ReplyWorkResolver } from './colleagues/reply-work.resolver.js';
import { ReplyEdgesResolver } from './reply-edges.resolver.js';
import { RepliesService } from './replies.service.js';
import { ReplyAttachments } from './attached/reply-attachments.js';
import { ReplyAttachmentsEdgeResolver, ReplyAttachmentsResolver } from './attached/reply-attachments.resolver.js';
import { ReplyApprovals } from './reply-approvals.js';
import { ReplyApprovalsResolver } from './reply-approvals.resolver.js';
import { ReplyParts } from './reply-parts.js';
import { ReplyPartsResolver } from './reply-parts.resolver.js';
import { ReplyDecisions } from './reply-decisions.js';
import { ReplyDesk } from './reply-desk.js';
import { SentMark } from './sent-mark.js';
import { SentReplies } from './sent-replies.js';
import { SentRepliesResolver } from './sent-replies.resolver.js';
import { SmallAnswers } from './small-answers.js';
import { ReplyAlarm } from './reply-alarm.js';
import { Links } from './links.js';
import { type ChecksAround, ReplyChecks } from './checks/reply-checks.js';
import { ReplyChecksResolver } from './checks/reply-checks.resolver.js';
import { Senders, SentPosts } from './senders.js';
import { Classifiers } from '../understanding/index.js';

const aroundChecks = Symbol('what is around the checks of replies');

export interface RepliesModuleOptions {
  /** How long after its approval a reply can still be taken back. */
  readonly undoMs: number;
  /** The file that holds when something was sent the last time. */
  readonly sentMarkPath: string;
  readonly log: Logger;
}

/** Answers, from draft to sent. Needs Senders, SentPosts, Links, Classifiers and LookAgain of global modules. The composition root starts the outbox where this process has that role. */
@Module({})
export class RepliesModule {
  static forRoot({ undoMs, sentMarkPath, log }: RepliesModuleOptions): DynamicModule {
    const clock = systemClock;
    return {
      module: RepliesModule,
      imports: [AttachmentsModule, ConversationsModule, StaffApiModule],
      providers: [
        RepliesRepository,
        PartsRepository,
        ReplyPolicies,
        OutboxRepository,
        {
          provide: Outbox,
          inject: [Database, OutboxRepository, Senders, SentPosts],
          useFactory: (database: Database, replies: OutboxRepository, senders: Senders, sentPosts: SentPosts) =>
            new Outbox({ replies, courier: new Courier(senders, clock, log), sentPosts, alarm: new ReplyAlarm(database, clock, log), sentMark: new SentMark(sentMarkPath, log), now: () => database.now(), clock, log }),
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
        ...atTheDesk({ undoMs, log }),
        RepliesResolver,
        OwnPostsResolver,
        ReplyPartsResolver,
        ReplyApprovalsResolver,
        SentRepliesResolver,
        ReplyAttachmentsResolver,
        ReplyAttachmentsEdgeResolver,
        ReplyEdgesResolver,
        ReplyChecksResolver,
        ReplyWorkResolver,
        ReplyWorkActorResolver,
        ReplyPolicyResolver,
      ],
      exports: [RepliesService, Outbox],
    };
  }
}

/** What staff do with replies. */
const atTheDesk = ({ undoMs, log }: Pick<RepliesModuleOptions, 'undoMs' | 'log'>): FactoryProvider[] => [
  {
    provide: ReplyDesk,
    inject: [Database, RepliesRepository, PartsRepository, Permissions, Audit, ReplyChecks],
    useFactory: (database: Database, replies: RepliesRepository, parts: PartsRepository, permissions: Permissions, audit: Audit, checks: ReplyChecks) => new ReplyDesk(database, replies, parts, permissions, audit, checks),
  },
  {
    provide: RepliesService,
    inject: [ReplyDesk, RepliesRepository, Senders, ReplyChecks, LookAgain, { token: Notices, optional: true }],
    useFactory: (desk: ReplyDesk, replies: RepliesRepository, senders: Senders, checks: ReplyChecks, lookAgain: LookAgain, notices: Notices | undefined) =>
      new RepliesService(desk, replies, { senders, checks, lookAgain, ...(notices === undefined ? {} : { notices }) }),
  },
  {
    provide: OwnPosts,
    inject: [ReplyDesk, RepliesRepository, Senders, ReplyChecks],
    useFactory: (desk: ReplyDesk, replies: RepliesRepository, senders: Senders, checks: ReplyChecks) => new OwnPosts(desk, replies, { senders, checks }),
  },
  {
    provide: ReplyApprovals,
    inject: [ReplyDesk, RepliesRepository, PartsRepository, ReplyChecks, Database, Outbox],
    useFactory: (desk: ReplyDesk, replies: RepliesRepository, parts: PartsRepository, checks: ReplyChecks, database: Database, outbox: Outbox) =>
      new ReplyApprovals(desk, replies, parts, { checks, now: () => database.now(), undoMs, approved: () => outbox.wake() }),
  },
  {
    provide: ReplyDecisions,
    inject: [ReplyDesk, RepliesRepository, PartsRepository, Database, Outbox, Senders],
    useFactory: (desk: ReplyDesk, replies: RepliesRepository, parts: PartsRepository, database: Database, outbox: Outbox, senders: Senders) =>
      new ReplyDecisions(desk, replies, parts, { senders, now: () => database.now(), due: () => outbox.wake(), log }),
  },
  {
    provide: ReplyParts,
    inject: [ReplyDesk, RepliesRepository, PartsRepository, ReplyChecks],
    useFactory: (desk: ReplyDesk, replies: RepliesRepository, parts: PartsRepository, checks: ReplyChecks) => new ReplyParts(desk, replies, parts, checks),
  },
  {
    provide: SentReplies,
    inject: [ReplyDesk, RepliesRepository, Senders, ReplyChecks],
    useFactory: (desk: ReplyDesk, replies: RepliesRepository, senders: Senders, checks: ReplyChecks) => new SentReplies(desk, replies, senders, checks),
  },
  {
    provide: ReplyAttachments,
    inject: [ReplyDesk, RepliesRepository, AttachmentsRepository],
    useFactory: (desk: ReplyDesk, replies: RepliesRepository, attachments: AttachmentsRepository) => new ReplyAttachments(desk, replies, attachments),
  },
  {
    provide: SmallAnswers,
    inject: [ReplyDesk, TriageDesk, Senders, ReplyChecks],
    useFactory: (desk: ReplyDesk, triage: TriageDesk, senders: Senders, checks: ReplyChecks) => new SmallAnswers(desk, triage, senders, checks),
  },
];
