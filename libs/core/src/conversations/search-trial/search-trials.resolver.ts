import { Args, createUnionType, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { SearchNotUnderstood } from '../../follows/searches/index.js';
import { type Connection, CurrentRequest, Id, PageArgs, RequestContext, Requires } from '../../graphql/index.js';
import { ConversationLoaders } from '../conversation-loaders.js';
import { PostConnection, PostModel } from '../post.model.js';
import { heardOrder } from './heard-texts.repository.js';
import { NothingInCommon, SearchSuggestionModel, SearchTrialModel } from './search-trial.model.js';
import { SearchTrialsService } from './search-trials.service.js';

export const SearchTrialResult = createUnionType({
  name: 'SearchTrialResult',
  description: 'What the search would have found; or why the text is none.',
  types: () => [SearchTrialModel, SearchNotUnderstood] as const,
});

export const SearchSuggestionResult = createUnionType({
  name: 'SearchSuggestionResult',
  description: 'A search; or there is nothing to make one from.',
  types: () => [SearchSuggestionModel, NothingInCommon] as const,
});

@Resolver(() => SearchTrialModel)
export class SearchTrialsResolver {
  constructor(
    private readonly trials: SearchTrialsService,
    private readonly loaders: ConversationLoaders,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => SearchTrialResult, { description: 'Says over what a search would listen, what it would have found in what was heard, and what it will not hear. Saves nothing.' })
  async testSearch(
    @Args('text', { description: 'The search.' }) text: string,
    @Args('libraryId', { type: () => Id, description: 'In what this library heard.' }) libraryId: string,
    @Args('days', { type: () => Int, defaultValue: 30, description: 'In the last so many days, 365 at most.' }) days: number,
    @CurrentRequest() request: RequestContext,
  ): Promise<typeof SearchTrialResult> {
    const trial = await this.trials.test(request.reads, { text, libraryId, days });
    return 'message' in trial ? SearchNotUnderstood.of(trial) : SearchTrialModel.of(trial);
  }

  @ResolveField(() => PostConnection, { description: 'The posts that it finds, as they were heard, the newest first.' })
  async posts(@Parent() { trial }: SearchTrialModel, @Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<PostModel>> {
    const page = heardOrder.page(args);
    const rows = await this.trials.page(request.reads, trial, page);
    const posts = await Promise.all(rows.map(({ id }) => this.loaders.post(request, { postId: id, libraryId: trial.libraryId })));
    const found = rows.flatMap((row, at) => {
      const post = posts[at];
      return post === undefined ? [] : [{ keyset: row.keyset, post }];
    });
    return page.connection(found, ({ post }) => PostModel.fromRow(post));
  }

  @Requires({ scope: 'read' })
  @Query(() => SearchSuggestionResult, { description: 'Makes a search from posts: of words and hashtags that they share and that are rare in what was heard. Saves nothing.' })
  async suggestSearch(
    @Args('libraryId', { type: () => Id, description: 'The library that hears them.' }) libraryId: string,
    @Args('postIds', { type: () => [Id], description: 'Which posts, 50 at most.' }) postIds: string[],
    @CurrentRequest() request: RequestContext,
  ): Promise<typeof SearchSuggestionResult> {
    const suggestion = await this.trials.suggest(request.reads, libraryId, postIds);
    return suggestion === undefined ? new NothingInCommon() : SearchSuggestionModel.of(suggestion);
  }
}
