import { Field, ObjectType } from '@nestjs/graphql';
import { Id, UserError } from '../../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'The follow list is shown there already.' })
export class ListPublishedAlready extends UserError {
  readonly code = 'LIST_PUBLISHED_ALREADY';
  readonly message = 'This follow list is shown there already.';

  @Field(() => Id, { description: 'Where it is shown.' })
  readonly publishedListId: string;

  constructor(publishedListId: string) {
    super();
    this.publishedListId = publishedListId;
  }
}

@ObjectType({ implements: () => UserError, description: 'It would be seen otherwise than the caller takes for granted: look at the preview again.' })
export class ListSeenOtherwise extends UserError {
  readonly code = 'LIST_SEEN_OTHERWISE';
  readonly message: string;

  constructor(isPublic: boolean) {
    super();
    this.message = isPublic ? 'Anybody could see who is on it: look at the preview, and say that you know.' : 'Only your own account would see who is on it: look at the preview again.';
  }
}
