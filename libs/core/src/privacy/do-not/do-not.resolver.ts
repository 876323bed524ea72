import { Args, ArgsType, Field, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ProfileModel } from '../../conversations/index.js';
import { type Connection, CurrentActor, CurrentRequest, Id, PageArgs, RequestContext, Requires, inGroups } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { ActorLoader, ActorModel } from '../../staff/api/index.js';
import { DoNotConnection, DoNotInput, DoNotModel, DoNotReasonEnum } from './do-not.model.js';
import { DoNotRepository, doNotOrder } from './do-not.repository.js';
import type { DoNotReason, DoNotRow } from './do-not.row.js';
import { DoNotService } from './do-not.service.js';

@ArgsType()
class DoNotListArgs extends PageArgs {
  @Field(() => Id, { description: 'Which library.' })
  readonly libraryId!: string;
}

@Resolver(() => ProfileModel)
export class DoNotResolver {
  constructor(private readonly service: DoNotService, private readonly repository: DoNotRepository) {}

  @Requires({ scope: 'read', at: 'libraryId' })
  @Query(() => DoNotConnection, { description: 'Whom a library does not hear or does not write to, by its own word or of those above it; the newest first.' })
  async doNotList(@Args() args: DoNotListArgs, @CurrentRequest() request: RequestContext): Promise<Connection<DoNotModel>> {
    const page = doNotOrder.page(args);
    return page.connection(await this.repository.holdingFor(request.reads, args.libraryId, page), DoNotModel.fromRow);
  }

  @ResolveField(() => [DoNotModel], { description: 'Which of your libraries, or of those above them, do not hear it or do not write to it, by its name.' })
  async notHeardBy(@Parent() profile: ProfileModel, @CurrentRequest() request: RequestContext): Promise<readonly DoNotModel[]> {
    const loader = request.loader<string, readonly DoNotRow[]>(DoNotResolver, async (ids) => inGroups(ids, await this.repository.ofProfiles(request.reads, ids), (row) => row.profileId ?? ''));
    return (await loader.load(profile.id)).map(DoNotModel.fromRow);
  }

  @Requires({ scope: 'triage', role: 'librarian', at: 'input.libraryId' })
  @Mutation(() => DoNotModel, { description: 'From now on, this library and those below it do not hear somebody, or do not write to them. Asking twice changes nothing.' })
  async addDoNot(@Args('input', { type: () => DoNotInput, description: 'Whom, and why.' }) input: DoNotInput, @CurrentActor() actor: Actor): Promise<DoNotModel> {
    return DoNotModel.fromRow(await this.service.add(actor, input));
  }

  @Requires({ scope: 'triage', role: 'librarian' })
  @Mutation(() => DoNotModel, { nullable: true, description: 'Takes an entry back; null where none of that id holds.' })
  async liftDoNot(@Args('id', { type: () => Id, description: 'The entry.' }) id: string, @CurrentActor() actor: Actor): Promise<DoNotModel | null> {
    const row = await this.service.lift(actor, id);
    return row === undefined ? null : DoNotModel.fromRow(row);
  }

  @Requires({ scope: 'triage', role: 'librarian', at: 'libraryId' })
  @Mutation(() => DoNotModel, { description: 'From now on, this library and those below it do not hear this person. Asking twice changes nothing.' })
  async stopHearing(
    @Args('libraryId', { type: () => Id, description: 'Which library.' }) libraryId: string,
    @Args('profileId', { type: () => Id, description: 'Whom.' }) profileId: string,
    @Args('reason', { type: () => DoNotReasonEnum, description: 'Why.' }) reason: DoNotReason,
    @CurrentActor() actor: Actor,
  ): Promise<DoNotModel> {
    return DoNotModel.fromRow(await this.service.add(actor, { libraryId, profileId, reason, act: 'hear', target: 'profile' }));
  }

  @Requires({ scope: 'triage', role: 'librarian', at: 'libraryId' })
  @Mutation(() => DoNotModel, { nullable: true, description: 'Hears this person again; null where nothing was to lift.' })
  async hearAgain(
    @Args('libraryId', { type: () => Id, description: 'Which library.' }) libraryId: string,
    @Args('profileId', { type: () => Id, description: 'Whom.' }) profileId: string,
    @CurrentActor() actor: Actor,
  ): Promise<DoNotModel | null> {
    const row = await this.service.hearAgain(actor, profileId, libraryId);
    return row === undefined ? null : DoNotModel.fromRow(row);
  }
}

@Resolver(() => DoNotModel)
export class DoNotActorResolver {
  constructor(private readonly actors: ActorLoader) {}

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who decided it; null where they asked for it themselves.' })
  async by(@Parent() { byActorId }: DoNotModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return byActorId === null ? null : this.actors.actor(request, byActorId);
  }
}
