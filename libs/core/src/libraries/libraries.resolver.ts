import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentRequest, Id, type Keyed, Keyset, PageArgs, RequestContext, Requires } from '../graphql/index.js';
import { PlatformError } from '../errors/index.js';
import type { Role } from '../staff/index.js';
import { RoleEnum } from '../staff/api/index.js';
import { LibrariesRepository, type LibraryRow } from './libraries.repository.js';
import { HandleTaken, LibrariesService } from './libraries.service.js';
import { LibraryLoader } from './library.loader.js';
import { FoundLibraryResult, HandleTakenModel } from './models/library-results.model.js';
import { FoundLibraryInput, LibraryConnection, LibraryModel, UpdateLibraryInput } from './models/library.model.js';
import { PlaceInput, PlaceModel } from './models/place.model.js';

const byName = new Keyset('library.name', 'asc', [{ column: 'l.name', type: 'text' }, { column: 'l.id', type: 'uuid' }]);

@Resolver(() => LibraryModel)
export class LibrariesResolver {
  constructor(private readonly libraries: LibrariesService, private readonly repository: LibrariesRepository, private readonly loader: LibraryLoader) {}

  @Requires({ scope: 'read' })
  @Query(() => LibraryConnection, { description: 'The libraries at which you have a role, by name.' })
  async myLibraries(@Args() args: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<LibraryModel>> {
    const page = byName.page(args);
    const parameters: unknown[] = [request.actor.id];
    const rows = await this.repository.ofActor<LibraryRow & Keyed>(request.reads, parameters, { ...byName, after: page.after(parameters), limit: page.limit });
    return page.connection(rows, LibraryModel.fromRow);
  }

  @Requires({ scope: 'read' })
  @Query(() => LibraryModel, { nullable: true, description: 'A library of a tree in which you have a role; else null.' })
  library(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<LibraryModel | null> {
    return this.loader.library(request, id);
  }

  @ResolveField(() => LibraryModel, { nullable: true, description: 'The one above it.' })
  parent(@Parent() library: LibraryModel, @CurrentRequest() request: RequestContext): Promise<LibraryModel | null> {
    return this.loader.library(request, library.parentId);
  }

  @ResolveField(() => [LibraryModel], { complexity: ({ childComplexity }) => 10 * childComplexity, description: 'Those directly below it, by name.' })
  children(@Parent() library: LibraryModel, @CurrentRequest() request: RequestContext): Promise<LibraryModel[]> {
    return this.loader.children(request, library.id);
  }

  @ResolveField(() => [PlaceModel], { complexity: ({ childComplexity }) => 10 * childComplexity, description: 'Where it serves; empty where you have no role at it or below it.' })
  async places(@Parent() library: LibraryModel, @CurrentRequest() request: RequestContext): Promise<PlaceModel[]> {
    return (await this.loader.places(request, library.id)).map(PlaceModel.fromRow);
  }

  @ResolveField(() => RoleEnum, { nullable: true, description: 'What you are there, by a role given there or above; null for nothing.' })
  async myRole(@Parent() library: LibraryModel, @CurrentRequest() request: RequestContext): Promise<Role | null> {
    return (await this.loader.role(request, library.id)) ?? null;
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'input.parentId' })
  @Mutation(() => FoundLibraryResult, { description: 'Founds a library below another. Roles given above it hold there at once.' })
  async foundLibrary(@Args('input', { description: 'What it shall be.' }) input: FoundLibraryInput, @CurrentRequest() request: RequestContext): Promise<LibraryModel | HandleTakenModel> {
    try {
      return await this.read(request, await this.libraries.found(request.actor, input.parentId, input));
    } catch (error) {
      if (error instanceof HandleTaken) return new HandleTakenModel();
      throw error;
    }
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'input.libraryId' })
  @Mutation(() => LibraryModel, { description: 'Changes a library’s name, languages or time zone.' })
  async updateLibrary(@Args('input', { description: 'What to change.' }) input: UpdateLibraryInput, @CurrentRequest() request: RequestContext): Promise<LibraryModel> {
    const { libraryId, name, languages, timeZone } = input;
    await this.libraries.update(request.actor, libraryId, { ...(name != null && { name }), ...(languages != null && { languages }), ...(timeZone != null && { timeZone }) });
    return this.read(request, libraryId);
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'libraryId' })
  @Mutation(() => LibraryModel, { description: 'Adds places that a library serves, and removes others.' })
  async changeServiceArea(
    @Args('libraryId', { type: () => Id, description: 'Which library.' }) libraryId: string,
    @Args('add', { type: () => [PlaceInput], defaultValue: [], description: 'Places to add. Those that it serves already are no mistake.' }) add: PlaceInput[],
    @Args('remove', { type: () => [Id], defaultValue: [], description: 'Ids of places to remove.' }) remove: string[],
    @CurrentRequest() request: RequestContext,
  ): Promise<LibraryModel> {
    await this.libraries.changeServiceArea(request.actor, libraryId, add, remove);
    return this.read(request, libraryId);
  }

  private async read(request: RequestContext, id: string): Promise<LibraryModel> {
    const library = await this.loader.library(request, id);
    if (library === null) throw new PlatformError('NOT_FOUND', 'There is no such library.');
    return library;
  }
}
