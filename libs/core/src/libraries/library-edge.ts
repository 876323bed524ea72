import type { Type } from '@nestjs/common';
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentRequest, RequestContext } from '../graphql/index.js';
import { LibraryLoader } from './library.loader.js';
import { LibraryModel } from './models/library.model.js';

interface OfLibrary {
  readonly libraryId: string | null;
}

/** The field `library` of whatever has a `libraryId`: a resolver for the module of its feature. */
export const libraryEdge = (model: Type<OfLibrary>, description: string): Type => {
  @Resolver(() => model)
  class LibraryEdgeResolver {
    constructor(private readonly libraries: LibraryLoader) {}

    @ResolveField(() => LibraryModel, { nullable: true, description })
    library(@Parent() { libraryId }: OfLibrary, @CurrentRequest() request: RequestContext): Promise<LibraryModel | null> {
      return this.libraries.library(request, libraryId);
    }
  }
  return LibraryEdgeResolver;
};
