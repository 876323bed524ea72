import { ObjectType } from '@nestjs/graphql';
import { UserError } from '../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'The network does not tell its lists, or who is on them.' })
export class NetworkListUnreadable extends UserError {
  readonly code = 'NETWORK_LIST_UNREADABLE';
  readonly message: string;

  constructor(words: string) {
    super();
    this.message = words;
  }
}
