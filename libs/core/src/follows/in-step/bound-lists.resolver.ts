import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, inOrder, PageArgs, RequestContext, Requires } from '../../graphql/index.js';
import { PlatformError } from '../../errors/index.js';
import type { Actor } from '../../staff/index.js';
import { ActorLoader, ActorModel } from '../../staff/api/index.js';
import { FollowLoaders } from '../follow-loaders.js';
import { FollowListModel, FollowModel } from '../follow.model.js';
import { FollowImportModel } from '../imports/follow-import.model.js';
import type { FollowImportRow } from '../imports/follow-import.row.js';
import { FollowImportsReader } from '../imports/follow-imports.reader.js';
import { NetworkListUnreadable } from '../network-lists.errors.js';
import { BoundChangesService } from './bound-changes.service.js';
import { ListBoundAlready } from './bound-list.errors.js';
import { AppliesEnum, BindListArgs, BindListResult, BoundListChangeConnection, BoundListChangeModel, BoundListConnection, BoundListLeavingConnection, BoundListLeavingModel, BoundListModel, BoundListsArgs } from './bound-list.model.js';
import type { Applies, BoundChangeRow, BoundListRow } from './bound-list.row.js';
import { boundChangeOrder, boundListOrder, BoundListsReader, leavingOrder } from './bound-lists.reader.js';
import { BoundListsService } from './bound-lists.service.js';

const [boundKey, waitingKey, changeKey, importKey] = [Symbol('bound list'), Symbol('waiting change'), Symbol('bound change'), Symbol('import of a bound change')];
const which = { type: () => Id, description: 'Which list that is kept in step.' };
const whichChange = { type: () => Id, description: 'Which change.' };

@Resolver(() => BoundListModel)
export class BoundListsResolver {
  constructor(
    private readonly reader: BoundListsReader,
    private readonly service: BoundListsService,
    private readonly lists: FollowLoaders,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => BoundListConnection, { description: 'The lists on networks with which follow lists of your libraries are kept in step, the oldest first.' })
  async boundLists(@Args() args: BoundListsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<BoundListModel>> {
    const page = boundListOrder.page(args);
    return page.connection(await this.reader.lists(request.reads, { listId: args.listId ?? undefined }, page), BoundListModel.fromRow);
  }

  @ResolveField(() => FollowListModel, { nullable: true, description: 'The follow list.' })
  async list(@Parent() { listId }: BoundListModel, @CurrentRequest() request: RequestContext): Promise<FollowListModel | null> {
    const row = await this.lists.list(request, listId);
    return row === undefined ? null : FollowListModel.fromRow(row);
  }

  @ResolveField(() => BoundListChangeModel, { nullable: true, description: 'What waits for somebody.' })
  async waiting(@Parent() { id }: BoundListModel, @CurrentRequest() request: RequestContext): Promise<BoundListChangeModel | null> {
    const load = async (ids: readonly string[]) => inOrder(ids, await this.reader.waiting(request.reads, ids), (row) => row.boundId);
    const row = await request.loader<string, BoundChangeRow | undefined>(waitingKey, load).load(id);
    return row === undefined ? null : BoundListChangeModel.fromRow(row);
  }

  @ResolveField(() => BoundListChangeConnection, { description: 'What looks found to be otherwise, the latest first.' })
  async changes(@Parent() parent: BoundListModel, @Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<BoundListChangeModel>> {
    const page = boundChangeOrder.page(args);
    return page.connection(await this.reader.changes(request.reads, parent, page), BoundListChangeModel.fromRow);
  }

  @Requires({ scope: 'follow', role: 'librarian' })
  @Mutation(() => BindListResult, { description: 'Keeps a follow list in step with a list on a network. The first look shows who is on it; nobody is followed before somebody says so (applyBoundListChange), unless differences are to be applied by themselves.' })
  async bindList(@Args() args: BindListArgs, @CurrentActor() actor: Actor): Promise<typeof BindListResult> {
    const bound = await this.service.bind(actor, args);
    return bound instanceof NetworkListUnreadable || bound instanceof ListBoundAlready ? bound : BoundListModel.fromRow(bound);
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => BoundListModel, { description: 'Changes how lists are kept in step; what is not given stays.' })
  async changeBoundList(
    @Args('boundListId', which) boundListId: string,
    @Args('applies', { type: () => AppliesEnum, nullable: true, description: 'What becomes of a difference, from now on.' }) applies: Applies | null,
    @Args('everyHours', { type: () => Int, nullable: true, description: 'Every so many hours, from 1 to 720.' }) everyHours: number | null,
    @CurrentActor() actor: Actor,
  ): Promise<BoundListModel> {
    return BoundListModel.fromRow(await this.service.change(actor, boundListId, { applies, everyHours }));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => BoundListModel, { description: 'Has a list looked at now, also where it had stopped.' })
  async lookAtBoundList(@Args('boundListId', which) boundListId: string, @CurrentActor() actor: Actor): Promise<BoundListModel> {
    return BoundListModel.fromRow(await this.service.lookNow(actor, boundListId));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => BoundListModel, { description: 'Keeps them in step no more. Whoever is followed stays followed. Safe to repeat.' })
  async unbindList(@Args('boundListId', which) boundListId: string, @CurrentActor() actor: Actor): Promise<BoundListModel> {
    return BoundListModel.fromRow(await this.service.unbind(actor, boundListId));
  }
}

@Resolver(() => BoundListChangeModel)
export class BoundListChangesResolver {
  constructor(
    private readonly reader: BoundListsReader,
    private readonly imports: FollowImportsReader,
    private readonly service: BoundChangesService,
    private readonly actors: ActorLoader,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => BoundListChangeModel, { nullable: true, description: 'One change of a list that is kept in step; null where you may not see it.' })
  async boundListChange(@Args('changeId', whichChange) changeId: string, @CurrentRequest() request: RequestContext): Promise<BoundListChangeModel | null> {
    const load = async (ids: readonly string[]) => inOrder(ids, await this.reader.changesByIds(request.reads, ids), (row) => row.id);
    const row = await request.loader<string, BoundChangeRow | undefined>(changeKey, load).load(changeId);
    return row === undefined ? null : BoundListChangeModel.fromRow(row);
  }

  @ResolveField(() => BoundListModel, { description: 'The list that it is about.' })
  async boundList(@Parent() { boundListId }: BoundListChangeModel, @CurrentRequest() request: RequestContext): Promise<BoundListModel> {
    const load = async (ids: readonly string[]) => inOrder(ids, await this.reader.byIds(request.reads, ids), (row) => row.id);
    const row = await request.loader<string, BoundListRow | undefined>(boundKey, load).load(boundListId);
    if (row === undefined) throw new PlatformError('NOT_FOUND', 'No list is kept in step by this id.');
    return BoundListModel.fromRow(row);
  }

  @ResolveField(() => FollowImportModel, { nullable: true, description: 'Who came, line by line, with who is refused and why; null where nobody did.' })
  async import(@Parent() { importId }: BoundListChangeModel, @CurrentRequest() request: RequestContext): Promise<FollowImportModel | null> {
    if (importId === null) return null;
    const load = async (ids: readonly string[]) => inOrder(ids, await this.imports.byIds(request.reads, ids), (row) => row.id);
    const row = await request.loader<string, FollowImportRow | undefined>(importKey, load).load(importId);
    return row === undefined ? null : FollowImportModel.fromRow(row);
  }

  @ResolveField(() => BoundListLeavingConnection, { description: 'Who went.' })
  async leaving(@Parent() parent: BoundListChangeModel, @Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<BoundListLeavingModel>> {
    const page = leavingOrder.page(args);
    return page.connection(await this.reader.leaving(request.reads, parent, page), (row) => Object.assign(new BoundListLeavingModel(), row));
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who decided; null where nobody did yet.' })
  decidedBy(@Parent() { decidedById }: BoundListChangeModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, decidedById);
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => BoundListChangeModel, { description: 'Follows who came and ends the follows of who went, all at once. Safe to repeat.' })
  async applyBoundListChange(@Args('changeId', whichChange) changeId: string, @CurrentActor() actor: Actor): Promise<BoundListChangeModel> {
    return BoundListChangeModel.fromRow(await this.service.apply(actor, changeId));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => BoundListChangeModel, { description: 'Leaves it as it is here: who came is not followed and not shown again, who went stays followed. Safe to repeat.' })
  async declineBoundListChange(@Args('changeId', whichChange) changeId: string, @CurrentActor() actor: Actor): Promise<BoundListChangeModel> {
    return BoundListChangeModel.fromRow(await this.service.decline(actor, changeId));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => BoundListChangeModel, { description: 'Takes back what was applied: who came is not followed any more, who went is again, unless somebody decided otherwise since. Safe to repeat.' })
  async undoBoundListChange(@Args('changeId', whichChange) changeId: string, @CurrentActor() actor: Actor): Promise<BoundListChangeModel> {
    return BoundListChangeModel.fromRow(await this.service.undo(actor, changeId));
  }
}

@Resolver(() => BoundListLeavingModel)
export class BoundListLeavingResolver {
  constructor(private readonly loaders: FollowLoaders) {}

  @ResolveField(() => FollowModel, { nullable: true, description: 'The follow.' })
  async follow(@Parent() { followId }: BoundListLeavingModel, @CurrentRequest() request: RequestContext): Promise<FollowModel | null> {
    const row = await this.loaders.byId(request, followId);
    return row === undefined ? null : FollowModel.fromRow(row);
  }
}
