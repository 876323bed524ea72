import { Args, createUnionType, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { ActorLoader, ActorModel } from '../../staff/api/index.js';
import { FollowLoaders } from '../follow-loaders.js';
import { FollowListModel, FollowModel } from '../follow.model.js';
import { printSearch, readSearch } from '../search-syntax/index.js';
import { ChangeSavedSearchArgs, CreateSavedSearchArgs, SavedSearchesArgs, toldOf } from './saved-search.args.js';
import { SearchNameTaken, SearchNotOffered, SearchNotUnderstood } from './saved-search.errors.js';
import { SavedSearchConnection, SavedSearchModel, SearchReadingModel } from './saved-search.model.js';
import { SavedSearchesRepository, searchOrder } from './saved-searches.repository.js';
import { SavedSearchesService, type SearchResult } from './saved-searches.service.js';

export const SavedSearchResult = createUnionType({
  name: 'SavedSearchResult',
  description: 'The search as it is now; or what is in the way.',
  types: () => [SavedSearchModel, SearchNotUnderstood, SearchNameTaken, SearchNotOffered] as const,
});

export const SearchReadingResult = createUnionType({
  name: 'SearchReadingResult',
  description: 'How a text is read as a search; or why it is none.',
  types: () => [SearchReadingModel, SearchNotUnderstood] as const,
});

const resultOf = (result: SearchResult): typeof SavedSearchResult =>
  result instanceof SearchNotUnderstood || result instanceof SearchNameTaken || result instanceof SearchNotOffered ? result : SavedSearchModel.fromRow(result);

@Resolver(() => SavedSearchModel)
export class SavedSearchesResolver {
  constructor(
    private readonly repository: SavedSearchesRepository,
    private readonly searches: SavedSearchesService,
    private readonly loaders: FollowLoaders,
    private readonly actors: ActorLoader,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => SavedSearchConnection, { description: 'Saved searches by name: those of your libraries, and of the libraries above them.' })
  async savedSearches(@Args() args: SavedSearchesArgs, @CurrentRequest() request: RequestContext): Promise<Connection<SavedSearchModel>> {
    const page = searchOrder.page(args);
    return page.connection(await this.repository.page(request.reads, { libraryId: args.libraryId ?? undefined, does: args.does ?? undefined }, page), SavedSearchModel.fromRow);
  }

  @Requires({ scope: 'read' })
  @Query(() => SavedSearchModel, { nullable: true, description: 'One saved search, also one that ended; null where you may not see it.' })
  async savedSearch(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<SavedSearchModel | null> {
    const row = await this.repository.byId(request, id);
    return row === undefined ? null : SavedSearchModel.fromRow(row);
  }

  @Requires({ scope: 'read' })
  @Query(() => SearchReadingResult, { description: 'Says how a text is read as a search, while it is being written.' })
  readSearch(@Args('text', { description: 'The text.' }) text: string): typeof SearchReadingResult {
    const { query, fault } = readSearch(text);
    return fault === undefined ? Object.assign(new SearchReadingModel(), { asRead: printSearch(query) }) : SearchNotUnderstood.of(fault);
  }

  @ResolveField(() => [FollowListModel], { description: 'The lists that it narrows.' })
  async lists(@Parent() { listIds }: SavedSearchModel, @CurrentRequest() request: RequestContext): Promise<readonly FollowListModel[]> {
    return (await Promise.all(listIds.map((id) => this.loaders.list(request, id)))).flatMap((row) => (row === undefined ? [] : [FollowListModel.fromRow(row)]));
  }

  @ResolveField(() => [FollowModel], { description: 'The follows that it narrows.' })
  async follows(@Parent() { followIds }: SavedSearchModel, @CurrentRequest() request: RequestContext): Promise<readonly FollowModel[]> {
    return (await Promise.all(followIds.map((id) => this.loaders.byId(request, id)))).flatMap((row) => (row === undefined ? [] : [FollowModel.fromRow(row)]));
  }

  @ResolveField(() => FollowModel, { nullable: true, description: 'Of `poll`: the follow by which a network is asked.' })
  async poll(@Parent() { pollId }: SavedSearchModel, @CurrentRequest() request: RequestContext): Promise<FollowModel | null> {
    const row = pollId === null ? undefined : await this.loaders.byId(request, pollId);
    return row === undefined ? null : FollowModel.fromRow(row);
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who made it.' })
  createdBy(@Parent() { createdById }: SavedSearchModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, createdById);
  }

  @Requires({ scope: 'follow', role: 'librarian', at: 'libraryId' })
  @Mutation(() => SavedSearchResult, { description: 'Saves a search. It takes effect within seconds, on what is heard from then on. One of the consortium serves all libraries below it.' })
  async createSavedSearch(@Args() { libraryId, ...args }: CreateSavedSearchArgs, @CurrentActor() actor: Actor): Promise<typeof SavedSearchResult> {
    const { name, text, does, reason, category } = args;
    return resultOf(await this.searches.create(actor, libraryId, { ...toldOf(args), name, text, does, reason, category }));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => SavedSearchResult, { description: 'Changes a saved search; what is not given stays.' })
  async changeSavedSearch(@Args() { searchId, ...args }: ChangeSavedSearchArgs, @CurrentActor() actor: Actor): Promise<typeof SavedSearchResult> {
    return resultOf(await this.searches.change(actor, searchId, toldOf(args)));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => SavedSearchResult, { description: 'Ends a saved search. What it raised sinks, in a moment, to where it stands without it; what it narrowed lets in everything again.' })
  async removeSavedSearch(@Args('searchId', { type: () => Id, description: 'Which.' }) searchId: string, @CurrentActor() actor: Actor): Promise<typeof SavedSearchResult> {
    return resultOf(await this.searches.remove(actor, searchId));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => SavedSearchResult, { description: 'Puts a saved search back as it was before its last change, its making or its end included. Twice is that change again.' })
  async undoSavedSearch(@Args('searchId', { type: () => Id, description: 'Which.' }) searchId: string, @CurrentActor() actor: Actor): Promise<typeof SavedSearchResult> {
    return resultOf(await this.searches.undo(actor, searchId));
  }
}
