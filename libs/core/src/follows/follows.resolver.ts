import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { ActorLoader, ActorModel } from '../staff/api/index.js';
import { AddFollowsService } from './add-follows.service.js';
import { FollowLoaders } from './follow-loaders.js';
import { AddFollowsArgs, ChangeFollowArgs, filterOf, FollowsArgs } from './follow.args.js';
import { FollowConnection, FollowListModel, FollowModel, FollowReportModel } from './follow.model.js';
import { FollowsRepository, followOrder } from './follows.repository.js';
import { FollowsService } from './follows.service.js';

@Resolver(() => FollowModel)
export class FollowsResolver {
  constructor(
    private readonly repository: FollowsRepository,
    private readonly loaders: FollowLoaders,
    private readonly service: FollowsService,
    private readonly adding: AddFollowsService,
    private readonly actors: ActorLoader,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => FollowConnection, { description: 'Follows by label: those of your libraries, and of the libraries above them.' })
  async follows(@Args() args: FollowsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<FollowModel>> {
    const page = followOrder.page(args);
    return page.connection(await this.repository.follows(request.reads, filterOf(args), page), FollowModel.fromRow);
  }

  @ResolveField(() => FollowListModel, { nullable: true, description: 'The list that it is on.' })
  async list(@Parent() follow: FollowModel, @CurrentRequest() request: RequestContext): Promise<FollowListModel | null> {
    const row = await this.loaders.list(request, follow.listId);
    return row === undefined ? null : FollowListModel.fromRow(row);
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who added it.' })
  addedBy(@Parent() { addedById }: FollowModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, addedById);
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowReportModel, { description: 'Follows what a few lines name, all that can be followed at once, and says line by line what became of them. For more, and to see it before it happens: startFollowImport.' })
  async addFollows(@Args() { listId, accountIds, text, reason, category, reviewOn, keepDays }: AddFollowsArgs, @CurrentActor() actor: Actor): Promise<FollowReportModel> {
    return FollowReportModel.of(await this.adding.add(actor, { listId, accountIds }, text, { reason, category, reviewOn, keepDays }));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowModel, { description: 'Changes what is said of a follow; what is not given stays.' })
  async changeFollow(@Args() { followId, reason, category, reviewOn, keepDays }: ChangeFollowArgs, @CurrentActor() actor: Actor): Promise<FollowModel> {
    return FollowModel.fromRow(await this.service.change(actor, { followId, reason: reason ?? undefined, category: category ?? undefined, reviewOn, keepDays }));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => [FollowModel], { description: 'Ends follows, all or none. What was heard by them keeps its reason.' })
  async removeFollows(@Args('followIds', { type: () => [Id], description: 'Which, 1000 at most.' }) followIds: string[], @CurrentActor() actor: Actor): Promise<readonly FollowModel[]> {
    return (await this.service.remove(actor, { followIds })).map(FollowModel.fromRow);
  }
}
