import { Args, ArgsType, Field, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, PageArgs, RequestContext, Requires } from '../../graphql/index.js';
import { optionalWords } from '../../follows/index.js';
import { ActorLoader, ActorModel } from '../../staff/api/index.js';
import type { Actor } from '../../staff/index.js';
import { ConversationModel } from '../conversation.model.js';
import { UnmetNeedConnection, UnmetNeedModel } from './unmet-need.model.js';
import { UnmetNeedsRepository, unmetNeedOrder } from './unmet-needs.repository.js';
import { UnmetNeeds } from './unmet-needs.service.js';

@ArgsType()
class UnmetNeedsArgs extends PageArgs {
  @Field(() => Id, { description: 'Which library.' })
  readonly libraryId!: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Those that could be met since, instead of those that could not yet.' })
  readonly met!: boolean;

  @Field(() => String, { nullable: true, description: 'Words that stand in it.' })
  readonly search?: string | null;
}

@Resolver(() => UnmetNeedModel)
export class UnmetNeedsResolver {
  constructor(
    private readonly needs: UnmetNeeds,
    private readonly repository: UnmetNeedsRepository,
    private readonly actors: ActorLoader,
  ) {}

  @Requires({ scope: 'read', at: 'libraryId' })
  @Query(() => UnmetNeedConnection, { description: 'What a library was asked for and could not give, the newest first.' })
  async unmetNeeds(@Args() args: UnmetNeedsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<UnmetNeedModel>> {
    const page = unmetNeedOrder.page(args);
    const filter = { libraryId: args.libraryId, met: args.met, words: optionalWords(args.search, 'search', 200) };
    return page.connection(await this.repository.list(request.reads, filter, page), UnmetNeedModel.fromRow);
  }

  @Requires({ scope: 'triage', role: 'librarian' })
  @Mutation(() => ConversationModel, { description: 'It can be met now: its conversation comes back, once, so that you can tell the person.' })
  async meetNeed(@Args('id', { type: () => Id, description: 'The need.' }) id: string, @CurrentActor() actor: Actor): Promise<ConversationModel> {
    return ConversationModel.fromRow(await this.needs.meet(actor, id));
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who says that it can be met.' })
  metBy(@Parent() need: UnmetNeedModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, need.metById);
  }
}
