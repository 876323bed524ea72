import { ArgsType, Field, Int } from '@nestjs/graphql';
import { Cursor } from '../scalars/cursor.scalar.js';

export const pageLimit = 100;
export const pageDefault = 25;

/** `first` and `after`, for every list. Extend it with the filters of a list. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: pageDefault, description: `How many, from 1 to ${pageLimit}.` })
  first: number = pageDefault;

  @Field(() => Cursor, { nullable: true, description: 'Go on after this edge: the `endCursor` of the page before. Holds for the same order only.' })
  after?: string;
}
