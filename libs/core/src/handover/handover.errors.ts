import { Field, ObjectType } from '@nestjs/graphql';
import { Id, UserError } from '../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'The library that was named cannot be given this thread.' })
export class CannotTakeThread extends UserError {
  readonly code = 'CANNOT_TAKE_THREAD';
  readonly message: string;

  @Field(() => Id, { description: 'Which library.' })
  readonly libraryId: string;

  constructor(libraryId: string, why = 'That library cannot take this thread: it has stopped listening, or its lists, or whoever wrote this, do not allow that it hears it. Answer it yourselves, or choose another library.') {
    super();
    this.libraryId = libraryId;
    this.message = why;
  }
}

@ObjectType({ implements: () => UserError, description: 'A reply of yours is on its way, or nobody knows whether it arrived: until that is over the thread stays yours.' })
export class ReplyOnItsWay extends UserError {
  readonly code = 'REPLY_ON_ITS_WAY';
  readonly message = 'A reply of yours is on its way, or nobody knows yet whether it arrived. Wait for it, or decide on it, and hand the thread over then.';

  @Field(() => Id, { description: 'Which reply.' })
  readonly replyId: string;

  constructor(replyId: string) {
    super();
    this.replyId = replyId;
  }
}

@ObjectType({ implements: () => UserError, description: 'No other library handed this thread over to yours.' })
export class NotHandedOver extends UserError {
  readonly code = 'NOT_HANDED_OVER';
  readonly message = 'No other library handed this thread over to yours. Release it, or hand it over to a library of your choice.';
}
