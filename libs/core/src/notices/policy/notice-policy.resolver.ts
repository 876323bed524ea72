import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { NoticePolicies } from './notice-policies.js';
import { NoticePolicyInput, NoticePolicyModel } from './notice-policy.model.js';
import { holdingNoticePolicy } from './notice-policy.row.js';

const libraryId = { name: 'libraryId', type: () => Id, description: 'Which library.' };

@Resolver()
export class NoticePolicyResolver {
  constructor(private readonly policies: NoticePolicies) {}

  @Requires({ scope: 'read', at: 'libraryId' })
  @Query(() => NoticePolicyModel, { description: 'How notices are told at a library: what mails hold, and who stands in for those who approve.' })
  async noticePolicy(@Args(libraryId.name, libraryId) id: string, @CurrentRequest() request: RequestContext): Promise<NoticePolicyModel> {
    return NoticePolicyModel.fromRow(await holdingNoticePolicy(request.reads, id));
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId' })
  @Mutation(() => NoticePolicyModel, { description: 'Sets how notices are told at a library, and those below it that say nothing themselves.' })
  async setNoticePolicy(
    @Args(libraryId.name, libraryId) id: string,
    @Args('policy', { type: () => NoticePolicyInput, nullable: true, description: 'How; null: as the library above says, else as usual.' }) policy: NoticePolicyInput | null,
    @CurrentActor() actor: Actor,
  ): Promise<NoticePolicyModel> {
    return NoticePolicyModel.fromRow(await this.policies.set(actor, { libraryId: id, policy: policy == null ? null : NoticePolicyInput.toPolicy(policy) }));
  }
}
