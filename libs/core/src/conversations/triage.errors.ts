import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Id, UserError } from '../graphql/index.js';

@ObjectType({ implements: () => UserError, description: 'Another library answers this thread.' })
export class AlreadyClaimed extends UserError {
  readonly code = 'ALREADY_CLAIMED';
  readonly message: string;

  @Field(() => Id, { description: 'Which library. Who of its staff took it is not told to others.' })
  readonly libraryId: string;

  @Field(() => String, { description: 'Its name, as far as you may know it.' })
  readonly libraryName: string;

  @Field(() => Date, { description: 'Since when it has the thread.' })
  readonly since: Date;

  constructor(claim: { readonly libraryId: string; readonly libraryName: string; readonly since: Date }) {
    super();
    this.libraryId = claim.libraryId;
    this.libraryName = claim.libraryName;
    this.since = claim.since;
    this.message = `${claim.libraryName} answers this thread since ${claim.since.toISOString()}.`;
  }
}

@ObjectType({ implements: () => UserError, description: 'Somebody changed the conversation since you read it; nothing was done.' })
export class Changed extends UserError {
  readonly code = 'CHANGED';
  readonly message = 'The conversation changed since you read it: read it again.';

  @Field(() => Int, { description: 'The version that it has now.' })
  readonly version: number;

  constructor(version: number) {
    super();
    this.version = version;
  }
}

@ObjectType({ implements: () => UserError, description: 'What was asked for cannot be done with a conversation in this state.' })
export class WrongState extends UserError {
  readonly code = 'WRONG_STATE';
  readonly message: string;

  @Field(() => String, { description: 'What it is: open, answered, closed or hidden.' })
  readonly state: string;

  constructor(state: string, cure: string) {
    super();
    this.state = state;
    this.message = `This conversation is ${state}: ${cure}`;
  }
}

@ObjectType({ implements: () => UserError, description: 'Somebody was named who cannot be, at this library.' })
export class NotAtThisLibrary extends UserError {
  readonly code = 'NOT_AT_THIS_LIBRARY';
  readonly message: string;

  @Field(() => [Id], { description: 'Who.' })
  readonly actorIds: readonly string[];

  constructor(actorIds: readonly string[], needed: string) {
    super();
    this.actorIds = actorIds;
    this.message = `Only ${needed} at this library can be named here.`;
  }
}

/** What a member of staff can act on: returned, not thrown. */
export type TriageError = AlreadyClaimed | Changed | WrongState | NotAtThisLibrary;
