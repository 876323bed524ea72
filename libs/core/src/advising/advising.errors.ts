import { ObjectType } from '@nestjs/graphql';
import { UserError } from '../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'Nothing in this conversation says what somebody is looking for, as far as machines found or may read it: say it yourself.' })
export class NeedNotHeard extends UserError {
  readonly code = 'NEED_NOT_HEARD';
  readonly message: string;

  constructor(sign?: string) {
    super();
    this.message = sign === undefined ? 'Nothing was found in it that says what is looked for: say it in a few words.' : `Its author does not want machines to read it (${sign}): say in a few words what is looked for.`;
  }
}

@ObjectType({ implements: () => UserError, description: 'There is nobody to ask: neither your library nor one above it has an account that advises.' })
export class NobodyAdvises extends UserError {
  readonly code = 'NOBODY_ADVISES';
  readonly message = 'No account of your library, or of one above it, advises. An administrator can set one up.';
}

@ObjectType({ implements: () => UserError, description: 'What a button should do was not done, or nobody knows whether it was. It is not repeated by itself.' })
export class ActionFailed extends UserError {
  readonly code = 'ACTION_FAILED';
  readonly message: string;

  constructor(words: string) {
    super();
    this.message = words;
  }
}
