import { Args, Query, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentRequest, Id, RequestContext, Requires } from '../graphql/index.js';
import { ConversationLoaders } from './conversation-loaders.js';
import { conversationKeysets } from './conversation-list.js';
import { ConversationsArgs, filterOf } from './conversation.args.js';
import { ConversationConnection, ConversationModel } from './conversation.model.js';
import { ConversationsRepository } from './conversations.repository.js';
import { LookBeforeShown } from './look-before-shown.js';

@Resolver()
export class ConversationsResolver {
  constructor(
    private readonly repository: ConversationsRepository,
    private readonly loaders: ConversationLoaders,
    private readonly look: LookBeforeShown,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => ConversationConnection, { description: 'What your libraries hear, a page at a time.' })
  async conversations(@Args() args: ConversationsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<ConversationModel>> {
    const page = conversationKeysets[args.order].page(args);
    return page.connection(await this.repository.page(request.reads, filterOf(args), args.order, page), (row) => ConversationModel.fromRow(row));
  }

  @Requires({ scope: 'read' })
  @Query(() => ConversationModel, { nullable: true, description: 'One conversation, also by the id of one that was merged into it; null where your libraries do not hear it. Where its reasons say that nobody answered, its thread is looked at first, for a few seconds at most.' })
  async conversation(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<ConversationModel | null> {
    await this.look.conversation(request.actor, id);
    const row = await this.loaders.byId(request, id);
    return row === undefined ? null : ConversationModel.fromRow(row, id);
  }
}
