import { ObjectType } from '@nestjs/graphql';
import { UserError } from '../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'Who says in this conversation what they are looking for does not want machines to read it: say it yourself.' })
export class NeedNotHeard extends UserError {
  readonly code = 'NEED_NOT_HEARD';
  readonly message: string;

  constructor(sign: string) {
    super();
    this.message = `Its author does not want machines to read it (${sign}): say in a few words what is looked for.`;
  }
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
