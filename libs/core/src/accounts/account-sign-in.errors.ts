import { ObjectType } from '@nestjs/graphql';
import { UserError } from '../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'This plugin has no sign-in on the network’s own page.' })
export class SignInNotOffered extends UserError {
  readonly code = 'SIGN_IN_NOT_OFFERED';
  readonly message = 'One does not sign in to this kind of account on a page of its network: store its secrets instead.';
}

@ObjectType({ implements: () => UserError, description: 'There is no such sign-in under way.' })
export class SignInLost extends UserError {
  readonly code = 'SIGN_IN_LOST';
  readonly message = 'No sign-in of yours is under way here: it was finished already, is older than ten minutes, or somebody else began it. Begin again.';
}

@ObjectType({ implements: () => UserError, description: 'The network did not let us in.' })
export class SignInFailed extends UserError {
  readonly code = 'SIGN_IN_FAILED';
  readonly message: string;

  constructor(words: string) {
    super();
    this.message = words;
  }
}

@ObjectType({ implements: () => UserError, description: 'The account’s secrets were replaced meanwhile.' })
export class SignInOvertaken extends UserError {
  readonly code = 'SIGN_IN_OVERTAKEN';
  readonly message = 'Meanwhile the secrets of this account were replaced, by a colleague or by the account itself: nothing was changed. Begin again.';
}
