import { ArgsType, Field } from '@nestjs/graphql';
import { Id, PageArgs } from '../../graphql/index.js';
import { SavedAnswerKindEnum, SavedAnswerOwnerEnum, SavedAnswerStandingEnum } from './saved-answer.model.js';
import type { AnswerKind, AnswerStanding } from './saved-answer.row.js';
import type { AnswerOwner } from './saved-answers.repository.js';

@ArgsType()
export class SavedAnswersArgs extends PageArgs {
  @Field(() => Id, { description: 'The library that uses them: its own, those of the libraries above it, and those that come with the program.' })
  readonly libraryId!: string;

  @Field(() => SavedAnswerStandingEnum, { defaultValue: 'used', description: 'That stand so there.' })
  readonly standing!: AnswerStanding;

  @Field(() => String, { nullable: true, description: 'That have these words, each by the rules of its own language: words, "phrases", or, -exclusions.' })
  readonly search?: string | null;

  @Field(() => SavedAnswerKindEnum, { nullable: true, description: 'Of this kind.' })
  readonly kind?: AnswerKind | null;

  @Field(() => String, { nullable: true, description: 'Filed under this word.' })
  readonly category?: string | null;

  @Field(() => String, { nullable: true, description: 'In this language, of whatever region.' })
  readonly lang?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whose day of review has come, or has not, or that have none.' })
  readonly due?: boolean | null;

  @Field(() => SavedAnswerOwnerEnum, { nullable: true, description: 'Of these.' })
  readonly whose?: AnswerOwner | null;
}
