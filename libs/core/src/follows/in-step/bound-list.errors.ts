import { Field, ObjectType } from '@nestjs/graphql';
import { Id, UserError } from '../../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'The follow list is kept in step with that list already.' })
export class ListBoundAlready extends UserError {
  readonly code = 'LIST_BOUND_ALREADY';
  readonly message = 'This follow list is kept in step with that list of the network already.';

  @Field(() => Id, { description: 'What keeps them in step.' })
  readonly boundListId: string;

  constructor(boundListId: string) {
    super();
    this.boundListId = boundListId;
  }
}
