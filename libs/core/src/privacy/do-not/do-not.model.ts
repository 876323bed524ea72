import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { Id, connectionOf, enumOf } from '../../graphql/index.js';
import type { DoNotAct, DoNotReason, DoNotRow, DoNotTarget } from './do-not.row.js';

export const DoNotActEnum = enumOf<DoNotAct>('DoNotAct', 'What a library does not do.', { hear: 'Nothing of theirs comes in.', contact: 'Nothing is written to them.' });

export const DoNotTargetEnum = enumOf<DoNotTarget>('DoNotTarget', 'Whom an entry names.', {
  profile: 'One profile.',
  host: 'Everybody on a server, and on its subdomains.',
  'bio-word': 'Everybody with a word, or words in a row, in what they say of themselves.',
});

export const DoNotReasonEnum = enumOf<DoNotReason>('DoNotReason', 'Why a library does not hear somebody, or does not write to them.', {
  'asked-us': 'They asked us.',
  spam: 'Spam.',
  'off-topic-always': 'Never anything for a library.',
  'not-a-resident': 'From elsewhere.',
  'harassment-of-others': 'They harass others.',
  automated: 'No person.',
  'duplicate-account': 'Somebody whom we hear by another account.',
});

@ObjectType('DoNot', { description: 'That a library, and those below it, do not hear somebody, or do not write to them.' })
export class DoNotModel {
  @Field(() => Id, { description: 'Of this entry.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The library that decided it.' })
  readonly libraryId!: string;

  @Field(() => DoNotActEnum, { description: 'What is not done.' })
  readonly act!: DoNotAct;

  @Field(() => DoNotTargetEnum, { description: 'Whether it names a profile, a server or a word.' })
  readonly target!: DoNotTarget;

  @Field(() => Id, { nullable: true, description: 'The profile, where it names one.' })
  readonly profileId!: string | null;

  @Field(() => String, { nullable: true, description: 'The server or the word, where it names one.' })
  readonly value!: string | null;

  @Field(() => DoNotReasonEnum, { description: 'Why.' })
  readonly reason!: DoNotReason;

  @Field(() => Id, { nullable: true, description: 'Who decided it; null where they asked for it themselves.' })
  readonly byActorId!: string | null;

  @Field(() => Date, { description: 'Since when.' })
  readonly at!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was lifted.' })
  readonly liftedAt!: Date | null;

  static fromRow({ byActor, ...row }: DoNotRow): DoNotModel {
    return Object.assign(new DoNotModel(), row, { byActorId: byActor });
  }
}

@ObjectType({ description: 'A page of a list of DoNot.' })
export class DoNotConnection extends connectionOf('DoNot', DoNotModel) {}

@InputType({ description: 'Whom not to hear, or not to write to.' })
export class DoNotInput {
  @Field(() => Id, { description: 'The library that decides; it holds for all below.' })
  readonly libraryId!: string;

  @Field(() => DoNotActEnum, { description: 'What is not to be done.' })
  readonly act!: DoNotAct;

  @Field(() => DoNotTargetEnum, { description: 'Whether a profile, a server or a word is named.' })
  readonly target!: DoNotTarget;

  @Field(() => Id, { nullable: true, description: 'The profile, where one is named.' })
  readonly profileId?: string | null;

  @Field(() => String, { nullable: true, description: 'The server, as in town.example, or the word, where one is named.' })
  readonly value?: string | null;

  @Field(() => DoNotReasonEnum, { description: 'Why.' })
  readonly reason!: DoNotReason;
}
