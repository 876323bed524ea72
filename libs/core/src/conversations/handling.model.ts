import { Field, ObjectType } from '@nestjs/graphql';
import { Id, connectionOf } from '../graphql/index.js';
import { HearingCauseEnum, OutcomeKindEnum, TimelineKindEnum } from './enums.js';
import type { ClaimRow, HearingCause, HearingRow, MarkRow, NoteRow, OutcomeKind, OutcomeRow, TimelineKind, TimelineRow } from './handling.row.js';

@ObjectType('Hearing', { description: 'Why a library hears a conversation.' })
export class HearingModel {
  @Field(() => Id, { description: 'Of this cause.' })
  readonly id!: string;

  @Field(() => HearingCauseEnum, { description: 'How it came to be heard.' })
  readonly cause!: HearingCause;

  @Field(() => Date, { description: 'Since when.' })
  readonly at!: Date;

  @Field(() => String, { nullable: true, description: 'The place by which it came to this library, of all that the follow serves.' })
  readonly routedByPlace!: string | null;

  readonly postId!: string;
  readonly libraryId!: string;
  readonly followId!: string | null;

  static fromRow({ routedBy, ...row }: HearingRow): HearingModel {
    return Object.assign(new HearingModel(), row, { routedByPlace: placeOf(routedBy) });
  }
}

/** Routing stores { place: { value, by } }; what it stored without a place was routed by having no other library. */
const placeOf = (routedBy: unknown): string | null => {
  const place = (routedBy as { readonly place?: { readonly value?: unknown } } | null)?.place?.value;
  return typeof place === 'string' ? place : null;
};

@ObjectType('Claim', { description: 'That a library answers a thread: one of all that hear it.' })
export class ClaimModel {
  @Field(() => Id, { description: 'Which library.' })
  readonly libraryId!: string;

  @Field(() => Date, { description: 'Since when.' })
  readonly since!: Date;

  @Field(() => Date, { nullable: true, description: 'When it answered: the claim stays from then on.' })
  readonly answeredAt!: Date | null;

  static fromRow({ libraryId, claimedAt, answeredAt }: ClaimRow): ClaimModel {
    return Object.assign(new ClaimModel(), { libraryId, since: claimedAt, answeredAt });
  }
}

@ObjectType('Note', { description: 'A note among colleagues.' })
export class NoteModel {
  @Field(() => Id, { description: 'Of this note.' })
  readonly id!: string;

  @Field(() => Id, { description: 'Who wrote it.' })
  readonly authorId!: string;

  @Field(() => String, { description: 'Plain text.' })
  readonly body!: string;

  @Field(() => [Id], { description: 'Who is mentioned.' })
  readonly mentions!: readonly string[];

  @Field(() => Date, { description: 'When it was written.' })
  readonly createdAt!: Date;

  static fromRow(row: NoteRow): NoteModel {
    return Object.assign(new NoteModel(), row);
  }
}

@ObjectType('FindingMark', { description: "A librarian's word on a finding." })
export class FindingMarkModel {
  @Field(() => Id, { description: 'The post that it is about.' })
  readonly postId!: string;

  @Field(() => String, { description: 'The label that it is about, whichever run of the classifier found it.' })
  readonly label!: string;

  @Field(() => Boolean, { description: 'Whether the finding is right.' })
  readonly right!: boolean;

  @Field(() => Id, { description: 'Who says so.' })
  readonly byActorId!: string;

  @Field(() => Date, { description: 'When.' })
  readonly at!: Date;

  static fromRow({ byActor, ...row }: MarkRow): FindingMarkModel {
    return Object.assign(new FindingMarkModel(), row, { byActorId: byActor });
  }
}

@ObjectType('Outcome', { description: 'How a conversation ended, and what could not be given.' })
export class OutcomeModel {
  @Field(() => OutcomeKindEnum, { description: 'How it ended.' })
  readonly kind!: OutcomeKind;

  @Field(() => String, { nullable: true, description: 'What was asked for that the library could not give.' })
  readonly unmetNeed!: string | null;

  @Field(() => Id, { description: 'Who closed it.' })
  readonly byActorId!: string;

  @Field(() => Date, { description: 'When.' })
  readonly at!: Date;

  static fromRow({ byActor, ...row }: OutcomeRow): OutcomeModel {
    return Object.assign(new OutcomeModel(), row, { byActorId: byActor });
  }
}

@ObjectType('TimelineEntry', { description: 'Something that happened to a conversation.' })
export class TimelineEntryModel {
  @Field(() => Id, { description: 'Of this entry.' })
  readonly id!: string;

  @Field(() => TimelineKindEnum, { description: 'What happened.' })
  readonly kind!: TimelineKind;

  @Field(() => Id, { nullable: true, description: 'Who did it; null where nobody of the staff did.' })
  readonly actorId!: string | null;

  @Field(() => Date, { description: 'When.' })
  readonly at!: Date;

  @Field(() => String, { description: 'More of it, as JSON: ids and choices, never texts. Its shape depends on the kind.' })
  readonly detail!: string;

  static fromRow({ detail, ...row }: TimelineRow): TimelineEntryModel {
    return Object.assign(new TimelineEntryModel(), row, { detail: JSON.stringify(detail) });
  }
}

@ObjectType({ description: 'A page of a list of TimelineEntry.' })
export class TimelineConnection extends connectionOf('TimelineEntry', TimelineEntryModel) {}
