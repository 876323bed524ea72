import { ArgsType, Field, Int } from '@nestjs/graphql';
import { Id } from '../graphql/index.js';
import type { WaitingParty } from './conversation.row.js';
import { OutcomeKindEnum, WaitingPartyEnum } from './enums.js';
import type { OutcomeKind } from './handling.row.js';
import type { TriageTarget } from './triage-desk.js';

@ArgsType()
export class TriageArgs {
  @Field(() => Id, { description: 'Which conversation; the id of one that was merged leads to the other.' })
  readonly conversationId!: string;

  @Field(() => Int, { nullable: true, description: 'Only if this is its version still; otherwise nothing is done, and Changed is the answer.' })
  readonly ifVersion?: number | null;
}

export const targetOf = ({ conversationId, ifVersion }: TriageArgs): TriageTarget => ({ conversationId, ifVersion: ifVersion ?? undefined });

@ArgsType()
export class AssignArgs extends TriageArgs {
  @Field(() => Id, { nullable: true, description: 'To whom: a librarian or administrator of its library; null takes it from whoever has it.' })
  readonly assigneeId?: string | null;
}

@ArgsType()
export class SnoozeArgs extends TriageArgs {
  @Field(() => Date, { nullable: true, description: 'Until when, within a year; null wakes it now.' })
  readonly until?: Date | null;

  @Field(() => WaitingPartyEnum, { nullable: true, description: 'Whom it waits for.' })
  readonly waitingOn?: WaitingParty | null;
}

@ArgsType()
export class CloseArgs extends TriageArgs {
  @Field(() => OutcomeKindEnum, { description: 'How it ended.' })
  readonly outcome!: OutcomeKind;

  @Field(() => String, { nullable: true, description: 'What was asked for that the library could not give, in 500 characters at most.' })
  readonly unmetNeed?: string | null;
}

@ArgsType()
export class TagArgs extends TriageArgs {
  @Field(() => String, { description: 'The tag, of 60 characters at most.' })
  readonly name!: string;
}

@ArgsType()
export class NoteArgs extends TriageArgs {
  @Field(() => String, { description: 'Plain text, of 20000 characters at most.' })
  readonly body!: string;

  @Field(() => [Id], { nullable: true, description: 'Who is told of it: people with a role at this library.' })
  readonly mentions?: readonly string[] | null;

  @Field(() => Id, { nullable: true, description: 'An id of your making: a note sent twice with it is written once.' })
  readonly noteId?: string | null;
}

@ArgsType()
export class FindingArgs extends TriageArgs {
  @Field(() => Id, { description: 'Which finding of this conversation.' })
  readonly findingId!: string;
}

@ArgsType()
export class MarkArgs extends FindingArgs {
  @Field(() => Boolean, { description: 'Whether it is right.' })
  readonly right!: boolean;
}
