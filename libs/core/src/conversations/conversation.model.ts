import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { Id, connectionOf } from '../graphql/index.js';
import type { ConversationOf, ConversationRow, ConversationState, WaitingParty } from './conversation.row.js';
import { ConversationStateEnum, WaitingPartyEnum } from './enums.js';
import { readReasons, type Reason } from './reasons.js';

@ObjectType('Conversation', { description: "One library's handling of a public thread: its state, who has it, and what was done." })
export class ConversationModel implements ConversationOf {
  @Field(() => Id, { description: 'For ever: where conversations merge, the id of the one that ended leads to the other.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The library whose conversation it is.' })
  readonly libraryId!: string;

  @Field(() => ConversationStateEnum, { description: 'Its state.' })
  readonly state!: ConversationState;

  @Field(() => WaitingPartyEnum, { nullable: true, description: 'Who has the next word, where that is known.' })
  readonly waitingOn!: WaitingParty | null;

  @Field(() => Date, { nullable: true, description: 'Since when somebody waits for our answer.' })
  readonly waitingSince!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Out of the lists until then.' })
  readonly snoozedUntil!: Date | null;

  @Field(() => Id, { nullable: true, description: 'The person who has it.' })
  readonly assigneeId!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was hidden.' })
  readonly hiddenAt!: Date | null;

  @Field(() => Float, { description: 'How much it deserves attention, against others: it does not move with the clock.' })
  readonly rank!: number;

  @Field(() => Date, { description: 'When we began to hear it.' })
  readonly openedAt!: Date;

  @Field(() => Date, { description: 'When its newest post was posted.' })
  readonly lastPostAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When what was heard is deleted here.' })
  readonly keepUntil!: Date | null;

  @Field(() => Int, { description: 'Steps with every change: give it back as `ifVersion` to change only what you saw.' })
  readonly version!: number;

  @Field(() => Id, { nullable: true, description: 'The id that you asked for, where that conversation was merged into this one.' })
  readonly redirectedFrom!: string | null;

  readonly threadId!: string;
  readonly topPostId!: string | null;
  readonly reasons!: readonly Reason[];
  readonly matchingPostId!: string | null;

  static fromRow(row: ConversationRow & { readonly matchingPostId?: string | null }, asked?: string): ConversationModel {
    return Object.assign(new ConversationModel(), row, {
      reasons: readReasons(row.reasons),
      matchingPostId: row.matchingPostId ?? null,
      redirectedFrom: asked === undefined || asked === row.id ? null : asked,
    });
  }
}

@ObjectType({ description: 'A page of a list of Conversation.' })
export class ConversationConnection extends connectionOf('Conversation', ConversationModel) {}
