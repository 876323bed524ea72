import { Module } from '@nestjs/common';
import { FollowsModule } from '../follows/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { AssigneeResolver, MarkActorResolver, NoteAuthorResolver, OutcomeActorResolver, TimelineActorResolver } from './actor-edges.resolver.js';
import { AnnotationsResolver } from './annotations.resolver.js';
import { AnnotationsService } from './annotations.service.js';
import { ClaimsService } from './claims.service.js';
import { ConversationEdgesResolver } from './conversation-edges.resolver.js';
import { ConversationLoaders } from './conversation-loaders.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ConversationsResolver } from './conversations.resolver.js';
import { HandlingRepository } from './handling.repository.js';
import { HearingEdgesResolver } from './hearing-edges.resolver.js';
import { PostEdgesResolver, QuoteEdgesResolver } from './post-edges.resolver.js';
import { ProfileLoaders } from './profile-loaders.js';
import { ProfilesRepository } from './profiles.repository.js';
import { ProfilesResolver } from './profiles.resolver.js';
import { ThreadsRepository } from './threads.repository.js';
import { TriageDesk } from './triage-desk.js';
import { TriageResolver } from './triage.resolver.js';
import { TriageService } from './triage.service.js';

const offered = [
  AnnotationsService, ClaimsService, ConversationLoaders, ConversationsRepository, HandlingRepository, ProfileLoaders, ProfilesRepository, ThreadsRepository,
  TriageDesk, TriageService,
];
const resolvers = [
  AnnotationsResolver, AssigneeResolver, ConversationEdgesResolver, ConversationsResolver, HearingEdgesResolver, MarkActorResolver, NoteAuthorResolver,
  OutcomeActorResolver, PostEdgesResolver, ProfilesResolver, QuoteEdgesResolver, TimelineActorResolver, TriageResolver,
];

/** What libraries hear, and what their staff do with it. */
@Module({ imports: [FollowsModule, StaffApiModule], providers: [...offered, ...resolvers], exports: offered })
export class ConversationsModule {}
