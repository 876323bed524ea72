import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { PlatformError } from '../errors/index.js';
import { CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../graphql/index.js';
import { LibraryLoader, LibraryModel } from '../libraries/index.js';
import type { Actor } from '../staff/index.js';
import { StopKindEnum, StopModel } from './stop.model.js';
import type { StopKind } from './stop.row.js';
import { StopLoader } from './stop.loader.js';
import { StopsService } from './stops.service.js';

@Resolver(() => LibraryModel)
export class StopsResolver {
  constructor(
    private readonly stops: StopsService,
    private readonly loader: StopLoader,
    private readonly libraries: LibraryLoader,
  ) {}

  @ResolveField(() => [StopModel], { name: 'stops', complexity: ({ childComplexity }) => 2 * childComplexity, description: 'What is stopped for it: at it, above it, or in the whole installation. Empty where everything goes on.' })
  async stopsHolding(@Parent() library: LibraryModel, @CurrentRequest() request: RequestContext): Promise<StopModel[]> {
    return (await this.loader.of(request, library.id)).map(StopModel.fromRow);
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId' })
  @Mutation(() => LibraryModel, { description: 'Stops listening, sending, or everything that reaches the outside, for a library and all below it, in every process within two seconds. A reply on its way is finished; what was approved and has not left is a draft again, where sending is stopped. Takes the place of what was stopped there before; restarts change nothing.' })
  async stopLibrary(
    @Args('libraryId', { type: () => Id, description: 'Which library.' }) libraryId: string,
    @Args('what', { type: () => StopKindEnum, description: 'What.' }) what: StopKind,
    @Args('why', { type: () => String, description: 'Why: in one line, for all staff to read.' }) why: string,
    @CurrentActor() actor: Actor,
    @CurrentRequest() request: RequestContext,
  ): Promise<LibraryModel> {
    await this.stops.stop(actor, libraryId, { what, why });
    return this.read(request, libraryId);
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId' })
  @Mutation(() => LibraryModel, { description: 'Resumes what was stopped at a library. What was stopped above it, or in the whole installation, stays so: see Library.stops.' })
  async resumeLibrary(@Args('libraryId', { type: () => Id, description: 'Which library.' }) libraryId: string, @CurrentActor() actor: Actor, @CurrentRequest() request: RequestContext): Promise<LibraryModel> {
    await this.stops.resume(actor, libraryId);
    return this.read(request, libraryId);
  }

  private async read(request: RequestContext, id: string): Promise<LibraryModel> {
    const library = await this.libraries.library(request, id);
    if (library === null) throw new PlatformError('NOT_FOUND', 'There is no such library.');
    return library;
  }
}
