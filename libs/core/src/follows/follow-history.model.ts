import { Field, Int, ObjectType } from '@nestjs/graphql';
import { enumOf } from '../graphql/index.js';

export const followHistoryStates = ['waiting', 'done', 'partly', 'unavailable'] as const;
export type FollowHistoryState = (typeof followHistoryStates)[number];

export interface FollowHistoryRow {
  readonly followId: string;
  readonly state: FollowHistoryState;
  readonly since: Date;
  readonly until: Date;
  readonly posts: number;
  readonly words: string | null;
}

/** The columns of a {@link FollowHistoryRow} of `follow_history h`. */
export const followHistoryColumns = 'h.follow_id as "followId", h.state, h.since, h.until, h.posts, h.words';

export const FollowHistoryStateEnum = enumOf<FollowHistoryState>('FollowHistoryState', 'What became of the days before a follow.', {
  waiting: 'They are being asked for, or will be.',
  done: 'All of them came in.',
  partly: 'Some came in; the network does not have, or does not say that it had, the rest.',
  unavailable: 'The network has none of them for us.',
});

@ObjectType('FollowHistory', { description: 'What a new follow said in the seven days before: brought in as history, of which nobody is told, and of which nothing that is older than three days is offered for an unprompted answer.' })
export class FollowHistoryModel {
  @Field(() => FollowHistoryStateEnum, { description: 'What became of it.' })
  readonly state!: FollowHistoryState;

  @Field(() => Date, { description: 'From when it was asked for.' })
  readonly since!: Date;

  @Field(() => Date, { description: 'Until when: from then on it is followed.' })
  readonly until!: Date;

  @Field(() => Int, { description: 'How many posts came in so far.' })
  readonly posts!: number;

  @Field(() => String, { nullable: true, description: 'Why not all came, or why it is tried again, for people.' })
  readonly words!: string | null;

  static fromRow({ state, since, until, posts, words }: FollowHistoryRow): FollowHistoryModel {
    return Object.assign(new FollowHistoryModel(), { state, since, until, posts, words });
  }
}
