import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import type { Length } from '@earshot/plugin-sdk';
import { UserError } from '../graphql/index.js';
import { Check } from './checks/check.js';
import { type LengthUnit, LengthUnitEnum } from './reply-abilities.model.js';
import type { ReplyState } from './reply.row.js';
import { ReplyStateEnum } from './reply-state.enum.js';

@ObjectType({ implements: () => Check, description: 'The network, the post or its author does not allow a reply.' })
export class ReplyNotAllowed extends Check {
  readonly code = 'REPLY_NOT_ALLOWED';
  readonly blocks = true;
  readonly message: string;

  constructor(because: string) {
    super();
    this.message = because;
  }
}

@ObjectType({ implements: () => Check, description: "It has to be written by hand on the network's own page: copy the words, and say here once they are there." })
export class ReplyByHand extends Check {
  readonly code = 'REPLY_BY_HAND';
  readonly blocks = true;
  readonly message: string;

  constructor(because = 'This network wants replies written by hand, on its own page.', images = 0) {
    super();
    this.message = images === 0 ? because : `${because} Save the ${images === 1 ? 'image' : `${images} images`} from here first, and put them there with their alternative texts: once it is said to be out, they are here no more.`;
  }
}

@ObjectType({ implements: () => Check, description: 'The text is longer than the network takes.' })
export class ReplyTooLong extends Check {
  readonly code = 'REPLY_TOO_LONG';
  readonly blocks = true;
  readonly message: string;

  @Field(() => Int, { description: 'How long it is, as this network counts.' })
  readonly length: number;

  @Field(() => Float, { description: 'How long it may be.' })
  readonly limit: number;

  @Field(() => LengthUnitEnum, { description: 'What is counted.' })
  readonly unit: LengthUnit;

  @Field(() => [String], { nullable: true, description: 'The same words in parts that each fit: draft the first, and say by setReplyParts what follows it. Null where that were more parts than anybody reads.' })
  readonly parts: readonly string[] | null;

  constructor(length: number, { limit, unit }: Length, parts?: readonly string[]) {
    super();
    this.parts = parts ?? null;
    this.length = length;
    this.limit = limit;
    this.unit = unit;
    this.message = `The text is ${length - limit} too long: it counts ${length}, and ${limit} are allowed.`;
  }
}

@ObjectType({ implements: () => Check, description: 'The post is gone: its author, or the network, took it back.' })
export class PostGoneError extends Check {
  readonly code = 'POST_GONE';
  readonly blocks = true;
  readonly message = 'The post is gone, so there is nothing to reply to.';
}

/** The cure where somebody else was faster. */
export const readAgain = 'It changed since you read it: read it again.';

@ObjectType({ implements: () => UserError, description: 'What was asked for cannot be done with a reply in this state.' })
export class WrongReplyState extends UserError {
  readonly code = 'WRONG_REPLY_STATE';
  readonly message: string;

  @Field(() => ReplyStateEnum, { description: 'The state that it is in.' })
  readonly state: ReplyState;

  constructor(state: ReplyState, cure: string) {
    super();
    this.state = state;
    this.message = cure;
  }
}
