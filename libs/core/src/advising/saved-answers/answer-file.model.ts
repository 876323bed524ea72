import { createUnionType, Field, Int, ObjectType } from '@nestjs/graphql';
import { enumOf, Id } from '../../graphql/index.js';
import type { AnswerFile, EntryEffect, EntryProblem, EntryProblemKind, PlannedEntry } from './answer-file.js';
import { SavedAnswerFileUnreadable, TooManySavedAnswers } from './saved-answer.errors.js';

const EntryEffectEnum = enumOf<EntryEffect>('SavedAnswerEntryEffect', 'What an entry of a file does.', {
  new: 'It becomes an answer of the library.',
  changed: 'It changes one that the library has.',
  same: 'The library has it as it is.',
  'left-out': 'Nothing, for what stands in its problems.',
});

const EntryProblemEnum = enumOf<EntryProblemKind>('SavedAnswerEntryProblem', 'Why an entry of a file does nothing.', {
  unreadable: 'A field is missing, or is not what it has to be.',
  'changed-since': 'The answer was changed at the library since the file was written.',
  twice: 'Another entry before is for the same answer.',
});

@ObjectType('SavedAnswerFile', { description: "A library's own saved answers as a file that can be imported." })
export class AnswerFileModel implements AnswerFile {
  @Field(() => String, { description: 'The file itself, in UTF-8: JSON.' })
  readonly content!: string;

  @Field(() => Int, { description: 'How many answers it holds.' })
  readonly answers!: number;
}

@ObjectType('SavedAnswerEntryFault', { description: 'Something that is wrong with an entry of a file.' })
export class EntryProblemModel implements EntryProblem {
  @Field(() => EntryProblemEnum, { description: 'Of which kind.' })
  readonly kind!: EntryProblemKind;

  @Field(() => String, { nullable: true, description: 'Which field; null: the whole entry.' })
  readonly field!: string | null;

  @Field(() => String, { description: 'What is wrong and what to do, in English.' })
  readonly message!: string;
}

@ObjectType('SavedAnswerEntry', { description: 'An entry of a file of saved answers.' })
export class PlannedEntryModel {
  @Field(() => Int, { description: 'Which, from 1.' })
  readonly entry!: number;

  @Field(() => EntryEffectEnum, { description: 'What it does.' })
  readonly does!: EntryEffect;

  @Field(() => String, { nullable: true, description: 'Its title, where it has one.' })
  readonly title!: string | null;

  @Field(() => Id, { nullable: true, description: "The library's answer that it is for, once there is one." })
  readonly answerId!: string | null;

  @Field(() => [EntryProblemModel], { description: 'What is wrong with it.' })
  readonly problems!: readonly EntryProblemModel[];
}

@ObjectType('SavedAnswerImport', { description: 'What a file of saved answers does at a library.' })
export class AnswerImportModel {
  @Field(() => Int, { description: 'Answers that the library gets.' })
  readonly new!: number;

  @Field(() => Int, { description: 'Answers of the library that change.' })
  readonly changed!: number;

  @Field(() => Int, { description: 'Answers that the library has as they are.' })
  readonly same!: number;

  @Field(() => Int, { description: 'Entries that do nothing.' })
  readonly leftOut!: number;

  @Field(() => [PlannedEntryModel], { description: 'Each entry, in the order of the file.' })
  readonly entries!: readonly PlannedEntryModel[];

  static of(planned: readonly PlannedEntry[]): AnswerImportModel {
    const count = (does: EntryEffect): number => planned.filter((entry) => entry.does === does).length;
    return Object.assign(new AnswerImportModel(), {
      new: count('new'), changed: count('changed'), same: count('same'), leftOut: count('left-out'),
      entries: planned.map(({ entry, does, title, own, problems }) => ({ entry, does, title, answerId: own?.id ?? null, problems })),
    });
  }
}

export const SavedAnswerImportPlan = createUnionType({
  name: 'SavedAnswerImportPlan',
  description: 'What a file would do; or why it cannot be read.',
  types: () => [AnswerImportModel, SavedAnswerFileUnreadable] as const,
});

export const SavedAnswerImportResult = createUnionType({
  name: 'SavedAnswerImportResult',
  description: 'What a file did; or why it did nothing.',
  types: () => [AnswerImportModel, SavedAnswerFileUnreadable, TooManySavedAnswers] as const,
});
