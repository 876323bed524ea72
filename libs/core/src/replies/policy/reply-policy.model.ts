import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Id, enumOf } from '../../graphql/index.js';
import type { HoldingPolicy, ReplyPolicy, SecondPersonCase } from './reply-policy.row.js';

export const SecondPersonCaseEnum = enumOf<SecondPersonCase>('SecondPersonCase', 'When whoever wrote the words of a reply may not approve them: somebody else has to.', {
  always: 'Always.',
  newcomer: 'As long as fewer than ten replies that they drafted were sent.',
  unasked: 'Where the post does not speak to the library.',
  sensitive: 'Where something was found in the post that asks for care.',
});

const ApproversEnum = enumOf<ReplyPolicy['approvers']>('ReplyApprovers', 'Who may approve replies.', {
  librarian: 'Librarians and administrators.',
  administrator: 'Administrators.',
});

const hour = 'By the clock of the library, as 21:00.';

@ObjectType('QuietSpan', { description: 'When staff would rather not write. Over midnight where they end before they begin.' })
class QuietSpanModel {
  @Field(() => String, { description: hour })
  readonly from!: string;

  @Field(() => String, { description: hour })
  readonly until!: string;
}

@InputType({ description: 'When staff would rather not write. Over midnight where they end before they begin.' })
class QuietSpanInput {
  @Field(() => String, { description: hour })
  readonly from!: string;

  @Field(() => String, { description: hour })
  readonly until!: string;
}

@ObjectType('ReplyPolicy', { description: 'How a library answers.' })
export class ReplyPolicyModel {
  @Field(() => ApproversEnum, { description: 'Who may approve.' })
  readonly approvers!: ReplyPolicy['approvers'];

  @Field(() => [SecondPersonCaseEnum], { description: 'When somebody other than who wrote the words has to approve them. Empty: never.' })
  readonly secondPerson!: readonly SecondPersonCase[];

  @Field(() => Int, { description: 'One reply to one person who did not speak to any of you, from all libraries of a consortium together, in so many days. 0: as often as staff think right.' })
  readonly unaskedDays!: number;

  @Field(() => QuietSpanModel, { nullable: true, description: 'When staff would rather not write: a reply that is to leave then warns. Null: never.' })
  readonly quietHours!: QuietSpanModel | null;

  @Field(() => String, { nullable: true, description: 'What replies end with, with `{{first name}}` and `{{library}}` to be filled in: `replySignature` does. Null: nothing.' })
  readonly signature!: string | null;

  @Field(() => Id, { nullable: true, description: 'The library that says so: this one or one above it. Null: none does, and this is how it usually is.' })
  readonly setAtId!: string | null;

  static fromRow({ setAt, ...policy }: HoldingPolicy): ReplyPolicyModel {
    return Object.assign(new ReplyPolicyModel(), policy, { setAtId: setAt });
  }
}

@InputType({ description: 'How a library is to answer.' })
export class ReplyPolicyInput implements ReplyPolicy {
  @Field(() => ApproversEnum, { description: 'Who may approve.' })
  readonly approvers!: ReplyPolicy['approvers'];

  @Field(() => [SecondPersonCaseEnum], { description: 'When somebody other than who wrote the words has to approve them.' })
  readonly secondPerson!: readonly SecondPersonCase[];

  @Field(() => Int, { description: 'One reply to one person who did not speak to any of you in so many days, 365 at most; 0: as often as staff think right.' })
  readonly unaskedDays!: number;

  @Field(() => QuietSpanInput, { nullable: true, description: 'When staff would rather not write; null: never.' })
  readonly quietHours!: QuietSpanInput | null;

  @Field(() => String, { nullable: true, description: 'What replies end with, in 100 characters: `{{first name}}` and `{{library}}` are filled in. Null: nothing.' })
  readonly signature!: string | null;
}
