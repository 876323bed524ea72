import { Field, Float, ObjectType } from '@nestjs/graphql';
import { enumOf, Id } from '../graphql/index.js';
import { type Reason, type ReasonCode, codeOfReason } from './reasons.js';

export const ReasonCodeEnum = enumOf<ReasonCode>('ReasonCode', 'Why a conversation stands where it stands.', {
  finding: 'A classifier found something in it: label, title and score.',
  place: 'It is about a place that the library serves: place.',
  'author-place': 'Its author is in a place that the library serves, and it does not speak of it: place.',
  search: 'A saved search found it: title, by the name that the search had then.',
  addressed: 'It is addressed to the library.',
  'brought-in': 'Staff brought it in by hand.',
  'answered-back': 'Somebody answered the library.',
  unanswered: 'Nobody answered: since.',
  held: 'A label says that nobody is to be answered unprompted: label and title.',
  old: 'It was too old for an unprompted answer when it was heard.',
});

@ObjectType('Reason', { description: 'One reason, as a code and what belongs to it, so that a client can say it in any language. The weightiest comes first.' })
export class ReasonModel {
  @Field(() => ReasonCodeEnum, { description: 'Which reason: it says which of the other fields there are.' })
  readonly code!: ReasonCode;

  @Field(() => String, { description: 'In English, as `why` says it.' })
  readonly words!: string;

  @Field(() => String, { nullable: true, description: 'The label, as `need.implicit`.' })
  readonly label!: string | null;

  @Field(() => String, { nullable: true, description: 'What the label, or the search, is called.' })
  readonly title!: string | null;

  @Field(() => Float, { nullable: true, description: 'How sure, from 0 to 1.' })
  readonly score!: number | null;

  @Field(() => String, { nullable: true, description: 'The place, by the name that was used.' })
  readonly place!: string | null;

  @Field(() => Id, { nullable: true, description: 'The saved search.' })
  readonly searchId!: string | null;

  @Field(() => Date, { nullable: true, description: 'Since when somebody waits.' })
  readonly since!: Date | null;

  static from(reason: Reason, words: string, waitingSince: Date | null): ReasonModel {
    return Object.assign(new ReasonModel(), {
      code: codeOfReason(reason),
      words,
      label: 'label' in reason ? reason.label : null,
      title: 'title' in reason ? reason.title : 'name' in reason ? reason.name : null,
      score: 'score' in reason ? reason.score : null,
      place: 'place' in reason ? reason.place : null,
      searchId: 'search' in reason ? reason.search : null,
      since: reason.kind === 'unanswered' ? waitingSince : null,
    });
  }
}
