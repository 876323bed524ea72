import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Id } from '../../graphql/index.js';
import type { HoldingNoticePolicy, NoticePolicy } from './notice-policy.row.js';

@ObjectType('NoticePolicy', { description: 'How notices are told at a library.' })
export class NoticePolicyModel {
  @Field(() => Boolean, { description: 'Whether what staff are told by mail or in a browser holds a post and its author\'s name. Otherwise it holds words of ours, what is needed as a classifier restated it, and a link.' })
  readonly showsPosts!: boolean;

  @Field(() => Id, { nullable: true, description: 'Who is told of a draft that nobody approved for so long; null: nobody is.' })
  readonly standInId!: string | null;

  @Field(() => Int, { nullable: true, description: 'After so many hours.' })
  readonly standInHours!: number | null;

  @Field(() => Id, { nullable: true, description: 'The library that says so: this one or one above it. Null: none does, and this is how it usually is.' })
  readonly setAtId!: string | null;

  static fromRow({ showsPosts, standIn, setAt }: HoldingNoticePolicy): NoticePolicyModel {
    return Object.assign(new NoticePolicyModel(), { showsPosts, standInId: standIn?.id ?? null, standInHours: standIn?.hours ?? null, setAtId: setAt });
  }
}

@InputType({ description: 'Who stands in for those who approve.' })
export class StandInInput {
  @Field(() => Id, { description: 'Who: a librarian or administrator of the library.' })
  readonly personId!: string;

  @Field(() => Int, { description: 'After how many hours, from 1 to 336.' })
  readonly hours!: number;
}

@InputType({ description: 'How notices are to be told at a library.' })
export class NoticePolicyInput {
  @Field(() => Boolean, { description: 'Whether what staff are told by mail or in a browser holds a post and its author\'s name. Mails pass through servers that are not yours.' })
  readonly showsPosts!: boolean;

  @Field(() => StandInInput, { nullable: true, description: 'Who is told of a draft that nobody approves.' })
  readonly standIn?: StandInInput | null;

  static toPolicy({ showsPosts, standIn }: NoticePolicyInput): NoticePolicy {
    return { showsPosts, standIn: standIn == null ? null : { id: standIn.personId, hours: standIn.hours } };
  }
}
