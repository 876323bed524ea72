import { Args, ArgsType, Field, Mutation, Parent, Query, ResolveField, Resolver, createUnionType } from '@nestjs/graphql';
import { ConversationLoaders, ConversationModel } from '../conversations/index.js';
import { optionalWords } from '../follows/index.js';
import { type Connection, CurrentActor, CurrentRequest, Id, PageArgs, RequestContext, Requires, inOrder } from '../graphql/index.js';
import { ActorLoader, ActorModel } from '../staff/api/index.js';
import type { Actor } from '../staff/index.js';
import { BringInInput, writtenBringIn } from './bring-in.input.js';
import { BringingInOff, BroughtInBefore, NotBroughtIn } from './bringing-in.errors.js';
import { BringingIn } from './bringing-in.service.js';
import { BroughtInModel, BroughtInPlaceConnection, BroughtInPlaceModel } from './brought-in.model.js';
import { BroughtInRepository, type BroughtInRow, placeOrder } from './brought-in.repository.js';
import { TakingBack } from './taking-back.service.js';

const BringInResult = createUnionType({
  name: 'BringInResult',
  description: 'Its conversation, or what is in the way.',
  types: () => [ConversationModel, BringingInOff, BroughtInBefore] as const,
});
const TakeBackBroughtInResult = createUnionType({
  name: 'TakeBackBroughtInResult',
  description: 'The conversation as it is now, hidden and without words; or what is in the way.',
  types: () => [ConversationModel, NotBroughtIn] as const,
});

@ArgsType()
class PlacesArgs extends PageArgs {
  @Field(() => Id, { description: 'Which library.' })
  readonly libraryId!: string;

  @Field(() => String, { nullable: true, description: 'How their names begin, in any letter case: to complete one while it is typed.' })
  readonly beginning?: string | null;
}

@Resolver(() => ConversationModel)
export class BringingInResolver {
  constructor(
    private readonly bringing: BringingIn,
    private readonly taking: TakingBack,
    private readonly brought: BroughtInRepository,
    private readonly conversations: ConversationLoaders,
  ) {}

  @Requires({ scope: 'triage', role: 'librarian', at: 'input.libraryId' })
  @Mutation(() => BringInResult, { description: 'Brings in by hand what was said where nothing listens: it is judged, and handled, as what was heard. Nothing is asked for, also not its address, and it is kept for the shortest time that the library keeps anything.' })
  async bringIn(@Args('input', { description: 'What was said, and where.' }) input: BringInInput, @CurrentActor() actor: Actor, @CurrentRequest() request: RequestContext): Promise<typeof BringInResult> {
    const done = await this.bringing.bringIn(actor, writtenBringIn(input));
    if (typeof done !== 'string') return done;
    const row = await this.conversations.byId(request, done);
    if (row === undefined) throw new Error('what was brought in has no conversation');
    return ConversationModel.fromRow(row);
  }

  @Requires({ scope: 'triage', role: 'librarian' })
  @Mutation(() => TakeBackBroughtInResult, { description: 'Takes back what your library brought in by mistake: its words, its address and the name that was typed go at once, from every copy. Drafts are withdrawn; a reply that was given stays.' })
  async takeBackBroughtIn(@Args('conversationId', { type: () => Id, description: 'Its conversation.' }) conversationId: string, @CurrentActor() actor: Actor): Promise<typeof TakeBackBroughtInResult> {
    const done = await this.taking.takeBack(actor, conversationId);
    return 'code' in done ? done : ConversationModel.fromRow(done);
  }

  @Requires({ scope: 'read', at: 'libraryId' })
  @Query(() => BroughtInPlaceConnection, { description: 'The places from which a library brought something in, by name.' })
  async broughtInPlaces(@Args() args: PlacesArgs, @CurrentRequest() request: RequestContext): Promise<Connection<BroughtInPlaceModel>> {
    const page = placeOrder.page(args);
    return page.connection(await this.brought.places(request.reads, { libraryId: args.libraryId, beginning: optionalWords(args.beginning, 'beginning', 100) }, page), BroughtInPlaceModel.fromRow);
  }

  @ResolveField(() => BroughtInModel, { nullable: true, description: 'Where it was brought in from, by whom and when; null where your library heard it otherwise.' })
  async broughtIn(@Parent() conversation: ConversationModel, @CurrentRequest() request: RequestContext): Promise<BroughtInModel | null> {
    const loader = request.loader<string, BroughtInRow | undefined>(BringingInResolver, async (ids) => inOrder(ids, await this.brought.ofConversations(request.reads, ids), (row) => row.conversationId));
    const row = await loader.load(conversation.id);
    return row === undefined ? null : BroughtInModel.fromRow(row);
  }
}

@Resolver(() => BroughtInModel)
export class BroughtInActorResolver {
  constructor(private readonly actors: ActorLoader) {}

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who brought it in; null where you may not see them.' })
  by(@Parent() { byActorId }: BroughtInModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, byActorId);
  }
}
