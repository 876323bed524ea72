import { Field, ObjectType } from '@nestjs/graphql';
import { Id, UserError } from '../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'The library has a follow list of that name.' })
export class ListNameTaken extends UserError {
  readonly code = 'LIST_NAME_TAKEN';
  readonly message = 'This library has a follow list of that name already: choose another, or add to that one.';

  @Field(() => Id, { description: 'The list that has the name.' })
  readonly listId: string;

  constructor(listId: string) {
    super();
    this.listId = listId;
  }
}
