import { Args, ArgsType, Field, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, PageArgs, type RequestContext, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { OwnPosts } from './own-posts.js';
import { ownPostOrder, RepliesRepository } from './replies.repository.js';
import { ReplyAbilitiesModel } from './reply-abilities.model.js';
import { ReplyAbilitiesResult, ReplyConnection, ReplyModel, ReplyResult, resultOf } from './reply.model.js';
import type { ReplyState } from './reply.row.js';
import { ReplyStateEnum } from './reply-state.enum.js';

@ArgsType()
class SpeakingArgs {
  @Field(() => Id, { description: 'The library that speaks.' })
  readonly libraryId!: string;

  @Field(() => Id, { description: 'The account from which it does: its own, or one of a library above it.' })
  readonly accountId!: string;
}

@ArgsType()
class DraftPostArgs extends SpeakingArgs {
  @Field(() => String, { description: 'What it says.' })
  readonly text!: string;

  @Field(() => String, { defaultValue: 'en', description: 'In which language, as a BCP 47 tag.' })
  readonly lang!: string;
}

@ArgsType()
class OwnPostsArgs extends PageArgs {
  @Field(() => Id, { description: 'Which library.' })
  readonly libraryId!: string;

  @Field(() => ReplyStateEnum, { nullable: true, description: 'Those in this state; without it, in every state.' })
  readonly state?: ReplyState | null;
}

@Resolver()
export class OwnPostsResolver {
  constructor(
    private readonly posts: OwnPosts,
    private readonly replies: RepliesRepository,
  ) {}

  @Requires({ scope: 'draft', role: 'librarian', at: 'libraryId' })
  @Mutation(() => ReplyResult, { description: 'Begins a post of your own, which answers nobody: a question to the town, or an answer worth telling everybody. All that is done with replies is done with it; what is said under it comes back as its conversation.' })
  async draftPost(@Args() args: DraftPostArgs, @CurrentActor() actor: Actor): Promise<typeof ReplyResult> {
    return resultOf(await this.posts.draft(actor, args));
  }

  @Requires({ scope: 'draft', role: 'librarian', at: 'libraryId' })
  @Query(() => ReplyAbilitiesResult, { description: 'Whether an account may post something that answers nobody, and how long it may be: asked of the network now.' })
  async postAbilities(@Args() args: SpeakingArgs, @CurrentActor() actor: Actor): Promise<typeof ReplyAbilitiesResult> {
    const told = await this.posts.abilities(actor, args);
    return 'code' in told ? told : ReplyAbilitiesModel.fromAbilities(told);
  }

  @Requires({ scope: 'read', at: 'libraryId' })
  @Query(() => ReplyConnection, { description: "A library's own posts, from the draft on, the newest first: what came of each stands in its conversation." })
  async ownPosts(@Args() args: OwnPostsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<ReplyModel>> {
    const page = ownPostOrder.page(args);
    return page.connection(await this.replies.ownPosts(request.reads, { libraryId: args.libraryId, state: args.state ?? null }, page), ReplyModel.fromRow);
  }
}
