import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { FollowLoaders, FollowModel } from '../follows/index.js';
import { CurrentRequest, RequestContext } from '../graphql/index.js';
import { ConversationLoaders } from './conversation-loaders.js';
import { HearingModel } from './handling.model.js';
import { PostModel } from './post.model.js';

@Resolver(() => HearingModel)
export class HearingEdgesResolver {
  constructor(
    private readonly loaders: ConversationLoaders,
    private readonly follows: FollowLoaders,
  ) {}

  @ResolveField(() => PostModel, { nullable: true, description: 'The post that let the conversation in.' })
  async post(@Parent() { postId, libraryId }: HearingModel, @CurrentRequest() request: RequestContext): Promise<PostModel | null> {
    const row = await this.loaders.post(request, { postId, libraryId });
    return row === undefined ? null : PostModel.fromRow(row);
  }

  @ResolveField(() => FollowModel, { nullable: true, description: 'The follow that named it, with its reason and its list.' })
  async follow(@Parent() { followId }: HearingModel, @CurrentRequest() request: RequestContext): Promise<FollowModel | null> {
    const row = followId === null ? undefined : await this.follows.byId(request, followId);
    return row === undefined ? null : FollowModel.fromRow(row);
  }
}
