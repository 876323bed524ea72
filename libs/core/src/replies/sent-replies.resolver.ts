import type { SmallAnswer } from '@earshot/plugin-sdk';
import { Args, ArgsType, Field, Int, Mutation, Resolver, createUnionType } from '@nestjs/graphql';
import { ConversationModel } from '../conversations/index.js';
import { CurrentActor, Id, Requires, enumOf } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { ReplyBlocked } from './checks/reply-checks.model.js';
import { ReplyResult, resultOf } from './reply.model.js';
import { PostGoneError, ReplyNotAllowed } from './reply.errors.js';
import { SentReplies } from './sent-replies.js';
import { SmallAnswers } from './small-answers.js';

const SmallAnswerEnum = enumOf<SmallAnswer>('SmallAnswer', 'A sign in place of words.', {
  like: 'We like it.', boost: 'We pass it on to who follows us.', follow: 'The account itself follows its author, as everybody may see; for Earshot it is no follow.',
});

@ArgsType()
class SmallAnswerArgs {
  @Field(() => Id, { description: 'The conversation.' })
  readonly conversationId!: string;

  @Field(() => Id, { description: 'The post of it.' })
  readonly postId!: string;

  @Field(() => Id, { description: 'The account that is to do it.' })
  readonly accountId!: string;

  @Field(() => SmallAnswerEnum, { description: 'Which.' })
  readonly what!: SmallAnswer;
}

const SmallAnswerResult = createUnionType({
  name: 'SmallAnswerResult',
  description: 'The conversation, whose timeline tells of it; or what is in the way.',
  types: () => [ConversationModel, ReplyNotAllowed, PostGoneError, ReplyBlocked] as const,
});

const id = { name: 'id', type: () => Id, description: 'The reply.' };
const version = { name: 'version', type: () => Int, description: 'The version that you read.' };

@Resolver()
export class SentRepliesResolver {
  constructor(
    private readonly sent: SentReplies,
    private readonly small: SmallAnswers,
  ) {}

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => ReplyResult, { description: 'Other words for a reply that is out, where its network lets it be edited: you answer for them. Refused where the policy wants somebody other than their writer for that: take it back, then, and write another.' })
  async amendReply(@Args(id.name, id) replyId: string, @Args(version.name, version) read: number, @Args('text', { description: 'What it says now.' }) text: string, @CurrentActor() actor: Actor): Promise<typeof ReplyResult> {
    return resultOf(await this.sent.amend(actor, replyId, { version: read, text }));
  }

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => ReplyResult, { description: 'Takes a reply that is out back from its network, where that can be. Who read it has read it.' })
  async removeReply(@Args(id.name, id) replyId: string, @Args(version.name, version) read: number, @CurrentActor() actor: Actor): Promise<typeof ReplyResult> {
    return resultOf(await this.sent.remove(actor, replyId, read));
  }

  @Requires({ scope: 'draft', person: true })
  @Mutation(() => SmallAnswerResult, { description: 'Likes a post, passes it on, or follows its author: at once, once, and told in the timeline. Whoever refuses to be answered gets no such sign either.' })
  async giveSmallAnswer(@Args() args: SmallAnswerArgs, @CurrentActor() actor: Actor): Promise<typeof SmallAnswerResult> {
    const given = await this.small.give(actor, args);
    return 'code' in given ? given : ConversationModel.fromRow(given);
  }
}
