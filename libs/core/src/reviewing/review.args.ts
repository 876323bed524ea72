import { ArgsType, Field, Int } from '@nestjs/graphql';
import { PlatformError } from '../errors/index.js';
import { Id, PageArgs } from '../graphql/index.js';
import { ReviewReasonEnum } from './review.model.js';
import type { ReviewAsked } from './review.repository.js';
import { reviewReasons, type ReviewReason } from './review.row.js';

@ArgsType()
export class ReviewArgs extends PageArgs {
  @Field(() => Id, { nullable: true, description: 'Those that this library writes; without it, all that your libraries write.' })
  readonly libraryId?: string | null;

  @Field(() => Id, { nullable: true, description: 'Those on this list.' })
  readonly listId?: string | null;

  @Field(() => [ReviewReasonEnum], { nullable: true, description: 'For one of these reasons; without it, for any.' })
  readonly reasons?: readonly ReviewReason[] | null;

  @Field(() => Int, { defaultValue: 8, description: 'After how many weeks without anything a follow counts as silent: from 1 to 104.' })
  readonly silentWeeks: number = 8;

  @Field(() => Int, { defaultValue: 90, description: 'Over how many days what it brought is judged: from 7 to 366.' })
  readonly days: number = 90;
}

const within = (value: number, least: number, most: number, field: string): number => {
  if (value < least || value > most) throw new PlatformError('BAD_INPUT', `${field} is from ${least} to ${most}.`, field);
  return value;
};

/** @throws PlatformError BAD_INPUT */
export const daysOf = (days: number): number => within(days, 7, 366, 'days');

/** @throws PlatformError BAD_INPUT */
export const reviewOf = ({ libraryId, listId, reasons, silentWeeks, days }: ReviewArgs): ReviewAsked => ({
  libraryId: libraryId ?? undefined, listId: listId ?? undefined, reasons: reasons ?? reviewReasons, silentWeeks: within(silentWeeks, 1, 104, 'silentWeeks'), days: daysOf(days),
});
