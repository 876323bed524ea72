import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { FollowLoaders, FollowModel } from '../follows/index.js';
import { type Connection, CurrentRequest, inOrder, RequestContext, Requires } from '../graphql/index.js';
import { daysOf, ReviewArgs, reviewOf } from './review.args.js';
import { BroughtModel, ReviewConnection, ReviewModel } from './review.model.js';
import { ReviewRepository, reviewOrder } from './review.repository.js';
import type { BroughtBy } from './review.row.js';

const nothing = { lastHeardAt: null, heard: 0, needs: 0, answered: 0, helped: 0, notForUs: 0 };
const daysKeys = new Map<number, symbol>();
const loaderKey = (days: number): symbol => {
  const key = daysKeys.get(days) ?? Symbol(`what follows brought in ${days} days`);
  daysKeys.set(days, key);
  return key;
};

@Resolver(() => ReviewModel)
export class ReviewResolver {
  constructor(
    private readonly repository: ReviewRepository,
    private readonly follows: FollowLoaders,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => ReviewConnection, { description: 'Follows of your libraries that should be looked at, by label: whose day has come, which fell silent, which brought nothing but noise. What was kept or put off is not among them until its time.' })
  async followReview(@Args() args: ReviewArgs, @CurrentRequest() request: RequestContext): Promise<Connection<ReviewModel>> {
    const page = reviewOrder.page(args);
    return page.connection(await this.repository.review(request.reads, reviewOf(args), page), ReviewModel.fromRow);
  }

  @ResolveField(() => FollowModel, { nullable: true, description: 'The follow itself.' })
  async follow(@Parent() { followId }: ReviewModel, @CurrentRequest() request: RequestContext): Promise<FollowModel | null> {
    const row = await this.follows.byId(request, followId);
    return row === undefined ? null : FollowModel.fromRow(row);
  }
}

@Resolver(() => FollowModel)
export class BroughtEdgeResolver {
  constructor(private readonly repository: ReviewRepository) {}

  @ResolveField(() => BroughtModel, { description: 'What it brought to your libraries.' })
  async brought(
    @Parent() { id }: FollowModel,
    @Args('days', { type: () => Int, defaultValue: 90, description: 'In how many days, from 7 to 366.' }) days: number,
    @CurrentRequest() request: RequestContext,
  ): Promise<BroughtModel> {
    const load = async (ids: readonly string[]): Promise<readonly (BroughtBy | undefined)[]> => inOrder(ids, await this.repository.brought(request.reads, ids, daysOf(days)), (row) => row.followId);
    return BroughtModel.of((await request.loader<string, BroughtBy | undefined>(loaderKey(days), load).load(id)) ?? nothing);
  }
}
