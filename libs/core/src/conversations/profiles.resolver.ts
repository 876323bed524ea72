import { Args, ArgsType, Field, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PlatformError } from '../errors/index.js';
import { type Connection, CurrentActor, CurrentRequest, Id, PageArgs, RequestContext, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { DoNotHearService, type DoNotHearReason } from './do-not-hear.service.js';
import { DoNotHearReasonEnum } from './enums.js';
import { ProfileLoaders } from './profile-loaders.js';
import { DoNotHearModel, ProfileConnection, ProfileModel } from './profile.model.js';
import { ProfilesRepository, handleOrder } from './profiles.repository.js';

@ArgsType()
class ProfilesArgs extends PageArgs {
  @Field(() => String, { description: 'The beginning of the handle, with or without @, in any case.' })
  readonly handle!: string;
}

@Resolver(() => ProfileModel)
export class ProfilesResolver {
  constructor(
    private readonly repository: ProfilesRepository,
    private readonly loaders: ProfileLoaders,
    private readonly doNotHearService: DoNotHearService,
  ) {}

  @Requires({ scope: 'read' })
  @Query(() => ProfileModel, { nullable: true, description: 'One profile; null where your libraries hear nothing of it.' })
  async profile(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<ProfileModel | null> {
    const row = await this.loaders.byId(request, id);
    return row === undefined ? null : ProfileModel.fromRow(row);
  }

  @Requires({ scope: 'read' })
  @Query(() => ProfileConnection, { description: 'Profiles of whom your libraries hear, by their handle.' })
  async profiles(@Args() args: ProfilesArgs, @CurrentRequest() request: RequestContext): Promise<Connection<ProfileModel>> {
    if (args.handle.length > 500 || args.handle.includes('\u0000')) throw new PlatformError('BAD_INPUT', 'handle is no beginning of a handle.', 'handle');
    const page = handleOrder.page(args);
    return page.connection(await this.repository.byHandle(request.reads, args.handle.toWellFormed(), page), ProfileModel.fromRow);
  }

  @ResolveField(() => [DoNotHearModel], { description: 'Which of your libraries, or of those above them, do not hear it.' })
  async notHeardBy(@Parent() profile: ProfileModel, @CurrentRequest() request: RequestContext): Promise<readonly DoNotHearModel[]> {
    return (await this.loaders.doNotHear(request, profile.id)).map(DoNotHearModel.fromRow);
  }

  @Requires({ scope: 'triage', role: 'librarian', at: 'libraryId' })
  @Mutation(() => DoNotHearModel, { description: 'From now on, this library and those below it do not hear this person. Asking twice changes nothing.' })
  async stopHearing(
    @Args('libraryId', { type: () => Id, description: 'Which library.' }) libraryId: string,
    @Args('profileId', { type: () => Id, description: 'Whom.' }) profileId: string,
    @Args('reason', { type: () => DoNotHearReasonEnum, description: 'Why.' }) reason: DoNotHearReason,
    @CurrentActor() actor: Actor,
  ): Promise<DoNotHearModel> {
    return DoNotHearModel.fromRow(await this.doNotHearService.stop(actor, { libraryId, profileId, reason }));
  }

  @Requires({ scope: 'triage', role: 'librarian', at: 'libraryId' })
  @Mutation(() => DoNotHearModel, { nullable: true, description: 'Hears this person again; null where nothing was to lift.' })
  async hearAgain(
    @Args('libraryId', { type: () => Id, description: 'Which library.' }) libraryId: string,
    @Args('profileId', { type: () => Id, description: 'Whom.' }) profileId: string,
    @CurrentActor() actor: Actor,
  ): Promise<DoNotHearModel | null> {
    const row = await this.doNotHearService.lift(actor, { libraryId, profileId });
    return row === null ? null : DoNotHearModel.fromRow(row);
  }
}
