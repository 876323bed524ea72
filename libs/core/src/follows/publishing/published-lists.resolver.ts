import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, inGroups, inOrder, PageArgs, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { ActorLoader, ActorModel } from '../../staff/api/index.js';
import { FollowLoaders } from '../follow-loaders.js';
import { FollowListModel, FollowModel } from '../follow.model.js';
import { NetworkListUnreadable } from '../network-lists.errors.js';
import { ListPublishedAlready, ListSeenOtherwise } from './published-list.errors.js';
import {
  PublishedListConnection, PublishedListMemberConnection, PublishedListMemberCountModel, PublishedListMemberModel, PublishedListModel, PublishedListsArgs, PublishListArgs, PublishListResult, PublishPreviewArgs,
  PublishPreviewEntryConnection, PublishPreviewEntryModel, PublishPreviewModel, PublishPreviewResult,
} from './published-list.model.js';
import type { PublishedListRow } from './published-list.row.js';
import { type MemberCount, publishedListOrder, PublishedListsReader, publishedMemberOrder, shownOrder } from './published-lists.reader.js';
import { PublishedListsService } from './published-lists.service.js';
import { leftOut } from './who-is-shown.js';

const [listKey, countsKey] = [Symbol('published list'), Symbol('members of a published list')];
const which = { type: () => Id, description: 'Which list that is shown.' };
const needed = { scope: 'follow', role: 'librarian', person: true } as const;

@Resolver(() => PublishedListModel)
export class PublishedListsResolver {
  constructor(
    private readonly reader: PublishedListsReader,
    private readonly service: PublishedListsService,
    private readonly lists: FollowLoaders,
    private readonly actors: ActorLoader,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => PublishedListConnection, { description: 'The follow lists of your libraries that are shown on networks, the oldest first.' })
  async publishedLists(@Args() args: PublishedListsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<PublishedListModel>> {
    const page = publishedListOrder.page(args);
    return page.connection(await this.reader.lists(request.reads, { listId: args.listId ?? undefined }, page), PublishedListModel.fromRow);
  }

  @Requires({ scope: 'read' })
  @Query(() => PublishedListModel, { nullable: true, description: 'One list that is shown on a network, also one that ended; null where you may not see it.' })
  async publishedList(@Args('publishedListId', which) publishedListId: string, @CurrentRequest() request: RequestContext): Promise<PublishedListModel | null> {
    const load = async (ids: readonly string[]) => inOrder(ids, await this.reader.byIds(request.reads, ids), (row) => row.id);
    const row = await request.loader<string, PublishedListRow | undefined>(listKey, load).load(publishedListId);
    return row === undefined ? null : PublishedListModel.fromRow(row);
  }

  @ResolveField(() => FollowListModel, { nullable: true, description: 'The follow list.' })
  async list(@Parent() { listId }: PublishedListModel, @CurrentRequest() request: RequestContext): Promise<FollowListModel | null> {
    const row = await this.lists.list(request, listId);
    return row === undefined ? null : FollowListModel.fromRow(row);
  }

  @ResolveField(() => [PublishedListMemberCountModel], { description: 'How many have which state: `adding` and `removing` against the rest is how far it is.' })
  async counts(@Parent() { id }: PublishedListModel, @CurrentRequest() request: RequestContext): Promise<readonly PublishedListMemberCountModel[]> {
    const load = async (ids: readonly string[]) => inGroups(ids, await this.reader.counts(request.reads, ids), (row) => row.publishedId);
    return (await request.loader<string, readonly MemberCount[]>(countsKey, load).load(id)).map(PublishedListMemberCountModel.of);
  }

  @ResolveField(() => PublishedListMemberConnection, { description: 'Who is shown, or to be shown.' })
  async members(@Parent() parent: PublishedListModel, @Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<PublishedListMemberModel>> {
    const page = publishedMemberOrder.page(args);
    return page.connection(await this.reader.members(request.reads, parent, page), PublishedListMemberModel.fromRow);
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who published it.' })
  madeBy(@Parent() { madeById }: PublishedListModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, madeById);
  }

  @Requires({ scope: 'follow', role: 'librarian' })
  @Query(() => PublishPreviewResult, { description: 'Who of a follow list would be shown on a network, who would not and why, and who would see it. The network is asked now, and nothing is written.' })
  async publishPreview(@Args() args: PublishPreviewArgs, @CurrentActor() actor: Actor, @CurrentRequest() request: RequestContext): Promise<typeof PublishPreviewResult> {
    await request.rest();
    const preview = await this.service.preview(actor, args);
    return preview instanceof NetworkListUnreadable ? preview : PublishPreviewModel.of(preview);
  }

  @Requires(needed)
  @Mutation(() => PublishListResult, { description: 'Shows a follow list on a network from now on, and keeps it in step: on a list that is made, on one that is there, or by really following. A person’s act; see publishPreview first.' })
  async publishList(@Args() args: PublishListArgs, @CurrentActor() actor: Actor): Promise<typeof PublishListResult> {
    const published = await this.service.publish(actor, args);
    return published instanceof NetworkListUnreadable || published instanceof ListPublishedAlready || published instanceof ListSeenOtherwise ? published : PublishedListModel.fromRow(published);
  }

  @Requires(needed)
  @Mutation(() => PublishedListModel, { description: 'Takes it off the network: whom it put there, and the list if it made it. Safe to repeat.' })
  async unpublishList(@Args('publishedListId', which) publishedListId: string, @CurrentActor() actor: Actor): Promise<PublishedListModel> {
    return PublishedListModel.fromRow(await this.service.unpublish(actor, publishedListId));
  }

  @Requires(needed)
  @Mutation(() => PublishedListModel, { description: 'Goes on where it had stopped, and asks the network again for whom it refused and for whom somebody took off there.' })
  async publishAgain(@Args('publishedListId', which) publishedListId: string, @CurrentActor() actor: Actor): Promise<PublishedListModel> {
    return PublishedListModel.fromRow(await this.service.again(actor, publishedListId));
  }
}

@Resolver(() => PublishPreviewModel)
export class PublishPreviewResolver {
  constructor(private readonly reader: PublishedListsReader) {}

  @ResolveField(() => PublishPreviewEntryConnection, { description: 'Every follow of the list, and whether it would be shown.' })
  async entries(@Parent() { showing, ...of }: PublishPreviewModel, @Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<PublishPreviewEntryModel>> {
    const page = shownOrder.page(args);
    return page.connection(await this.reader.follows(request.reads, of, page), (row) => Object.assign(new PublishPreviewEntryModel(), { followId: row.id, leftOut: leftOut(row, showing) }));
  }
}

@Resolver(() => PublishPreviewEntryModel)
export class PublishPreviewEntryResolver {
  constructor(private readonly loaders: FollowLoaders) {}

  @ResolveField(() => FollowModel, { nullable: true, description: 'The follow.' })
  async follow(@Parent() { followId }: PublishPreviewEntryModel, @CurrentRequest() request: RequestContext): Promise<FollowModel | null> {
    const row = await this.loaders.byId(request, followId);
    return row === undefined ? null : FollowModel.fromRow(row);
  }
}
