import { Args, Int, Mutation, Resolver } from '@nestjs/graphql';
import { CurrentActor, Id, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { FollowDecisionModel } from './follow-decision.model.js';
import { FollowDecisionsService } from './follow-decisions.service.js';

const which = { type: () => Id, description: 'Which follow.' };

@Resolver(() => FollowDecisionModel)
export class FollowDecisionsResolver {
  constructor(private readonly decisions: FollowDecisionsService) {}

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowDecisionModel, { description: 'Keeps a follow that was shown for review: it is reviewed again in so many months, and not before.' })
  async keepFollow(@Args('followId', which) followId: string, @Args('months', { type: () => Int, defaultValue: 6, description: 'From 1 to 60.' }) months: number, @CurrentActor() actor: Actor): Promise<FollowDecisionModel> {
    return FollowDecisionModel.of(await this.decisions.keep(actor, followId, months));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowDecisionModel, { description: 'Puts a review off for so many weeks.' })
  async snoozeFollow(@Args('followId', which) followId: string, @Args('weeks', { type: () => Int, defaultValue: 4, description: 'From 1 to 104.' }) weeks: number, @CurrentActor() actor: Actor): Promise<FollowDecisionModel> {
    return FollowDecisionModel.of(await this.decisions.snooze(actor, followId, weeks));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowDecisionModel, { description: 'Ends a follow that was shown for review. What it brought stays until its time is over.' })
  async removeFollow(@Args('followId', which) followId: string, @CurrentActor() actor: Actor): Promise<FollowDecisionModel> {
    return FollowDecisionModel.of(await this.decisions.remove(actor, followId));
  }

  @Requires({ scope: 'follow' })
  @Mutation(() => FollowDecisionModel, { description: 'Undoes the last decision about a follow: everything is as it was. Safe to repeat.' })
  async undoFollowDecision(@Args('decisionId', { type: () => Id, description: 'Which decision.' }) decisionId: string, @CurrentActor() actor: Actor): Promise<FollowDecisionModel> {
    return FollowDecisionModel.of(await this.decisions.undo(actor, decisionId));
  }
}
