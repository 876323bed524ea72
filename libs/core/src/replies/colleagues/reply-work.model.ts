import { Field, ObjectType } from '@nestjs/graphql';
import { Id, enumOf } from '../../graphql/index.js';

/** Types right now, or has words here that are not approved. */
export type ReplyWorkHow = 'typing' | 'drafted';

export interface ReplyWorkRow {
  readonly conversationId: string;
  readonly actorId: string;
  readonly how: ReplyWorkHow;
  readonly since: Date;
  readonly hasIt: boolean;
}

const ReplyWorkHowEnum = enumOf<ReplyWorkHow>('ReplyWorkHow', 'How somebody works on an answer.', {
  typing: 'They type right now.',
  drafted: 'They have a draft, or one that waits for its approval.',
});

@ObjectType('ReplyWork', { description: 'That a colleague works on an answer already. Nothing is locked by it: speak to them, or go on.' })
export class ReplyWorkModel {
  @Field(() => Id, { description: 'Who.' })
  readonly actorId!: string;

  @Field(() => ReplyWorkHowEnum, { description: 'How.' })
  readonly how!: ReplyWorkHow;

  @Field(() => Date, { description: 'Since when.' })
  readonly since!: Date;

  @Field(() => Boolean, { description: 'Whether the conversation is assigned to them.' })
  readonly hasIt!: boolean;

  static fromRow({ actorId, how, since, hasIt }: ReplyWorkRow): ReplyWorkModel {
    return Object.assign(new ReplyWorkModel(), { actorId, how, since, hasIt });
  }
}
