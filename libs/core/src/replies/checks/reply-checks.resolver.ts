import { Args, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, Id, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import type { Check } from './check.js';
import { ReplyCheckResult } from './reply-checks.model.js';
import { ReplyChecks } from './reply-checks.js';

@Resolver()
export class ReplyChecksResolver {
  constructor(private readonly checks: ReplyChecks) {}

  @Requires({ scope: 'draft' })
  @Query(() => [ReplyCheckResult], { description: 'What speaks against sending a reply as it is, asked now: what blocks first. Empty: nothing does. The network is asked, and what links lead to.' })
  replyChecks(
    @Args('id', { type: () => Id, description: 'The reply.' }) id: string,
    @Args('at', { type: () => Date, nullable: true, description: 'When it is to leave; absent: now.' }) at: Date | null,
    @CurrentActor() actor: Actor,
  ): Promise<readonly Check[]> {
    return this.checks.of(actor, id, at ?? undefined);
  }
}
