import { Args, ArgsType, Field, Int, Mutation, Resolver } from '@nestjs/graphql';
import { CurrentActor, Id, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { ReplyApprovals } from './reply-approvals.js';
import { ReplyDecisions } from './reply-decisions.js';
import { ReplyResult, resultOf } from './reply.model.js';

@ArgsType()
class ApproveArgs {
  @Field(() => Id, { description: 'The reply.' })
  readonly id!: string;

  @Field(() => Int, { description: 'The version that you read.' })
  readonly version!: number;

  @Field(() => Date, { nullable: true, description: 'When it is to leave, within sixty days; absent: as soon as the time for taking it back is over.' })
  readonly at?: Date | null;

  @Field(() => [Id], { defaultValue: [], description: 'Other replies of the conversation that are on their way or out (see ColleagueSends), and beside which it goes all the same.' })
  readonly besides!: readonly string[];

  @Field(() => [Id], { defaultValue: [], description: 'Other replies of the conversation that have not left: they are withdrawn for it.' })
  readonly insteadOf!: readonly string[];
}

const id = { name: 'id', type: () => Id, description: 'The reply.' };

@Resolver()
export class ReplyApprovalsResolver {
  constructor(
    private readonly approvals: ReplyApprovals,
    private readonly decisions: ReplyDecisions,
  ) {}

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => ReplyResult, { description: 'A person answers for this very text, and for all further parts of it: it is sent once the time for taking it back is over, or when they say.' })
  async approveReply(@Args() { id: replyId, at, ...approval }: ApproveArgs, @CurrentActor() actor: Actor): Promise<typeof ReplyResult> {
    return resultOf(await this.approvals.approve(actor, replyId, { ...approval, at: at ?? undefined }));
  }

  @Requires({ scope: 'draft' })
  @Mutation(() => ReplyResult, { description: 'A draft again, with the words as they are: an approved one does not leave, and one in review is given back to whoever wrote it. Possible until it is on its way.' })
  async takeBackReply(@Args(id.name, id) replyId: string, @CurrentActor() actor: Actor): Promise<typeof ReplyResult> {
    return resultOf(await this.approvals.takeBack(actor, replyId));
  }

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => ReplyResult, { description: "You copied these words and published them on the network's own page, and answer for them as who approves a reply does. All that blocks an approval blocks this, but that the network wants it by hand." })
  async replyWrittenByHand(
    @Args(id.name, id) replyId: string,
    @Args('version', { type: () => Int, description: 'The version that you copied.' }) version: number,
    @Args('url', { type: () => String, nullable: true, description: 'Where it stands there, if you have it.' }) url: string | null,
    @CurrentActor() actor: Actor,
  ): Promise<typeof ReplyResult> {
    return resultOf(await this.approvals.writtenByHand(actor, replyId, { version, url: url ?? undefined }));
  }

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => ReplyResult, { description: 'Ends the doubt about a reply of which the network cannot tell whether it arrived: somebody looked there.' })
  async decideUnknownReply(
    @Args(id.name, id) replyId: string,
    @Args('sent', { description: 'Whether it is there. If not, it becomes a draft again, to be approved anew.' }) sent: boolean,
    @CurrentActor() actor: Actor,
  ): Promise<typeof ReplyResult> {
    return resultOf(await this.decisions.decide(actor, replyId, sent));
  }
}
