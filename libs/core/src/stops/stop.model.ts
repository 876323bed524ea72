import { Field, ObjectType } from '@nestjs/graphql';
import { enumOf, Id } from '../graphql/index.js';
import { type StopKind, type StopRow, stopInWords } from './stop.row.js';

export const StopKindEnum = enumOf<StopKind>('StopKind', 'What somebody stopped.', {
  listening: 'Reading what people say: channels, looks at threads, gaps, webhooks. Replies are sent.',
  sending: 'Sending replies: what was approved and had not left is a draft again, and nothing can be approved. All is heard.',
  all: 'Both, and everything else that reaches the outside by itself: advisors, notices, webhooks, lists on networks.',
});

@ObjectType('Stop', { description: 'Something that somebody stopped and nobody has resumed. What people say meanwhile is caught up afterwards, or is a gap that names this as its reason.' })
export class StopModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => StopKindEnum, { description: 'What was stopped.' })
  readonly what!: StopKind;

  @Field(() => String, { description: 'Why, in the words of whoever did.' })
  readonly why!: string;

  @Field(() => String, { description: 'Who did: the name of a person or a token, or of the user at the machine.' })
  readonly byName!: string;

  @Field(() => Date, { description: 'When.' })
  readonly stoppedAt!: Date;

  @Field(() => String, { description: 'The same for people, in English.' })
  readonly words!: string;

  readonly libraryId!: string | null;

  static fromRow(row: StopRow): StopModel {
    const { id, libraryId, what, why, byName, stoppedAt } = row;
    return Object.assign(new StopModel(), { id, libraryId, what, why, byName, stoppedAt, words: stopInWords(row) });
  }
}
