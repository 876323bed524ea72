import { createUnionType, Field, Int, ObjectType } from '@nestjs/graphql';
import { AlreadyClaimed } from '../conversations/index.js';
import { Id, connectionOf } from '../graphql/index.js';
import type { ReplyError } from './reply-error.js';
import { AttachmentsFull } from './attached/attachment.errors.js';
import { PostGoneError, ReplyByHand, ReplyNotAllowed, ReplyTooLong, WrongReplyState } from './reply.errors.js';
import { ReplyBlocked } from './checks/reply-checks.model.js';
import { ReplyAbilitiesModel } from './reply-abilities.model.js';
import type { ReplyRow, ReplyState } from './reply.row.js';
import { ReplyStateEnum } from './reply-state.enum.js';

@ObjectType('Reply', { description: "A library's answer to a post, or a post of its own, from its draft to what the network said." })
export class ReplyModel {
  @Field(() => Id, { description: 'Of this reply.' })
  readonly id!: string;

  @Field(() => ReplyStateEnum, { description: 'Where it is on its way.' })
  readonly state!: ReplyState;

  @Field(() => String, { description: 'What it says.' })
  readonly text!: string;

  @Field(() => String, { description: 'In which language, as a BCP 47 tag.' })
  readonly lang!: string;

  @Field(() => Id, { nullable: true, description: 'The post that it answers. Null: it answers nobody, and is a post of your own.' })
  readonly toPostId!: string | null;

  @Field(() => Id, { nullable: true, description: 'Of a further part of an answer in several: its first. Null: it is the first, or the only one.' })
  readonly firstPartId!: string | null;

  @Field(() => Id, { description: 'The account from which it is sent.' })
  readonly accountId!: string;

  @Field(() => Id, { description: 'Who drafted it.' })
  readonly draftedById!: string;

  @Field(() => Id, { nullable: true, description: 'The person who approved this very text.' })
  readonly approvedById!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it leaves, or leaves again; until then it can be withdrawn. Null of a further part that was approved: it leaves once the part before it was sent.' })
  readonly dueAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When the network took it.' })
  readonly sentAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'What stood in the way, in words: the last time, if it is to go again.' })
  readonly failure!: string | null;

  readonly conversationId!: string;

  readonly libraryId!: string;

  @Field(() => Int, { description: 'Steps with every change: an approval names the version that was read.' })
  readonly version!: number;

  static fromRow({ draftedBy, approvedBy, failureWords, wholeId, ...row }: ReplyRow): ReplyModel {
    return Object.assign(new ReplyModel(), row, { firstPartId: wholeId, draftedById: draftedBy, approvedById: approvedBy, failure: failureWords });
  }
}

@ObjectType({ description: 'A page of a list of Reply.' })
export class ReplyConnection extends connectionOf('Reply', ReplyModel) {}

export const ReplyAbilitiesResult = createUnionType({
  name: 'ReplyAbilitiesResult',
  description: 'What the network allows, or that this account cannot reply at all.',
  types: () => [ReplyAbilitiesModel, ReplyNotAllowed] as const,
});

export const ReplyResult = createUnionType({
  name: 'ReplyResult',
  description: 'The reply as it is now, or what is in the way.',
  types: () => [ReplyModel, ReplyNotAllowed, ReplyByHand, ReplyTooLong, PostGoneError, WrongReplyState, AlreadyClaimed, ReplyBlocked, AttachmentsFull] as const,
});

export const resultOf = (result: ReplyRow | ReplyError): ReplyModel | ReplyError => ('code' in result ? result : ReplyModel.fromRow(result));
