import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { ReplyPolicies } from './reply-policies.js';
import { ReplyPolicyInput, ReplyPolicyModel } from './reply-policy.model.js';

const libraryId = { name: 'libraryId', type: () => Id, description: 'Which library.' };

@Resolver()
export class ReplyPolicyResolver {
  constructor(private readonly policies: ReplyPolicies) {}

  @Requires({ scope: 'read', at: 'libraryId' })
  @Query(() => ReplyPolicyModel, { description: 'How a library answers: who approves, and how often somebody is written to unasked.' })
  async replyPolicy(@Args(libraryId.name, libraryId) id: string, @CurrentRequest() request: RequestContext): Promise<ReplyPolicyModel> {
    return ReplyPolicyModel.fromRow(await this.policies.holdingAt(request.reads, id));
  }

  @Requires({ scope: 'read', at: 'libraryId' })
  @Query(() => String, { description: 'What you end a reply of this library with, your name filled in. Empty: the library does not sign.' })
  replySignature(@Args(libraryId.name, libraryId) id: string, @CurrentActor() actor: Actor, @CurrentRequest() request: RequestContext): Promise<string> {
    return this.policies.signature(request.reads, { libraryId: id, actorId: actor.id });
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId' })
  @Mutation(() => ReplyPolicyModel, { description: 'Sets how a library answers, and those below it that say nothing themselves. What was approved already stays so.' })
  async setReplyPolicy(
    @Args(libraryId.name, libraryId) id: string,
    @Args('policy', { type: () => ReplyPolicyInput, nullable: true, description: 'How; null: as the library above says, else as usual.' }) policy: ReplyPolicyInput | null,
    @CurrentActor() actor: Actor,
  ): Promise<ReplyPolicyModel> {
    return ReplyPolicyModel.fromRow(await this.policies.set(actor, { libraryId: id, policy: policy ?? null }));
  }
}
