import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentRequest, RequestContext, inOrder } from '../graphql/index.js';
import { FollowHistoryModel, type FollowHistoryRow } from './follow-history.model.js';
import { FollowModel } from './follow.model.js';
import { FollowsRepository } from './follows.repository.js';

const historyKey = Symbol('history of a follow');

@Resolver(() => FollowModel)
export class FollowHistoryResolver {
  constructor(private readonly follows: FollowsRepository) {}

  @ResolveField(() => FollowHistoryModel, { nullable: true, description: 'The week before it was followed; null where it has none of its own.' })
  async history(@Parent() follow: FollowModel, @CurrentRequest() request: RequestContext): Promise<FollowHistoryModel | null> {
    const loader = request.loader<string, FollowHistoryRow | undefined>(historyKey, async (ids) => inOrder(ids, await this.follows.histories(request.reads, ids), (row) => row.followId));
    const row = await loader.load(follow.id);
    return row === undefined ? null : FollowHistoryModel.fromRow(row);
  }
}
