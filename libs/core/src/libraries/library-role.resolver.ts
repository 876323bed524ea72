import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentRequest, RequestContext } from '../graphql/index.js';
import { LibraryRoleModel } from '../staff/api/index.js';
import { LibraryLoader } from './library.loader.js';
import { LibraryModel } from './models/library.model.js';

@Resolver(() => LibraryRoleModel)
export class LibraryRoleResolver {
  constructor(private readonly loader: LibraryLoader) {}

  @ResolveField(() => LibraryModel, { nullable: true, description: 'The library of this role.' })
  library(@Parent() role: LibraryRoleModel, @CurrentRequest() request: RequestContext): Promise<LibraryModel | null> {
    return this.loader.library(request, role.libraryId);
  }
}
