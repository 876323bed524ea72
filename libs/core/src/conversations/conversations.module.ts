import { Module } from '@nestjs/common';
import { systemClock } from '@earshot/plugin-sdk';
import { FollowsModule, FollowsRepository } from '../follows/index.js';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { AssigneeResolver, MarkActorResolver, NoteAuthorResolver, OutcomeActorResolver, TimelineActorResolver } from './actor-edges.resolver.js';
import { AnnotationsResolver } from './annotations.resolver.js';
import { AnnotationsService } from './annotations.service.js';
import { ClaimsService } from './claims.service.js';
import { ConversationEdgesResolver } from './conversation-edges.resolver.js';
import { ConversationLoaders } from './conversation-loaders.js';
import { ConversationModel } from './conversation.model.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ConversationsResolver } from './conversations.resolver.js';
import { FindingEdgesResolver } from './finding-edges.resolver.js';
import { ClaimModel } from './handling.model.js';
import { HandlingRepository } from './handling.repository.js';
import { HearingEdgesResolver } from './hearing-edges.resolver.js';
import { LookBeforeShown } from './look-before-shown.js';
import { PostEdgesResolver, QuoteEdgesResolver } from './post-edges.resolver.js';
import { PresenceActorResolver, PresenceResolver } from './presence/presence.resolver.js';
import { PresenceRepository } from './presence/presence.repository.js';
import { PresenceService } from './presence/presence.service.js';
import { ProfileLoaders } from './profile-loaders.js';
import { ProfilesRepository } from './profiles.repository.js';
import { ProfilesResolver } from './profiles.resolver.js';
import { HeardTextsRepository } from './search-trial/heard-texts.repository.js';
import { SearchTrialsResolver } from './search-trial/search-trials.resolver.js';
import { SearchTrialsService } from './search-trial/search-trials.service.js';
import { ThreadsRepository } from './threads.repository.js';
import { TriageDesk } from './triage-desk.js';
import { TriageResolver } from './triage.resolver.js';
import { TriageService } from './triage.service.js';
import { UnmetNeedsRepository } from './unmet-needs/unmet-needs.repository.js';
import { UnmetNeedsResolver } from './unmet-needs/unmet-needs.resolver.js';
import { UnmetNeeds } from './unmet-needs/unmet-needs.service.js';

const offered = [
  AnnotationsService, ClaimsService, ConversationLoaders, ConversationsRepository, HandlingRepository, ProfileLoaders, ProfilesRepository, ThreadsRepository,
  TriageDesk, TriageService,
];
const trials = [
  HeardTextsRepository,
  { provide: SearchTrialsService, inject: [HeardTextsRepository, FollowsRepository], useFactory: (texts: HeardTextsRepository, follows: FollowsRepository) => new SearchTrialsService(texts, follows, systemClock) },
];
const resolvers = [
  AnnotationsResolver, AssigneeResolver, ConversationEdgesResolver, ConversationsResolver, FindingEdgesResolver, HearingEdgesResolver, MarkActorResolver, NoteAuthorResolver,
  OutcomeActorResolver, PostEdgesResolver, PresenceActorResolver, PresenceResolver, ProfilesResolver, QuoteEdgesResolver, SearchTrialsResolver, TimelineActorResolver, TriageResolver, UnmetNeedsResolver,
  libraryEdge(ConversationModel, 'The library whose conversation it is.'),
  libraryEdge(ClaimModel, 'Which library, where you may know it.'),
];

/** What libraries hear, and what their staff do with it. Needs Classifiers and LookAgain of global modules. */
@Module({ imports: [FollowsModule, LibrariesModule, StaffApiModule], providers: [...offered, LookBeforeShown, PresenceRepository, PresenceService, UnmetNeeds, UnmetNeedsRepository, ...trials, ...resolvers], exports: offered })
export class ConversationsModule {}
