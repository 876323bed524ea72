import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { FollowImportModel } from './imports/follow-import.model.js';
import { NetworkListUnreadable } from './network-lists.errors.js';
import { ImportNetworkListArgs, NetworkListImportResult, NetworkListsModel, NetworkListsResult } from './network-lists.model.js';
import { NetworkListsService } from './network-lists.service.js';

@Resolver()
export class NetworkListsResolver {
  constructor(private readonly service: NetworkListsService) {}

  @Requires({ scope: 'follow', role: 'librarian' })
  @Query(() => NetworkListsResult, { description: 'The lists that an account sees on its network, asked for now.' })
  async networkLists(@Args('accountId', { type: () => Id, description: 'Which account.' }) accountId: string, @CurrentActor() actor: Actor, @CurrentRequest() request: RequestContext): Promise<typeof NetworkListsResult> {
    await request.rest();
    const lists = await this.service.lists(actor, accountId);
    return lists instanceof NetworkListUnreadable ? lists : NetworkListsModel.of(lists);
  }

  @Requires({ scope: 'follow', role: 'librarian' })
  @Mutation(() => NetworkListImportResult, { description: 'Begins an import with everybody on a list of the network. Look at its lines, and apply it (applyFollowImport); nobody is followed before.' })
  async importNetworkList(@Args() args: ImportNetworkListArgs, @CurrentActor() actor: Actor): Promise<typeof NetworkListImportResult> {
    const read = await this.service.bringIn(actor, args);
    return read instanceof NetworkListUnreadable ? read : FollowImportModel.fromRow(read);
  }
}
