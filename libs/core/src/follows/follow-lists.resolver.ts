import { Args, createUnionType, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { ActorLoader, ActorModel } from '../staff/api/index.js';
import { ExportFormatEnum, FollowListExportModel } from './exports/follow-export.model.js';
import { FollowExportsService } from './exports/follow-exports.service.js';
import type { ExportFormat } from './exports/write-list.js';
import { FollowLoaders } from './follow-loaders.js';
import { FollowListsService } from './follow-lists.service.js';
import { FollowListsArgs } from './follow.args.js';
import { ListNameTaken } from './follow.errors.js';
import { FollowListConnection, FollowListModel } from './follow.model.js';
import type { FollowListRow } from './follow.row.js';
import { FollowsRepository, listOrder } from './follows.repository.js';

export const FollowListResult = createUnionType({
  name: 'FollowListResult',
  description: 'The list as it is now; or its name is taken.',
  types: () => [FollowListModel, ListNameTaken] as const,
});

const resultOf = (result: FollowListRow | ListNameTaken): typeof FollowListResult => (result instanceof ListNameTaken ? result : FollowListModel.fromRow(result));

@Resolver(() => FollowListModel)
export class FollowListsResolver {
  constructor(
    private readonly repository: FollowsRepository,
    private readonly loaders: FollowLoaders,
    private readonly lists: FollowListsService,
    private readonly actors: ActorLoader,
    private readonly exports: FollowExportsService,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => FollowListConnection, { description: 'Follow lists by name: those of your libraries, and of the libraries above them.' })
  async followLists(@Args() args: FollowListsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<FollowListModel>> {
    const page = listOrder.page(args);
    return page.connection(await this.repository.lists(request.reads, { libraryId: args.libraryId ?? undefined }, page), FollowListModel.fromRow);
  }

  @Requires({ scope: 'read' })
  @Query(() => FollowListModel, { nullable: true, description: 'One follow list, also one that ended; null where you may not see it.' })
  async followList(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<FollowListModel | null> {
    const row = await this.loaders.list(request, id);
    return row === undefined ? null : FollowListModel.fromRow(row);
  }

  @Requires({ scope: 'read' })
  @Query(() => FollowListExportModel, { description: 'A follow list as a document to give away: without persons, saying how many follows were left out and why.' })
  async exportFollowList(
    @Args('listId', { type: () => Id, description: 'Which.' }) listId: string,
    @Args('format', { type: () => ExportFormatEnum, description: 'For whom.' }) format: ExportFormat,
    @CurrentRequest() request: RequestContext,
  ): Promise<FollowListExportModel> {
    return FollowListExportModel.of(await this.exports.export(request.reads, listId, format, new Date()));
  }

  @ResolveField(() => Int, { description: 'How many follows are on it.' })
  size(@Parent() list: FollowListModel, @CurrentRequest() request: RequestContext): Promise<number> {
    return this.loaders.size(request, list.id);
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who made it.' })
  createdBy(@Parent() { createdById }: FollowListModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, createdById);
  }

  @Requires({ scope: 'follow', role: 'librarian', at: 'libraryId' })
  @Mutation(() => FollowListResult, { description: 'Makes a follow list. A list of the consortium serves all libraries below it.' })
  async createFollowList(
    @Args('libraryId', { type: () => Id, description: 'Whose it is.' }) libraryId: string,
    @Args('name', { description: 'Its name, of 200 characters at most.' }) name: string,
    @Args('description', { type: () => String, nullable: true, description: 'What it is for.' }) description: string | null,
    @CurrentActor() actor: Actor,
  ): Promise<typeof FollowListResult> {
    return resultOf(await this.lists.create(actor, { libraryId, name, description }));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowListResult, { description: 'Gives a follow list another name or description; what is not given stays.' })
  async changeFollowList(
    @Args('listId', { type: () => Id, description: 'Which.' }) listId: string,
    @Args('name', { type: () => String, nullable: true, description: 'Its name.' }) name: string | null | undefined,
    @Args('description', { type: () => String, nullable: true, description: 'What it is for; null: nothing is said.' }) description: string | null | undefined,
    @CurrentActor() actor: Actor,
  ): Promise<typeof FollowListResult> {
    return resultOf(await this.lists.change(actor, { listId, name: name ?? undefined, description }));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowListModel, { description: 'Ends a follow list and every follow on it.' })
  async removeFollowList(@Args('listId', { type: () => Id, description: 'Which.' }) listId: string, @CurrentActor() actor: Actor): Promise<FollowListModel> {
    return FollowListModel.fromRow(await this.lists.remove(actor, { listId }));
  }
}
