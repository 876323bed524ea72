import { Args, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentRequest, type GraphqlContext, PageArgs, RequestContext } from '../graphql/index.js';
import { ConversationLoaders } from './conversation-loaders.js';
import { ConversationModel } from './conversation.model.js';
import { HandlingRepository, timelineOrder } from './handling.repository.js';
import { ClaimModel, FindingMarkModel, HearingModel, NoteModel, OutcomeModel, TimelineConnection, TimelineEntryModel } from './handling.model.js';
import { FindingModel, PostConnection, PostModel } from './post.model.js';
import { ReasonModel } from './reason.model.js';
import { reasonsInWords } from './reasons.js';
import { ThreadsRepository, threadOrder } from './threads.repository.js';

const orNull = <Row, Model>(row: Row | undefined, model: (row: Row) => Model): Model | null => (row === undefined ? null : model(row));

/** Edges that take no arguments are called as GraphQL calls them, without decorators: see {@link GraphqlContext}. */
@Resolver(() => ConversationModel)
export class ConversationEdgesResolver {
  constructor(
    private readonly loaders: ConversationLoaders,
    private readonly threads: ThreadsRepository,
    private readonly handling: HandlingRepository,
  ) {}

  @ResolveField(() => String, { description: 'Why it stands where it stands, in words: "implied need 0.82 · about Ashford, which you serve · nobody answered for 3 h (seen at 14:05)". `lookAgain` makes it true for now.' })
  async why(@Parent() conversation: ConversationModel, @CurrentRequest() request: RequestContext, @Args('lang', { defaultValue: 'en', description: 'In which language, where there are words of it.' }) lang: string): Promise<string> {
    const claims = conversation.waitingSince !== null && conversation.reasons.some(({ kind }) => kind === 'unanswered');
    const sight = claims ? await this.loaders.sight(request, conversation) : undefined;
    return reasonsInWords(conversation.reasons, { waitingSince: conversation.waitingSince ?? undefined, now: new Date(), sight }, lang);
  }

  @ResolveField(() => Date, { nullable: true, description: 'Until when all answers in the thread were seen, also by those whom nobody follows; null where nobody looked.' })
  async repliesSeenAt(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<Date | null> {
    return (await this.loaders.sight(request, conversation))?.seenAt ?? null;
  }

  @ResolveField(() => Int, { description: 'How many people answered the post that deserves the attention, other than its author and your own accounts.' })
  async answersByOthers(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<number> {
    return (await this.loaders.sight(request, conversation))?.answers ?? 0;
  }

  @ResolveField(() => [ReasonModel], { name: 'reasons', description: 'The same as data, for clients that say it in a language of their own.' })
  reasonsOf({ reasons, waitingSince }: ConversationModel): readonly ReasonModel[] {
    const now = new Date();
    return reasons.flatMap((reason) => {
      const words = reasonsInWords([reason], { waitingSince: waitingSince ?? undefined, now });
      return words === '' ? [] : [ReasonModel.from(reason, words, waitingSince)];
    });
  }

  @ResolveField(() => PostModel, { nullable: true, description: 'The post that deserves the attention.' })
  async topPost(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<PostModel | null> {
    return conversation.topPostId === null ? null : this.post(request, conversation.topPostId, conversation.libraryId);
  }

  @ResolveField(() => PostModel, { nullable: true, description: 'The newest post in which the text was found; of a list by text only.' })
  async matchingPost(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<PostModel | null> {
    return conversation.matchingPostId === null ? null : this.post(request, conversation.matchingPostId, conversation.libraryId);
  }

  @ResolveField(() => PostModel, { nullable: true, description: 'The newest post that is still there.' })
  async lastPost(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<PostModel | null> {
    return orNull(await this.loaders.lastPost(request, conversation), PostModel.fromRow);
  }

  @ResolveField(() => FindingModel, { nullable: true, description: 'The finding that weighs most in its rank, else the surest.' })
  async topFinding(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<FindingModel | null> {
    return orNull(await this.loaders.topFinding(request, conversation), FindingModel.fromRow);
  }

  @ResolveField(() => PostConnection, { description: 'The thread, oldest first; `parentId` makes it a tree. Posts that are known only because others answer them come before all.' })
  async posts(@Parent() conversation: ConversationModel, @Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<PostModel>> {
    const page = threadOrder.page(args);
    return page.connection(await this.threads.posts(request.reads, conversation, page), PostModel.fromRow);
  }

  @ResolveField(() => [HearingModel], { description: 'Why your library hears it.' })
  async hearings(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<readonly HearingModel[]> {
    return (await this.loaders.hearings(request, conversation)).map(HearingModel.fromRow);
  }

  @ResolveField(() => ClaimModel, { nullable: true, description: 'Which library answers the thread, if one took it.' })
  async claim(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<ClaimModel | null> {
    return orNull(await this.loaders.claim(request, conversation.threadId), ClaimModel.fromRow);
  }

  @ResolveField(() => [NoteModel], { description: 'Notes among colleagues, oldest first.' })
  async notes(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<readonly NoteModel[]> {
    return (await this.loaders.notes(request, conversation)).map(NoteModel.fromRow);
  }

  @ResolveField(() => [String], { description: 'Its tags.' })
  async tags(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<readonly string[]> {
    return (await this.loaders.tags(request, conversation)).map(({ name }) => name);
  }

  @ResolveField(() => [FindingMarkModel], { description: 'Which findings were marked right or wrong.' })
  async findingMarks(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<readonly FindingMarkModel[]> {
    return (await this.loaders.marks(request, conversation)).map(FindingMarkModel.fromRow);
  }

  @ResolveField(() => OutcomeModel, { nullable: true, description: 'How it ended, the last time that it was closed.' })
  async outcome(conversation: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<OutcomeModel | null> {
    return orNull(await this.loaders.outcome(request, conversation), OutcomeModel.fromRow);
  }

  @ResolveField(() => TimelineConnection, { description: 'What happened to it, newest first.' })
  async timeline(@Parent() conversation: ConversationModel, @Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<TimelineEntryModel>> {
    const page = timelineOrder.page(args);
    return page.connection(await this.handling.timeline(request.reads, conversation, page), TimelineEntryModel.fromRow);
  }

  private async post(request: RequestContext, postId: string, libraryId: string): Promise<PostModel | null> {
    return orNull(await this.loaders.post(request, { postId, libraryId }), PostModel.fromRow);
  }
}
