import { ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphqlContext } from '../graphql/index.js';
import { ActorLoader, ActorModel, PersonModel } from '../staff/api/index.js';
import { ConversationModel } from './conversation.model.js';
import { FindingMarkModel, NoteModel, OutcomeModel, TimelineEntryModel } from './handling.model.js';

/** Who did it, for everything of this feature that somebody did. */
@Resolver(() => ConversationModel)
export class AssigneeResolver {
  constructor(private readonly actors: ActorLoader) {}

  @ResolveField(() => PersonModel, { nullable: true, description: 'The person who has it.' })
  async assignee({ assigneeId }: ConversationModel, _: unknown, { request }: GraphqlContext): Promise<PersonModel | null> {
    return assigneeId === null ? null : this.actors.person(request, assigneeId);
  }
}

@Resolver(() => NoteModel)
export class NoteAuthorResolver {
  constructor(private readonly actors: ActorLoader) {}

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who wrote it.' })
  author({ authorId }: NoteModel, _: unknown, { request }: GraphqlContext): Promise<ActorModel | null> {
    return this.actors.actor(request, authorId);
  }
}

@Resolver(() => TimelineEntryModel)
export class TimelineActorResolver {
  constructor(private readonly actors: ActorLoader) {}

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who did it; null where nobody of the staff did.' })
  actor({ actorId }: TimelineEntryModel, _: unknown, { request }: GraphqlContext): Promise<ActorModel | null> {
    return this.actors.actor(request, actorId);
  }
}

@Resolver(() => OutcomeModel)
export class OutcomeActorResolver {
  constructor(private readonly actors: ActorLoader) {}

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who closed it.' })
  by({ byActorId }: OutcomeModel, _: unknown, { request }: GraphqlContext): Promise<ActorModel | null> {
    return this.actors.actor(request, byActorId);
  }
}

@Resolver(() => FindingMarkModel)
export class MarkActorResolver {
  constructor(private readonly actors: ActorLoader) {}

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who says so.' })
  by({ byActorId }: FindingMarkModel, _: unknown, { request }: GraphqlContext): Promise<ActorModel | null> {
    return this.actors.actor(request, byActorId);
  }
}
