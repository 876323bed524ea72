import { ArgsType, createUnionType, Field, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, enumOf, Id, PageArgs } from '../../graphql/index.js';
import { FollowCategoryEnum } from '../enums.js';
import type { FollowCategory } from '../follow.row.js';
import { NetworkListUnreadable } from '../network-lists.errors.js';
import { ImportNetworkListArgs } from '../network-lists.model.js';
import { ListBoundAlready } from './bound-list.errors.js';
import type { Applies, BoundChangeRow, BoundChangeState, BoundListRow, BoundState } from './bound-list.row.js';

export const AppliesEnum = enumOf<Applies>('BoundListApplies', 'What becomes of a difference.', {
  waits: 'It is shown, and waits for somebody.',
  'by-itself': 'It is applied by itself, told of, and can be undone; what looks like a mishap waits all the same.',
});

const BoundStateEnum = enumOf<BoundState>('BoundListState', 'Whether lists are kept in step.', {
  on: 'They are.',
  stopped: 'The list on the network is gone, or cannot be read any more: look again.',
  ended: 'Not any more.',
});

const ChangeStateEnum = enumOf<BoundChangeState>('BoundListChangeState', 'What became of a difference.', {
  'looking-up': 'Who came is being looked up.',
  waiting: 'It waits for somebody.',
  held: 'It looks like a mishap, and waits for somebody whatever was chosen.',
  nothing: 'Nobody who came can be followed: the lines say why.',
  applied: 'Who came is followed, who went is not.',
  declined: 'Somebody left it as it is here.',
  undone: 'It was applied, and taken back.',
  superseded: 'A later look found something else.',
});

@ObjectType('BoundList', { description: 'A list kept on a network, with which a follow list is kept in step.' })
export class BoundListModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The library whose follow list it is.' })
  readonly libraryId!: string;

  @Field(() => Id, { description: 'The follow list.' })
  readonly listId!: string;

  @Field(() => Id, { description: 'The account that sees the list, and hears who is on it.' })
  readonly accountId!: string;

  @Field(() => String, { description: 'What names the list at its network.' })
  readonly networkListId!: string;

  @Field(() => String, { description: 'What people called it there when it was bound.' })
  readonly name!: string;

  @Field(() => AppliesEnum, { description: 'What becomes of a difference.' })
  readonly applies!: Applies;

  @Field(() => Int, { description: 'It is looked at every so many hours.' })
  readonly everyHours!: number;

  @Field(() => String, { description: 'Why whoever comes is followed.' })
  readonly reason!: string;

  @Field(() => FollowCategoryEnum, { description: 'What whoever comes is for the town.' })
  readonly category!: FollowCategory;

  @Field(() => BoundStateEnum, { description: 'Whether they are kept in step.' })
  readonly state!: BoundState;

  @Field(() => String, { nullable: true, description: 'Why it stopped, or could not be read the last time.' })
  readonly stateWords!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was read the last time.' })
  readonly lookedAt!: Date | null;

  @Field(() => Date, { description: 'When it is looked at next, while it is on.' })
  readonly lookAt!: Date;

  static fromRow({ remoteId, ...row }: BoundListRow): BoundListModel {
    return Object.assign(new BoundListModel(), row, { networkListId: remoteId });
  }
}

@ObjectType({ description: 'A page of a list of BoundList.' })
export class BoundListConnection extends connectionOf('BoundList', BoundListModel) {}

@ObjectType('BoundListChange', { description: 'What a look at a list on a network found to be otherwise, and what became of it.' })
export class BoundListChangeModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The list that it is about.' })
  readonly boundListId!: string;

  @Field(() => ChangeStateEnum, { description: 'What became of it.' })
  readonly state!: BoundChangeState;

  @Field(() => String, { nullable: true, description: 'Why it looks like a mishap.' })
  readonly words!: string | null;

  @Field(() => Int, { description: 'How many came who can be followed.' })
  readonly came!: number;

  @Field(() => Int, { description: 'How many went whom the follow list follows.' })
  readonly went!: number;

  @Field(() => Date, { description: 'When it was found.' })
  readonly foundAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was decided on.' })
  readonly decidedAt!: Date | null;

  readonly libraryId!: string;
  readonly importId!: string | null;
  readonly decidedById!: string | null;

  static fromRow({ boundId, decidedBy, ...row }: BoundChangeRow): BoundListChangeModel {
    return Object.assign(new BoundListChangeModel(), row, { boundListId: boundId, decidedById: decidedBy });
  }
}

@ObjectType({ description: 'A page of a list of BoundListChange.' })
export class BoundListChangeConnection extends connectionOf('BoundListChange', BoundListChangeModel) {}

@ObjectType('BoundListLeaving', { description: 'Somebody who left a list that a follow list is kept in step with.' })
export class BoundListLeavingModel {
  @Field(() => Id, { nullable: true, description: 'Where it was applied: the decision that ended the follow, by which it alone is undone (undoFollowDecision).' })
  readonly decisionId!: string | null;

  readonly followId!: string;
}

@ObjectType({ description: 'A page of a list of BoundListLeaving.' })
export class BoundListLeavingConnection extends connectionOf('BoundListLeaving', BoundListLeavingModel) {}

export const BindListResult = createUnionType({
  name: 'BindListResult',
  description: 'The list, which is now being looked at; or why it cannot be.',
  types: () => [BoundListModel, NetworkListUnreadable, ListBoundAlready] as const,
});

@ArgsType()
export class BindListArgs extends ImportNetworkListArgs {
  @Field(() => AppliesEnum, { defaultValue: 'waits', description: 'What becomes of a difference.' })
  readonly applies!: Applies;

  @Field(() => Int, { defaultValue: 6, description: 'It is looked at every so many hours, from 1 to 720.' })
  readonly everyHours!: number;
}

@ArgsType()
export class BoundListsArgs extends PageArgs {
  @Field(() => Id, { nullable: true, description: 'Of this follow list.' })
  readonly listId?: string | null;
}
