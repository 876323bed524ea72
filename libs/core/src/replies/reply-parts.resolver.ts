import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { CurrentActor, Id, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { ReplyParts } from './reply-parts.js';
import { ReplyResult, resultOf } from './reply.model.js';

@Resolver()
export class ReplyPartsResolver {
  constructor(private readonly parts: ReplyParts) {}

  @Requires({ scope: 'draft' })
  @Mutation(() => ReplyResult, {
    description:
      'Says what follows the first part of an answer that is longer than one post, all of it: each part answers the one before it, and leaves once that was sent. ReplyTooLong proposes how to cut. An approval was for what the answer was before, and is void.',
  })
  async setReplyParts(
    @Args('id', { type: () => Id, description: 'The first part.' }) id: string,
    @Args('further', { type: () => [String], description: 'What each further part says, in order: nine at most. Empty: the first is all.' }) further: readonly string[],
    @CurrentActor() actor: Actor,
  ): Promise<typeof ReplyResult> {
    return resultOf(await this.parts.set(actor, id, further));
  }
}
