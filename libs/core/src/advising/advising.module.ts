import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { ActionsService } from './actions.service.js';
import { AdviceRepository } from './advice.repository.js';
import { AdviseJobs } from './advise.job.js';
import { AdviceEdgesResolver, AdvisorActionEdgesResolver, AdvisorFailureEdgesResolver, ConversationAdviceResolver, SuggestionEdgesResolver } from './advising-edges.resolver.js';
import { AdvisingResolver } from './advising.resolver.js';
import { AdvisingService } from './advising.service.js';
import { AdvisorAccounts } from './advisor-accounts.repository.js';
import { AvailabilityService } from './availability.service.js';
import { ConversationNeed } from './conversation-need.js';
import { RefreshJobs } from './refresh.job.js';
import { SuggestionsRepository } from './suggestions.repository.js';

const resolvers = [AdvisingResolver, ConversationAdviceResolver, SuggestionEdgesResolver, AdviceEdgesResolver, AdvisorActionEdgesResolver, AdvisorFailureEdgesResolver];

/** What a library has on what somebody looks for. Needs the host of the plugins (AdvisorHost, AdvisorRefreshes, PluginRegistry) and Jobs of global modules. */
@Module({
  imports: [AccountsModule, StaffApiModule],
  providers: [ActionsService, AdviceRepository, AdviseJobs, AdvisingService, AdvisorAccounts, AvailabilityService, ConversationNeed, RefreshJobs, SuggestionsRepository, ...resolvers],
})
export class AdvisingModule {}
