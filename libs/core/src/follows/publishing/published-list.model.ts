import { ArgsType, createUnionType, Field, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, enumOf, Id, PageArgs } from '../../graphql/index.js';
import { NetworkListUnreadable } from '../network-lists.errors.js';
import { ListPublishedAlready, ListSeenOtherwise } from './published-list.errors.js';
import type { Includes, PublishedListRow, PublishedMemberRow, PublishedMemberState, PublishedState } from './published-list.row.js';
import type { MemberCount } from './published-lists.reader.js';
import type { PublishPreview } from './published-lists.service.js';
import type { Showing } from './who-is-shown.js';

const IncludesEnum = enumOf<Includes>('PublishedListIncludes', 'Who of a follow list is shown on a network.', {
  organisations: 'Organisations, businesses and media.',
  everybody: 'People as well: only where nobody but the own account sees them.',
});

const StateEnum = enumOf<PublishedState>('PublishedListState', 'How far a list is that is shown on a network.', {
  on: 'It is kept in step with the follow list.',
  stopped: 'The network takes nothing more: `stateWords` says why.',
  ending: 'It is being taken off the network.',
  ended: 'It is not there any more.',
});

const MemberStateEnum = enumOf<PublishedMemberState>('PublishedListMemberState', 'What became of one who is to be shown.', {
  adding: 'The network is asked, or will be.',
  on: 'On the list.',
  asked: 'They have to say yes first.',
  refused: 'The network, or they, said no.',
  there: 'On it before, and stays when this ends.',
  'taken-off': 'Taken off on the network by somebody, and not put on it again.',
  removing: 'The network is asked to take them off, or will be.',
});

@ObjectType('PublishedListMemberCount', { description: 'How many have this state.' })
export class PublishedListMemberCountModel {
  @Field(() => MemberStateEnum, { description: 'The state.' })
  readonly state!: PublishedMemberState;

  @Field(() => Int, { description: 'How many.' })
  readonly count!: number;

  static of({ state, count }: MemberCount): PublishedListMemberCountModel {
    return Object.assign(new PublishedListMemberCountModel(), { state, count });
  }
}

@ObjectType('PublishedListMember', { description: 'Somebody who is shown, or to be shown, on a network.' })
export class PublishedListMemberModel {
  @Field(() => String, { description: 'The network that they are on.' })
  readonly network!: string;

  @Field(() => String, { description: 'What names them there.' })
  readonly key!: string;

  @Field(() => String, { description: 'What people call them.' })
  readonly label!: string;

  @Field(() => MemberStateEnum, { description: 'What became of it.' })
  readonly state!: PublishedMemberState;

  @Field(() => String, { nullable: true, description: 'Why the network, or they, said no.' })
  readonly words!: string | null;

  static fromRow(row: PublishedMemberRow): PublishedListMemberModel {
    return Object.assign(new PublishedListMemberModel(), row);
  }
}

@ObjectType({ description: 'A page of a list of PublishedListMember.' })
export class PublishedListMemberConnection extends connectionOf('PublishedListMember', PublishedListMemberModel) {}

@ObjectType('PublishedList', { description: 'A follow list that is shown on a network: as a list there, or by really following.' })
export class PublishedListModel {
  @Field(() => Id, { description: 'Its id.' })
  readonly id!: string;

  @Field(() => Id, { description: 'The library whose follow list it is.' })
  readonly libraryId!: string;

  @Field(() => Id, { description: 'The follow list.' })
  readonly listId!: string;

  @Field(() => Id, { description: 'The account that shows it.' })
  readonly accountId!: string;

  @Field(() => String, { nullable: true, description: 'What names the list at its network; null until it is made.' })
  readonly networkListId!: string | null;

  @Field(() => Boolean, { description: 'Whether the list was made for this: then it ends with it, and whoever is put on it elsewhere goes again.' })
  readonly own!: boolean;

  @Field(() => String, { description: 'What people call it there.' })
  readonly name!: string;

  @Field(() => Boolean, { description: 'Whether anybody can see who is on it.' })
  readonly public!: boolean;

  @Field(() => Boolean, { description: 'Whether those who are put on it are told.' })
  readonly told!: boolean;

  @Field(() => IncludesEnum, { description: 'Who of the follow list is shown.' })
  readonly includes!: Includes;

  @Field(() => StateEnum, { description: 'How far it is.' })
  readonly state!: PublishedState;

  @Field(() => String, { nullable: true, description: 'Why it stopped, or waits.' })
  readonly stateWords!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was the same as the follow list the last time.' })
  readonly comparedAt!: Date | null;

  @Field(() => Date, { description: 'When it was published.' })
  readonly madeAt!: Date;

  readonly madeById!: string | null;

  static fromRow({ remoteId, madeBy, ...row }: PublishedListRow): PublishedListModel {
    return Object.assign(new PublishedListModel(), row, { networkListId: remoteId, madeById: madeBy });
  }
}

@ObjectType({ description: 'A page of a list of PublishedList.' })
export class PublishedListConnection extends connectionOf('PublishedList', PublishedListModel) {}

@ObjectType('PublishPreviewReason', { description: 'Why some would not be shown.' })
class PublishPreviewReasonModel {
  @Field(() => String, { description: 'Why.' })
  readonly why!: string;

  @Field(() => Int, { description: 'How many.' })
  readonly count!: number;
}

@ObjectType('PublishPreviewEntry', { description: 'One follow, and whether it would be shown.' })
export class PublishPreviewEntryModel {
  @Field(() => String, { nullable: true, description: 'Why it would not be; null: it would.' })
  readonly leftOut!: string | null;

  readonly followId!: string;
}

@ObjectType({ description: 'A page of a list of PublishPreviewEntry.' })
export class PublishPreviewEntryConnection extends connectionOf('PublishPreviewEntry', PublishPreviewEntryModel) {}

@ObjectType('PublishPreview', { description: 'What would be shown of a follow list on a network, and to whom. Nothing was written.' })
export class PublishPreviewModel {
  @Field(() => String, { description: 'What people would call it there.' })
  readonly name!: string;

  @Field(() => Boolean, { description: 'Whether anybody could see who is on it; otherwise only the own account.' })
  readonly public!: boolean;

  @Field(() => Boolean, { description: 'Whether those who are put on it are told.' })
  readonly told!: boolean;

  @Field(() => Int, { description: 'How many would be shown.' })
  readonly shown!: number;

  @Field(() => [PublishPreviewReasonModel], { description: 'Who would not be shown, by reason.' })
  readonly leftOut!: readonly PublishPreviewReasonModel[];

  readonly listId!: string;
  readonly libraryId!: string;
  readonly showing!: Showing;

  static of({ name, public: isPublic, told, shown, leftOut, listId, libraryId, includes, networks }: PublishPreview): PublishPreviewModel {
    return Object.assign(new PublishPreviewModel(), { name, public: isPublic, told, shown, leftOut, listId, libraryId, showing: { public: isPublic, told, includes, networks } });
  }
}

export const PublishPreviewResult = createUnionType({ name: 'PublishPreviewResult', description: 'What would be shown; or why the network shows nothing.', types: () => [PublishPreviewModel, NetworkListUnreadable] as const });

export const PublishListResult = createUnionType({
  name: 'PublishListResult',
  description: 'The list, which is now being written on the network; or why it is not.',
  types: () => [PublishedListModel, NetworkListUnreadable, ListPublishedAlready, ListSeenOtherwise] as const,
});

@ArgsType()
export class PublishPreviewArgs {
  @Field(() => Id, { description: 'The follow list.' })
  readonly listId!: string;

  @Field(() => Id, { description: 'The account that would show it.' })
  readonly accountId!: string;

  @Field(() => String, { nullable: true, description: 'A list that is there, as networkLists names it: that of whom the account follows means really following. Without it, a list is made.' })
  readonly networkListId?: string | null;

  @Field(() => String, { nullable: true, description: 'Of a list that is made: its name there. Without it, that of the follow list.' })
  readonly name?: string | null;

  @Field(() => IncludesEnum, { defaultValue: 'organisations', description: 'Who of it is shown.' })
  readonly includes!: Includes;
}

@ArgsType()
export class PublishListArgs extends PublishPreviewArgs {
  @Field(() => Boolean, { description: 'What the preview said of who sees it: true, where anybody does.' })
  readonly public!: boolean;
}

@ArgsType()
export class PublishedListsArgs extends PageArgs {
  @Field(() => Id, { nullable: true, description: 'Of this follow list.' })
  readonly listId?: string | null;
}
