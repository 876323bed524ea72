import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Id, UserError } from '../../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'Somebody changed the saved answer since you read it.' })
export class SavedAnswerChanged extends UserError {
  readonly code = 'SAVED_ANSWER_CHANGED';
  readonly message = 'It changed since you read it: read it again, and put your change into what stands there now.';

  @Field(() => Int, { description: 'Its version now.' })
  readonly version: number;

  constructor(version: number) {
    super();
    this.version = version;
  }
}

@ObjectType({ implements: () => UserError, description: 'The saved answer was removed.' })
export class SavedAnswerRemoved extends UserError {
  readonly code = 'SAVED_ANSWER_REMOVED';
  readonly message = 'It was removed: restore it to change it.';
}

@ObjectType({ implements: () => UserError, description: 'The library has a version of this answer already.' })
export class OwnVersionExists extends UserError {
  readonly code = 'OWN_VERSION_EXISTS';
  readonly message = 'Your library has its own version of this already: change that one.';

  @Field(() => Id, { description: 'The version that it has.' })
  readonly answerId: string;

  constructor(answerId: string) {
    super();
    this.answerId = answerId;
  }
}

@ObjectType({ implements: () => UserError, description: 'The library has as many saved answers as it can have.' })
export class TooManySavedAnswers extends UserError {
  readonly code = 'TOO_MANY_SAVED_ANSWERS';
  readonly message: string;

  @Field(() => Int, { description: 'How many it can have.' })
  readonly limit: number;

  constructor(limit: number) {
    super();
    this.limit = limit;
    this.message = `A library has at most ${limit} saved answers: remove some that nobody uses.`;
  }
}

@ObjectType({ implements: () => UserError, description: 'Only a reply that was sent becomes a saved answer.' })
export class ReplyNotSent extends UserError {
  readonly code = 'REPLY_NOT_SENT';
  readonly message = 'This reply was not sent, so nobody knows how it fares: save it once it is out, or write the answer yourself.';
}

@ObjectType({ implements: () => UserError, description: 'The file is none of saved answers, or is too large.' })
export class SavedAnswerFileUnreadable extends UserError {
  readonly code = 'SAVED_ANSWER_FILE_UNREADABLE';
  readonly message: string;

  constructor(why: string) {
    super();
    this.message = why;
  }
}
