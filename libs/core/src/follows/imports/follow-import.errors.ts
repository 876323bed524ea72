import { Field, Int, ObjectType } from '@nestjs/graphql';
import { UserError } from '../../graphql/index.js';
import type { UnreadableDocument } from '../documents/unreadable.js';

@ObjectType({ implements: () => UserError, description: 'The document cannot be read as a whole, and nothing of it was used. `code` is EMPTY, NOT_TEXT, WRONG_ENCODING, WRONG_COLUMNS, NOT_CSV, NOT_OPML, NOT_A_LIST or TOO_LARGE.' })
export class ListUnreadable extends UserError {
  readonly code: string;
  readonly message: string;

  @Field(() => Int, { nullable: true, description: 'The line that is wrong, from 1, where one can be named.' })
  readonly line: number | null;

  @Field(() => Int, { nullable: true, description: 'The column of that line, from 1, where one can be named.' })
  readonly column: number | null;

  constructor({ code, message, place }: UnreadableDocument) {
    super();
    this.code = code;
    this.message = message;
    this.line = place.line ?? null;
    this.column = place.column ?? null;
  }
}
