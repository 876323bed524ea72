import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { AccountLoaders, AccountModel } from '../accounts/index.js';
import { ConversationModel } from '../conversations/index.js';
import { type Connection, CurrentRequest, inGroups, PageArgs, RequestContext } from '../graphql/index.js';
import { ActorLoader, ActorModel } from '../staff/api/index.js';
import type { AdviceRow, SuggestionRow } from './advice.row.js';
import { AdvisorAccounts } from './advisor-accounts.repository.js';
import { AdviceModel, AdvisorActionModel, AdvisorFailureModel, SuggestionConnection, SuggestionModel } from './suggestion.model.js';
import { SavedAnswerModel } from './saved-answers/saved-answer.model.js';
import type { SavedAnswerRow } from './saved-answers/saved-answer.row.js';
import { SavedAnswersRepository } from './saved-answers/saved-answers.repository.js';
import { type FinderRow, SuggestionsRepository, suggestionOrder } from './suggestions.repository.js';

const keys = { advice: Symbol('advice of a conversation'), actions: Symbol('advisors of a library'), finders: Symbol('who found a suggestion') };

@Resolver(() => ConversationModel)
export class ConversationAdviceResolver {
  constructor(private readonly suggestions: SuggestionsRepository, private readonly accounts: AdvisorAccounts) {}

  @ResolveField(() => SuggestionConnection, { name: 'suggestions', description: 'What advisors found: for the need that was asked last first, and of that the best.' })
  async suggestionsOf(@Parent() conversation: ConversationModel, @Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<SuggestionModel>> {
    const page = suggestionOrder.page(args);
    return page.connection(await this.suggestions.page(request.reads, conversation, page), (row) => SuggestionModel.fromRow(row));
  }

  @ResolveField(() => [AdviceModel], { description: 'Which advisors were asked about what, the latest first, and how each fared. Ten needs are remembered.' })
  async advice(@Parent() conversation: ConversationModel, @CurrentRequest() request: RequestContext): Promise<readonly AdviceModel[]> {
    const loader = request.loader<ConversationModel, readonly (AdviceRow & { readonly found: number })[]>(keys.advice, async (of) =>
      inGroups(of.map(({ id }) => id), await this.suggestions.advice(request.reads, of), (row) => row.conversationId),
    );
    return (await loader.load(conversation)).map((row) => AdviceModel.fromRow(row));
  }

  @ResolveField(() => [AdvisorActionModel], { description: 'Buttons of the advisors of its library, and of those above: see pressAction.' })
  async advisorActions(@Parent() { libraryId }: ConversationModel, @CurrentRequest() request: RequestContext): Promise<readonly AdvisorActionModel[]> {
    const loader = request.loader<string, readonly AdvisorActionModel[]>(keys.actions, (libraries) =>
      Promise.all(libraries.map(async (library) => (await this.accounts.of(request.reads, library)).flatMap((account) => this.accounts.actions(account).map((action) => ({ accountId: account.id, action }))))),
    );
    return loader.load(libraryId);
  }
}

const accountOf = async (accounts: AccountLoaders, request: RequestContext, id: string | null): Promise<AccountModel | null> => {
  const row = id === null ? undefined : await accounts.account(request, id);
  return row === undefined ? null : AccountModel.fromRow(row);
};

@Resolver(() => SuggestionModel)
export class SuggestionEdgesResolver {
  constructor(
    private readonly accounts: AccountLoaders,
    private readonly suggestions: SuggestionsRepository,
    private readonly answers: SavedAnswersRepository,
  ) {}

  @ResolveField(() => SavedAnswerModel, { nullable: true, description: 'The saved answer that it is, as it is now.' })
  async answer(@Parent() { row }: SuggestionModel, @CurrentRequest() request: RequestContext): Promise<SavedAnswerModel | null> {
    const answer = await this.answerOf(row, request);
    return answer === undefined ? null : SavedAnswerModel.fromRow(answer);
  }

  @ResolveField(() => String, {
    nullable: true,
    description: 'What a composer puts into a draft: of a saved answer its text as it is now, with what is still to be filled in; of a resource what it is called, and where one can check it. Null where the library no longer uses the answer.',
  })
  async draftText(@Parent() { row }: SuggestionModel, @CurrentRequest() request: RequestContext): Promise<string | null> {
    if (row.cite !== null) return `${row.title}: ${row.cite}`;
    const answer = await this.answerOf(row, request);
    return answer?.standing === 'used' ? answer.text : null;
  }

  @ResolveField(() => AccountModel, { nullable: true, description: 'The account whose advisor found it first.' })
  account(@Parent() { accountId }: SuggestionModel, @CurrentRequest() request: RequestContext): Promise<AccountModel | null> {
    return accountOf(this.accounts, request, accountId);
  }

  @ResolveField(() => [AccountModel], { description: 'All accounts whose advisors found it.' })
  async foundBy(@Parent() { row }: SuggestionModel, @CurrentRequest() request: RequestContext): Promise<readonly AccountModel[]> {
    const loader = request.loader<SuggestionRow, readonly FinderRow[]>(keys.finders, async (of) => inGroups(of.map(({ id }) => id), await this.suggestions.finders(request.reads, of), ({ suggestionId }) => suggestionId));
    const found = await Promise.all((await loader.load(row)).map(({ accountId }) => accountOf(this.accounts, request, accountId)));
    return found.filter((account) => account !== null);
  }

  private answerOf({ libraryId, answerId }: SuggestionRow, request: RequestContext): Promise<SavedAnswerRow | undefined> {
    return answerId === null ? Promise.resolve(undefined) : this.answers.loaded(request, { libraryId, id: answerId });
  }
}

@Resolver(() => AdviceModel)
export class AdviceEdgesResolver {
  constructor(private readonly accounts: AccountLoaders, private readonly actors: ActorLoader) {}

  @ResolveField(() => AccountModel, { nullable: true, description: 'The account whose advisor was asked.' })
  account(@Parent() { accountId }: AdviceModel, @CurrentRequest() request: RequestContext): Promise<AccountModel | null> {
    return accountOf(this.accounts, request, accountId);
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who asked.' })
  async askedBy(@Parent() { askedById }: AdviceModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return askedById === null ? null : this.actors.actor(request, askedById);
  }
}

@Resolver(() => AdvisorActionModel)
export class AdvisorActionEdgesResolver {
  constructor(private readonly accounts: AccountLoaders) {}

  @ResolveField(() => AccountModel, { nullable: true, description: 'The account whose advisor does it.' })
  account(@Parent() { accountId }: AdvisorActionModel, @CurrentRequest() request: RequestContext): Promise<AccountModel | null> {
    return accountOf(this.accounts, request, accountId);
  }
}

@Resolver(() => AdvisorFailureModel)
export class AdvisorFailureEdgesResolver {
  constructor(private readonly accounts: AccountLoaders) {}

  @ResolveField(() => AccountModel, { nullable: true, description: 'The account.' })
  account(@Parent() { accountId }: AdvisorFailureModel, @CurrentRequest() request: RequestContext): Promise<AccountModel | null> {
    return accountOf(this.accounts, request, accountId);
  }
}
