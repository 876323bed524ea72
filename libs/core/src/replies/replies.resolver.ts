import { Args, ArgsType, Field, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ConversationModel } from '../conversations/index.js';
import { CurrentActor, CurrentRequest, Id, type RequestContext, Requires, inGroups } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { RepliesService } from './replies.service.js';
import { ReplyAbilitiesModel } from './reply-abilities.model.js';
import { ReplyAbilitiesResult, ReplyModel, ReplyResult, resultOf } from './reply.model.js';
import { type ReplyRow, replyColumns } from './reply.row.js';

@ArgsType()
class DraftArgs {
  @Field(() => Id, { description: 'The conversation.' })
  readonly conversationId!: string;

  @Field(() => Id, { description: 'The post of it that is answered.' })
  readonly toPostId!: string;

  @Field(() => Id, { description: 'The account from which it is to be sent.' })
  readonly accountId!: string;

  @Field(() => String, { description: 'What it says.' })
  readonly text!: string;

  @Field(() => String, { defaultValue: 'en', description: 'In which language, as a BCP 47 tag.' })
  readonly lang!: string;
}

const id = { name: 'id', type: () => Id, description: 'The reply.' };

/** Roles are asked for by the service, at the library of the conversation, which is known only once it was read. */
@Resolver(() => ConversationModel)
export class RepliesResolver {
  constructor(private readonly replies: RepliesService) {}

  @ResolveField(() => [ReplyModel], { name: 'replies', description: "The library's answers in this conversation, the oldest first; of those in several parts, each." })
  async repliesOf(@Parent() conversation: ConversationModel, @CurrentRequest() request: RequestContext): Promise<ReplyModel[]> {
    const loader = request.loader<string, readonly ReplyRow[]>(RepliesResolver, async (ids) =>
      inGroups(
        ids,
        await request.reads.query<ReplyRow>(`select ${replyColumns} from reply r where r.conversation_id = any($1::uuid[]) and r.library_id in (select scope()) order by r.created_at, r.part, r.id`, [ids]),
        (row) => row.conversationId,
      ),
    );
    return (await loader.load(conversation.id)).map((row) => ReplyModel.fromRow(row));
  }

  @Requires({ scope: 'draft' })
  @Query(() => ReplyAbilitiesResult, { description: 'Whether an account may reply to a post, and how long a reply may be: asked of the network now.' })
  async replyAbilities(
    @Args('postId', { type: () => Id, description: 'The post.' }) toPostId: string,
    @Args('accountId', { type: () => Id, description: 'The account.' }) accountId: string,
    @CurrentActor() actor: Actor,
  ): Promise<typeof ReplyAbilitiesResult> {
    const told = await this.replies.abilities(actor, { toPostId, accountId });
    return 'code' in told ? told : ReplyAbilitiesModel.fromAbilities(told);
  }

  @Requires({ scope: 'draft' })
  @Mutation(() => ReplyResult, { description: 'Begins an answer to a post. Before it is shown the thread is looked at again, for a few seconds at most, and the network is asked whether it takes an answer, how long it may be, and what the author of the post refuses by now.' })
  async draftReply(@Args() args: DraftArgs, @CurrentActor() actor: Actor): Promise<typeof ReplyResult> {
    return resultOf(await this.replies.draft(actor, args));
  }

  @Requires({ scope: 'draft' })
  @Mutation(() => ReplyResult, { description: 'Changes the text. An approval was for the old one, and is void.' })
  async editReply(
    @Args(id.name, id) replyId: string,
    @Args('text', { description: 'What it says now.' }) text: string,
    @Args('lang', { type: () => String, nullable: true, description: 'In which language now, as a BCP 47 tag; absent: as before.' }) lang: string | null,
    @CurrentActor() actor: Actor,
  ): Promise<typeof ReplyResult> {
    return resultOf(await this.replies.edit(actor, replyId, { text, lang: lang ?? undefined }));
  }

  @Requires({ scope: 'draft' })
  @Mutation(() => ReplyResult, { description: 'Asks a colleague to approve it.' })
  async submitReply(@Args(id.name, id) replyId: string, @CurrentActor() actor: Actor): Promise<typeof ReplyResult> {
    return resultOf(await this.replies.submit(actor, replyId));
  }

  @Requires({ scope: 'draft' })
  @Mutation(() => ReplyResult, { description: 'It is not sent. Possible until it is on its way.' })
  async withdrawReply(@Args(id.name, id) replyId: string, @CurrentActor() actor: Actor): Promise<typeof ReplyResult> {
    return resultOf(await this.replies.withdraw(actor, replyId));
  }
}
