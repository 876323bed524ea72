import { ObjectType } from '@nestjs/graphql';
import { UserError } from '../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'Bringing in is turned off.' })
export class BringingInOff extends UserError {
  readonly code = 'BRINGING_IN_OFF';
  readonly message = 'Bringing in is turned off here. An administrator turns its account on again, or the plugin for it in this installation.';
}

@ObjectType({ implements: () => UserError, description: 'What was brought in with this key is gone.' })
export class BroughtInBefore extends UserError {
  readonly code = 'BROUGHT_IN_BEFORE';
  readonly message = 'This was brought in before, and was taken back, or its time was over. Bring it in again with another key, if you want it back.';
}

@ObjectType({ implements: () => UserError, description: 'Your library did not bring this in.' })
export class NotBroughtIn extends UserError {
  readonly code = 'NOT_BROUGHT_IN';
  readonly message = 'Your library did not bring this in by hand, so it cannot take it back. Hide it, if you do not want to see it.';
}
