import { createUnionType, Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, enumOf, Id } from '../../graphql/index.js';
import { placeholdersIn } from '../../language/index.js';
import { OwnVersionExists, ReplyNotSent, SavedAnswerChanged, SavedAnswerRemoved, TooManySavedAnswers } from './saved-answer.errors.js';
import type { AnswerKind, AnswerStanding, SavedAnswerRow } from './saved-answer.row.js';
import type { AnswerOwner, CategoryCount } from './saved-answers.repository.js';
import type { Personal } from './without-person.js';
import type { AnswerWish } from './written-answer.js';

export const SavedAnswerKindEnum = enumOf<AnswerKind>('SavedAnswerKind', 'What a saved answer is for.', {
  answer: 'It is said again and again.',
  question: 'Of the reference interview: it is asked back where nobody can tell yet what somebody needs.',
});

export const SavedAnswerStandingEnum = enumOf<AnswerStanding>('SavedAnswerStanding', 'How a saved answer stands at a library.', {
  used: 'The library uses it.',
  replaced: 'The library, or one between, has its own version of it and uses that.',
  hidden: 'The library, or one between, does not use it.',
  removed: 'The library removed it, and can restore it.',
});

export const SavedAnswerOwnerEnum = enumOf<AnswerOwner>('SavedAnswerOwner', 'Whose a saved answer is, as a library sees it.', {
  own: 'Its own.',
  above: 'Of a library above it.',
  program: 'It comes with the program.',
});

const PersonalEnum = enumOf<Personal>('PersonalPart', 'What a reply held of the person whom it answers, or of whoever answered.', {
  mentions: 'Handles. Those at its beginning are left out, others are {{name}} now.',
  names: 'Their name, which is {{name}} now.',
  links: 'A link to their profile, or to what they said, which is {{link}} now.',
  quotes: 'Their own words, which are {{in your words}} now.',
  signature: 'The signature, which is added to the next reply anew.',
});

@ObjectType('SavedAnswer', { description: 'What a library answers, or asks back, again and again. Its library writes it; that library and all below it use it.' })
export class SavedAnswerModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { nullable: true, description: 'The library that writes it; null: it comes with the program.' })
  readonly libraryId!: string | null;

  @Field(() => SavedAnswerStandingEnum, { description: 'How it stands at the library that was asked about.' })
  readonly standing!: AnswerStanding;

  @Field(() => SavedAnswerKindEnum, { description: 'What it is for.' })
  readonly kind!: AnswerKind;

  @Field(() => String, { description: 'What staff call it. Never sent.' })
  readonly title!: string;

  @Field(() => String, { description: 'What it says. May hold what is to be filled in, as {{opening hours}}.' })
  readonly text!: string;

  @Field(() => [String], { description: 'What is to be filled in before it can be sent, as it stands in the text.' })
  readonly placeholders!: readonly string[];

  @Field(() => String, { description: 'In which language, as a BCP 47 tag.' })
  readonly lang!: string;

  @Field(() => [String], { description: 'Under which words staff file it.' })
  readonly categories!: readonly string[];

  @Field(() => String, { nullable: true, description: 'The day on which somebody is to look whether it still holds, as 2026-03-01.' })
  readonly reviewOn!: string | null;

  @Field(() => Id, { nullable: true, description: 'The answer, of a library above or of the program, in whose place it stands.' })
  readonly insteadOfId!: string | null;

  @Field(() => Id, { nullable: true, description: 'Who made it; null: the program.' })
  readonly createdById!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was made.' })
  readonly createdAt!: Date | null;

  @Field(() => Id, { nullable: true, description: 'Who changed it last.' })
  readonly changedById!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was changed last.' })
  readonly changedAt!: Date | null;

  @Field(() => Int, { description: 'Steps with every change: who changes it names the version that they read.' })
  readonly version!: number;

  static fromRow({ at: _, ...row }: SavedAnswerRow): SavedAnswerModel {
    return Object.assign(new SavedAnswerModel(), row, { placeholders: placeholdersIn(row.text) });
  }
}

@ObjectType({ description: 'A page of a list of SavedAnswer.' })
export class SavedAnswerConnection extends connectionOf('SavedAnswer', SavedAnswerModel) {}

@ObjectType('SavedAnswerCategory', { description: 'A word under which answers are filed that a library uses.' })
export class SavedAnswerCategoryModel implements CategoryCount {
  @Field(() => String, { description: 'The word.' })
  readonly name!: string;

  @Field(() => Int, { description: 'How many answers are filed under it.' })
  readonly count!: number;
}

@InputType({ description: 'What staff say of a saved answer.' })
export class SavedAnswerInput implements AnswerWish {
  @Field(() => SavedAnswerKindEnum, { description: 'What it is for.' })
  readonly kind!: AnswerKind;

  @Field(() => String, { description: 'What staff call it: one line of 200 characters at most.' })
  readonly title!: string;

  @Field(() => String, { description: 'What it says, in 5,000 characters at most. What is to be filled in stands in two braces, as {{opening hours}}.' })
  readonly text!: string;

  @Field(() => String, { description: 'In which language, as a BCP 47 tag.' })
  readonly lang!: string;

  @Field(() => [String], { defaultValue: [], description: 'Under which words it is filed: 20 at most, of 60 characters at most.' })
  readonly categories!: readonly string[];

  @Field(() => String, { nullable: true, description: 'The day on which somebody is to look whether it still holds, as 2026-03-01.' })
  readonly reviewOn?: string | null;
}

@ObjectType('AnswerOfReply', { description: 'A sent reply that became a saved answer.' })
export class AnswerOfReplyModel {
  @Field(() => SavedAnswerModel, { description: 'The answer: read it before others use it.' })
  readonly answer!: SavedAnswerModel;

  @Field(() => [PersonalEnum], { description: 'What it no longer holds of the reply. Whom else it names in words is not found.' })
  readonly leftOut!: readonly Personal[];
}

export const SavedAnswerResult = createUnionType({
  name: 'SavedAnswerResult',
  description: 'The answer as it is now; or what is in the way.',
  types: () => [SavedAnswerModel, SavedAnswerChanged, SavedAnswerRemoved, OwnVersionExists, TooManySavedAnswers] as const,
});

export const AnswerOfReplyResult = createUnionType({
  name: 'AnswerOfReplyResult',
  description: 'The answer, and what it does not hold of the reply; or what is in the way.',
  types: () => [AnswerOfReplyModel, ReplyNotSent, TooManySavedAnswers] as const,
});
