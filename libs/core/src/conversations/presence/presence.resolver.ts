import { Args, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentActor, type GraphqlContext, Id, Requires, inGroups } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { ActorLoader, ActorModel } from '../../staff/api/index.js';
import type { ConversationOf } from '../conversation.row.js';
import { ConversationModel } from '../conversation.model.js';
import { PresenceModel, PresenceWordEnum } from './presence.model.js';
import { PresenceRepository } from './presence.repository.js';
import type { PresenceRow, PresenceWord } from './presence.row.js';
import { PresenceService } from './presence.service.js';

@Resolver(() => ConversationModel)
export class PresenceResolver {
  constructor(
    private readonly service: PresenceService,
    private readonly repository: PresenceRepository,
  ) {}

  @Requires({ scope: 'read', person: true })
  @Mutation(() => [PresenceModel], { description: 'Says what you do in a conversation, for your colleagues to see: every fifteen seconds or so while you do it, and at once when it changes. Who is silent for forty seconds is gone. Your last word counts, from whichever window it comes. Answers with who else is there.' })
  async sayPresence(
    @Args('conversationId', { type: () => Id, description: 'Which conversation; the id of one that was merged leads to the other.' }) conversationId: string,
    @Args('doing', { type: () => PresenceWordEnum, description: 'What.' }) doing: PresenceWord,
    @CurrentActor() actor: Actor,
  ): Promise<PresenceModel[]> {
    return (await this.service.say(actor, conversationId, doing)).map(PresenceModel.fromRow);
  }

  @ResolveField(() => [PresenceModel], { name: 'presence', description: 'Who else of the library looks at it right now, or types a reply. `changed` tells when it changes, by hints of the kind presence.' })
  async presenceIn({ id, libraryId }: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<PresenceModel[]> {
    const { reads, actor } = request;
    const loader = request.loader<ConversationOf, readonly PresenceRow[]>(PresenceResolver, async (of) =>
      inGroups(of.map((each) => each.id), await this.repository.others(reads, of, actor.id), ({ conversationId }) => conversationId));
    return (await loader.load({ id, libraryId })).map(PresenceModel.fromRow);
  }
}

@Resolver(() => PresenceModel)
export class PresenceActorResolver {
  constructor(private readonly actors: ActorLoader) {}

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who.' })
  actor({ actorId }: PresenceModel, _: unknown, { request }: GraphqlContext): Promise<ActorModel | null> {
    return this.actors.actor(request, actorId);
  }
}
