import { Field, ObjectType } from '@nestjs/graphql';
import { SecondPersonCaseEnum } from '../policy/reply-policy.model.js';
import type { ReplyPolicy, SecondPersonCase } from '../policy/reply-policy.row.js';
import { Check } from './check.js';

@ObjectType({ implements: () => Check, description: 'Somebody stopped sending: nothing is approved until it is resumed.' })
export class SendingStopped extends Check {
  readonly code = 'SENDING_STOPPED';
  readonly blocks = true;

  /** @param message - who, and why */
  constructor(readonly message: string) {
    super();
  }
}

@ObjectType({ implements: () => Check, description: 'At this library others approve.' })
export class NeedsApprover extends Check {
  readonly code = 'NEEDS_APPROVER';
  readonly blocks = true;
  readonly message: string;

  constructor(approvers: ReplyPolicy['approvers']) {
    super();
    this.message = `At this library an ${approvers} approves replies: submit it to one.`;
  }
}

const why: Readonly<Record<SecondPersonCase, string>> = {
  always: 'a second person approves every reply',
  newcomer: 'a second person approves the first replies of everybody who is new',
  unasked: 'a second person approves what nobody asked for',
  sensitive: 'a second person approves where care is asked for',
};

@ObjectType({ implements: () => Check, description: 'You wrote these words, and somebody else has to approve them.' })
export class NeedsSecondPerson extends Check {
  readonly code = 'NEEDS_SECOND_PERSON';
  readonly blocks = true;
  readonly message: string;

  @Field(() => [SecondPersonCaseEnum], { description: 'Which of the cases of your policy this is.' })
  readonly because: readonly SecondPersonCase[];

  constructor(because: readonly SecondPersonCase[]) {
    super();
    this.because = because;
    this.message = `At this library ${because.map((one) => why[one]).join(', and ')}: submit it to a colleague.`;
  }
}

@ObjectType({ implements: () => Check, description: 'The library would rather not write at this hour.' })
export class QuietHours extends Check {
  readonly code = 'QUIET_HOURS';
  readonly blocks = false;
  readonly message = 'Your library is quiet at that hour. It can leave once the quiet hours are over.';

  @Field(() => Date, { description: 'When they are over: approve it for then.' })
  readonly until: Date;

  constructor(until: Date) {
    super();
    this.until = until;
  }
}

@ObjectType({ implements: () => Check, description: 'The text does not end with what the library signs with.' })
export class Unsigned extends Check {
  readonly code = 'UNSIGNED';
  readonly blocks = false;
  readonly message = 'It is not signed as your library signs.';
}
