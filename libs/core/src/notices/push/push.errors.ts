import { Field, Int, ObjectType } from '@nestjs/graphql';
import { UserError } from '../../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'No browser can be told anything by this installation.' })
export class PushUnavailable extends UserError {
  readonly code = 'PUSH_UNAVAILABLE';

  constructor(readonly message: string) {
    super();
  }
}

@ObjectType({ implements: () => UserError, description: 'Nothing may be sent to the address of this browser.' })
export class PushAddressRefused extends UserError {
  readonly code = 'PUSH_ADDRESS_REFUSED';
  readonly message: string;

  constructor(host: string, why: 'private' | 'unencrypted') {
    super();
    this.message = `${why === 'private' ? `${host} is a private address, or one of this machine, to which nothing is pushed` : 'The address of a browser begins with https://'}. Take another browser, whose push service is on the internet.`;
  }
}

@ObjectType({ implements: () => UserError, description: 'You are told in as many browsers as you may be.' })
export class TooManyPushSubscriptions extends UserError {
  readonly code = 'TOO_MANY_PUSH_SUBSCRIPTIONS';
  readonly message: string;

  @Field(() => Int, { description: 'How many there may be.' })
  readonly limit: number;

  constructor(limit: number) {
    super();
    this.limit = limit;
    this.message = `You can be told in ${limit} browsers at most. Unsubscribe one that you use no more.`;
  }
}
