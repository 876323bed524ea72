import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentRequest, Id, RequestContext, Requires } from '../../graphql/index.js';
import { PlatformError } from '../../errors/index.js';
import { SessionsRepository } from '../sessions.repository.js';
import { SignIn } from '../sign-in.service.js';
import { ActorLoader } from './actor.loader.js';
import { LibraryRoleModel, PersonModel } from './models/person.model.js';
import { SessionModel, ViewerModel } from './models/viewer.model.js';

@Resolver(() => ViewerModel)
export class ViewerResolver {
  constructor(private readonly loader: ActorLoader, private readonly sessionsRepository: SessionsRepository, private readonly signIn: SignIn) {}

  @Requires({ scope: 'read' })
  @Query(() => ViewerModel, { description: 'Who you are.' })
  viewer(@CurrentRequest() request: RequestContext): ViewerModel {
    return viewerOf(request);
  }

  @ResolveField(() => PersonModel, { nullable: true, description: 'You as a member of staff; null for a token.' })
  person(@Parent() viewer: ViewerModel, @CurrentRequest() request: RequestContext): Promise<PersonModel | null> {
    return this.loader.person(request, viewer.id);
  }

  @ResolveField(() => [LibraryRoleModel], { description: 'Where you were given a role. Each holds below, too.' })
  async roles(@Parent() viewer: ViewerModel, @CurrentRequest() request: RequestContext): Promise<LibraryRoleModel[]> {
    return (await this.loader.grants(request, viewer.id)).map(LibraryRoleModel.fromRow);
  }

  @ResolveField(() => [SessionModel], { description: 'Where you are signed in, a hundred at most, the last used first.' })
  async sessions(@CurrentRequest() request: RequestContext): Promise<SessionModel[]> {
    return (await this.sessionsRepository.listOpen(request.reads)).map((row) => SessionModel.fromRow(row, request.authority.sessionId));
  }

  @Requires({ scope: 'administer', person: true })
  @Mutation(() => ViewerModel, { description: 'Ends one of your sessions.' })
  async endSession(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<ViewerModel> {
    if (!(await this.sessionsRepository.revoke(request.actor.id, id))) throw new PlatformError('NOT_FOUND', 'You have no such session, or it ended before.', 'id');
    return viewerOf(request);
  }

  @Requires({ scope: 'administer', person: true })
  @Mutation(() => Int, { description: 'Ends all your sessions but this one, and says how many those were.' })
  endOtherSessions(@CurrentRequest() request: RequestContext): Promise<number> {
    return this.sessionsRepository.revokeOthers(request.actor.id, request.authority.sessionId);
  }

  @Requires({ scope: 'administer', person: true })
  @Mutation(() => ViewerModel, { description: 'Changes your password and ends your other sessions.' })
  async changePassword(
    @Args('current', { description: 'The password that you have.' }) current: string,
    @Args('next', { description: 'The one that you want.' }) next: string,
    @CurrentRequest() request: RequestContext,
  ): Promise<ViewerModel> {
    await this.signIn.changePassword(request.authority, current, next, request.origin.ip);
    return viewerOf(request);
  }
}

const viewerOf = ({ actor }: RequestContext): ViewerModel => Object.assign(new ViewerModel(), { id: actor.id, scopes: actor.scopes ?? null });
