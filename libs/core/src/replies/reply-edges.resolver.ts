import { Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ConversationLoaders, ConversationModel } from '../conversations/index.js';
import { CurrentRequest, RequestContext, inGroups } from '../graphql/index.js';
import { PartsRepository } from './parts.repository.js';
import { RepliesRepository, type SentPost } from './replies.repository.js';
import { ActorLoader } from '../staff/api/index.js';
import { ReplyModel } from './reply.model.js';
import type { ReplyRow } from './reply.row.js';
import { ReplyReactionsModel } from './reply-reactions.model.js';

const [toldUrls, furtherParts] = [Symbol('toldUrls'), Symbol('furtherParts')];

@Resolver(() => ReplyModel)
export class ReplyEdgesResolver {
  constructor(
    private readonly loaders: ConversationLoaders,
    private readonly replies: RepliesRepository,
    private readonly parts: PartsRepository,
    private readonly actors: ActorLoader,
  ) {}

  @ResolveField(() => ConversationModel, { nullable: true, description: 'The conversation in which it stands, or that it begins.' })
  async conversation(@Parent() reply: ReplyModel, @CurrentRequest() request: RequestContext): Promise<ConversationModel | null> {
    const row = await this.loaders.byId(request, reply.conversationId);
    return row === undefined ? null : ConversationModel.fromRow(row);
  }

  @ResolveField(() => [ReplyModel], { description: 'What follows it of an answer in several parts, in order: read it before you approve, which is for all of it. Empty of one that is a further part itself.' })
  async furtherParts(@Parent() reply: ReplyModel, @CurrentRequest() request: RequestContext): Promise<ReplyModel[]> {
    const loader = request.loader<string, readonly ReplyRow[]>(furtherParts, async (ids) => inGroups(ids, await this.parts.further(request.reads, ids), ({ wholeId }) => wholeId as string));
    return (await loader.load(reply.id)).map((row) => ReplyModel.fromRow(row));
  }

  @ResolveField(() => Date, { nullable: true, description: 'Since when whoever drafted it works here no more: somebody else has to go on with it. Null while they do, and of a draft of a program.' })
  async drafterLeftAt(@Parent() reply: ReplyModel, @CurrentRequest() request: RequestContext): Promise<Date | null> {
    return (await this.actors.person(request, reply.draftedById))?.deactivatedAt ?? null;
  }

  @ResolveField(() => Date, { nullable: true, description: 'Until when all answers in the thread were seen: of a draft that was just begun, the look before it, or an earlier one where the network did not answer in time; null where nobody looked.' })
  async repliesSeenAt(@Parent() reply: ReplyModel, @CurrentRequest() request: RequestContext): Promise<Date | null> {
    return (await this.loaders.sight(request, { id: reply.conversationId, libraryId: reply.libraryId }))?.seenAt ?? null;
  }

  @ResolveField(() => Int, { description: 'How many people answered the post that deserves the attention, other than its author and your own accounts: read them before you send.' })
  async answersByOthers(@Parent() reply: ReplyModel, @CurrentRequest() request: RequestContext): Promise<number> {
    return (await this.loaders.sight(request, { id: reply.conversationId, libraryId: reply.libraryId }))?.answers ?? 0;
  }

  @ResolveField(() => String, { nullable: true, description: 'Where it stands on its network: as a source brought it, else as whoever wrote it by hand says. Null where it is not out, or nobody knows.' })
  async url(@Parent() reply: ReplyModel, @CurrentRequest() request: RequestContext): Promise<string | null> {
    if (reply.sentAt === null) return null;
    const told = request.loader<string, string | null>(toldUrls, (ids) => this.replies.toldUrls(request.reads, ids));
    return (await this.sentPost(reply, request))?.url ?? told.load(reply.id);
  }

  @ResolveField(() => ReplyReactionsModel, { nullable: true, description: 'What it got: answers, likes, boosts. Null until a source has brought it.' })
  async reactions(@Parent() reply: ReplyModel, @CurrentRequest() request: RequestContext): Promise<ReplyReactionsModel | null> {
    const post = await this.sentPost(reply, request);
    return post && ReplyReactionsModel.fromPost(post);
  }

  private async sentPost(reply: ReplyModel, request: RequestContext): Promise<SentPost | null> {
    if (reply.sentAt === null) return null;
    return request.loader<string, SentPost | null>(ReplyEdgesResolver, (ids) => this.replies.sentPosts(request.reads, ids)).load(reply.id);
  }
}
