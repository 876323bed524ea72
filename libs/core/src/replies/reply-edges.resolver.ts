import { Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ConversationLoaders } from '../conversations/index.js';
import { CurrentRequest, RequestContext } from '../graphql/index.js';
import { ReplyModel } from './reply.model.js';

@Resolver(() => ReplyModel)
export class ReplyEdgesResolver {
  constructor(private readonly loaders: ConversationLoaders) {}

  @ResolveField(() => Date, { nullable: true, description: 'Until when all answers in the thread were seen: of a draft that was just begun, the look before it, or an earlier one where the network did not answer in time; null where nobody looked.' })
  async repliesSeenAt(@Parent() reply: ReplyModel, @CurrentRequest() request: RequestContext): Promise<Date | null> {
    return (await this.loaders.sight(request, { id: reply.conversationId, libraryId: reply.libraryId }))?.seenAt ?? null;
  }

  @ResolveField(() => Int, { description: 'How many people answered the post that deserves the attention, other than its author and your own accounts: read them before you send.' })
  async answersByOthers(@Parent() reply: ReplyModel, @CurrentRequest() request: RequestContext): Promise<number> {
    return (await this.loaders.sight(request, { id: reply.conversationId, libraryId: reply.libraryId }))?.answers ?? 0;
  }
}
