import { Module } from '@nestjs/common';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
import { AccountsModule } from '../accounts/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { ActionsService } from './actions.service.js';
import { AdviceRepository } from './advice.repository.js';
import { AdviseJobs } from './advise.job.js';
import { AdviceEdgesResolver, AdvisorActionEdgesResolver, AdvisorFailureEdgesResolver, ConversationAdviceResolver, SuggestionEdgesResolver } from './advising-edges.resolver.js';
import { AdvisingResolver } from './advising.resolver.js';
import { AdvisingService } from './advising.service.js';
import { AdvisorAccounts } from './advisor-accounts.repository.js';
import { AskedAdvisors } from './asked-advisors.js';
import { AvailabilityService } from './availability.service.js';
import { ConversationNeed } from './conversation-need.js';
import { RefreshJobs } from './refresh.job.js';
import { AnswerFilesService } from './saved-answers/answer-files.service.js';
import { AnswerTransfersResolver } from './saved-answers/answer-transfers.resolver.js';
import { ReplyAnswersService } from './saved-answers/reply-answers.service.js';
import { SavedAnswerModel } from './saved-answers/saved-answer.model.js';
import { SavedAnswersRepository } from './saved-answers/saved-answers.repository.js';
import { SavedAnswersResolver } from './saved-answers/saved-answers.resolver.js';
import { SavedAnswersService } from './saved-answers/saved-answers.service.js';
import { SuggestionsRepository } from './suggestions.repository.js';

const resolvers = [AdvisingResolver, ConversationAdviceResolver, SuggestionEdgesResolver, AdviceEdgesResolver, AdvisorActionEdgesResolver, AdvisorFailureEdgesResolver];
const savedAnswers = [
  SavedAnswersRepository, SavedAnswersService, AnswerFilesService, ReplyAnswersService, SavedAnswersResolver, AnswerTransfersResolver,
  libraryEdge(SavedAnswerModel, 'The library that writes it; null where it comes with the program, or you do not see that library.'),
];

/** What a library has on what somebody looks for. Needs the host of the plugins (AdvisorHost, AdvisorRefreshes, PluginRegistry) and Jobs of global modules. */
@Module({
  imports: [AccountsModule, LibrariesModule, StaffApiModule],
  providers: [ActionsService, AdviceRepository, AdviseJobs, AdvisingService, AskedAdvisors, AdvisorAccounts, AvailabilityService, ConversationNeed, RefreshJobs, SuggestionsRepository, ...resolvers, ...savedAnswers],
})
export class AdvisingModule {}
