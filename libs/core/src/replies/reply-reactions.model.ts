import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { SentPost } from './replies.repository.js';

@ObjectType('ReplyReactions', { description: 'What a reply got, as its network told when its thread was looked at last: for three days after what was said last in it.' })
export class ReplyReactionsModel {
  @Field(() => Int, { description: 'Answers to it that can be read here, but for those of your own accounts.' })
  readonly answers!: number;

  @Field(() => Int, { nullable: true, description: 'How many people like it. Null: nobody counted yet, or the network does not tell.' })
  readonly likes!: number | null;

  @Field(() => Int, { nullable: true, description: 'How often it was passed on. Null: nobody counted yet, or the network does not tell.' })
  readonly boosts!: number | null;

  @Field(() => Date, { nullable: true, description: 'When likes and boosts were counted.' })
  readonly countedAt!: Date | null;

  static fromPost({ answers, likes, boosts, countedAt }: SentPost): ReplyReactionsModel {
    return Object.assign(new ReplyReactionsModel(), { answers, likes, boosts, countedAt });
  }
}
