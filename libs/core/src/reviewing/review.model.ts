import { Field, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, enumOf, Id } from '../graphql/index.js';
import type { Brought, ReviewReason, ReviewRow } from './review.row.js';

export const ReviewReasonEnum = enumOf<ReviewReason>('FollowReviewReason', 'Why a follow is shown for review.', {
  due: 'Its review date has come.',
  silent: 'Nothing was heard by it for weeks.',
  noise: 'It brought conversations, none of which was answered or ended helpfully.',
});

@ObjectType('FollowBrought', { description: 'What a follow brought to your libraries.' })
export class BroughtModel {
  @Field(() => Date, { nullable: true, description: 'When it last brought a post, also one that was forgotten since.' })
  readonly lastHeardAt!: Date | null;

  @Field(() => Int, { description: 'How many posts it brought, also those that were forgotten since.' })
  readonly heard!: number;

  @Field(() => Int, { description: 'In how many of its conversations that are still there somebody needs something.' })
  readonly needs!: number;

  @Field(() => Int, { description: 'How many of those were answered.' })
  readonly answered!: number;

  @Field(() => Int, { description: 'How many of those ended with help, here or elsewhere.' })
  readonly helped!: number;

  @Field(() => Int, { description: 'How many of those were not for you.' })
  readonly notForUs!: number;

  static of({ lastHeardAt, heard, needs, answered, helped, notForUs }: Brought): BroughtModel {
    return Object.assign(new BroughtModel(), { lastHeardAt, heard, needs, answered, helped, notForUs });
  }
}

@ObjectType('FollowToReview', { description: 'A follow that should be looked at: keepFollow, snoozeFollow or removeFollow.' })
export class ReviewModel {
  @Field(() => Id, { description: 'The follow.' })
  readonly followId!: string;

  @Field(() => [ReviewReasonEnum], { description: 'Why.' })
  readonly because!: readonly ReviewReason[];

  @Field(() => BroughtModel, { description: 'What it brought in the days that were asked for.' })
  readonly brought!: BroughtModel;

  static fromRow({ followId, because, ...brought }: ReviewRow): ReviewModel {
    return Object.assign(new ReviewModel(), { followId, because, brought: BroughtModel.of(brought) });
  }
}

@ObjectType({ description: 'A page of a list of FollowToReview.' })
export class ReviewConnection extends connectionOf('FollowToReview', ReviewModel) {}
