import { createUnionType, ObjectType } from '@nestjs/graphql';
import { UserError } from '../../graphql/index.js';
import { LibraryModel } from './library.model.js';

@ObjectType('HandleTaken', { implements: () => UserError, description: 'Another library has this handle.' })
export class HandleTakenModel extends UserError {
  readonly code = 'HANDLE_TAKEN';
  readonly message = 'Another library has this handle. Choose another one.';
}

export const FoundLibraryResult = createUnionType({
  name: 'FoundLibraryResult',
  description: 'The new library, or why there is none.',
  types: () => [LibraryModel, HandleTakenModel] as const,
});
