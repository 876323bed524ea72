import { Args, Query, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentRequest, Id, RequestContext, Requires } from '../graphql/index.js';
import { ConversationLoaders } from './conversation-loaders.js';
import { conversationKeysets } from './conversation-list.js';
import { ConversationsArgs, filterOf } from './conversation.args.js';
import { ConversationConnection, ConversationModel } from './conversation.model.js';
import { ConversationsRepository } from './conversations.repository.js';

@Resolver()
export class ConversationsResolver {
  constructor(
    private readonly repository: ConversationsRepository,
    private readonly loaders: ConversationLoaders,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => ConversationConnection, { description: 'What your libraries hear, a page at a time.' })
  async conversations(@Args() args: ConversationsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<ConversationModel>> {
    const page = conversationKeysets[args.order].page(args);
    return page.connection(await this.repository.page(request.reads, filterOf(args), args.order, page), (row) => ConversationModel.fromRow(row));
  }

  @Requires({ scope: 'read' })
  @Query(() => ConversationModel, { nullable: true, description: 'One conversation, also by the id of one that was merged into it; null where your libraries do not hear it.' })
  async conversation(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<ConversationModel | null> {
    const row = await this.loaders.byId(request, id);
    return row === undefined ? null : ConversationModel.fromRow(row, id);
  }
}
