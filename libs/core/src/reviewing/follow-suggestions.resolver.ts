import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type FollowCategory, FollowCategoryEnum, FollowReportModel } from '../follows/index.js';
import { type Connection, CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { FollowSuggestionConnection, FollowSuggestionModel, FollowSuggestionsArgs, SuggestionNamedArgs } from './follow-suggestion.model.js';
import { FollowSuggestionsRepository, suggestionOrder } from './follow-suggestions.repository.js';
import { FollowSuggestionsService } from './follow-suggestions.service.js';

@Resolver(() => FollowSuggestionModel)
export class FollowSuggestionsResolver {
  constructor(
    private readonly repository: FollowSuggestionsRepository,
    private readonly service: FollowSuggestionsService,
  ) {}

  @Requires({ scope: 'follow', role: 'librarian', at: 'libraryId' })
  @Query(() => FollowSuggestionConnection, { description: 'Whom else a library could follow: who took part in conversations that it answered, and what other libraries of its consortium follow. Who refuses to be followed is not among them.' })
  async followSuggestions(@Args() args: FollowSuggestionsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<FollowSuggestionModel>> {
    const page = suggestionOrder.page(args);
    return page.connection(await this.repository.page(request.reads, args.libraryId, page), FollowSuggestionModel.fromRow);
  }

  @Requires({ scope: 'follow', role: 'librarian', at: 'libraryId' })
  @Mutation(() => FollowReportModel, { description: 'Follows what was suggested, and says what became of it.' })
  async followSuggestion(
    @Args() named: SuggestionNamedArgs,
    @Args('listId', { type: () => Id, description: 'The list that it goes onto.' }) listId: string,
    @Args('reason', { description: 'Why it is followed.' }) reason: string,
    @Args('category', { type: () => FollowCategoryEnum, description: 'What it is for the town.' }) category: FollowCategory,
    @CurrentActor() actor: Actor,
  ): Promise<FollowReportModel> {
    return FollowReportModel.of(await this.service.follow(actor, named, { listId }, { reason, category }));
  }

  @Requires({ scope: 'follow', role: 'librarian', at: 'libraryId' })
  @Mutation(() => Boolean, { description: 'Says no to a suggestion: it is not offered to this library again. Answers true.' })
  async dismissFollowSuggestion(@Args() named: SuggestionNamedArgs, @CurrentActor() actor: Actor): Promise<boolean> {
    await this.service.dismiss(actor, named);
    return true;
  }

  @Requires({ scope: 'follow', role: 'librarian', at: 'libraryId' })
  @Mutation(() => Boolean, { description: 'Takes a no back: it may be offered again. Answers true.' })
  async restoreFollowSuggestion(@Args() named: SuggestionNamedArgs, @CurrentActor() actor: Actor): Promise<boolean> {
    await this.service.restore(actor, named);
    return true;
  }
}
