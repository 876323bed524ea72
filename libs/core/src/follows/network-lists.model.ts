import type { RemoteList } from '@earshot/plugin-sdk';
import { ArgsType, createUnionType, Field, ObjectType } from '@nestjs/graphql';
import { Id } from '../graphql/index.js';
import { FollowFactsArgs } from './follow.args.js';
import { FollowImportModel } from './imports/follow-import.model.js';
import { NetworkListUnreadable } from './network-lists.errors.js';

@ObjectType('NetworkList', { description: 'A list that people keep on a network itself.' })
class NetworkListModel {
  @Field(() => String, { description: 'What names it at its network.' })
  readonly id!: string;

  @Field(() => String, { description: 'What people call it there.' })
  readonly name!: string;

  @Field(() => Boolean, { description: 'Whether anybody can see who is on it.' })
  readonly public!: boolean;
}

@ObjectType('NetworkLists', { description: 'The lists that an account sees on its network.' })
export class NetworkListsModel {
  @Field(() => [NetworkListModel], { description: 'In the order of the network.' })
  readonly lists!: readonly NetworkListModel[];

  static of(lists: readonly RemoteList[]): NetworkListsModel {
    return Object.assign(new NetworkListsModel(), { lists: lists.map((list) => Object.assign(new NetworkListModel(), list)) });
  }
}

export const NetworkListsResult = createUnionType({
  name: 'NetworkListsResult',
  description: 'The lists, or why the network does not tell them.',
  types: () => [NetworkListsModel, NetworkListUnreadable] as const,
});

export const NetworkListImportResult = createUnionType({
  name: 'NetworkListImportResult',
  description: 'The import, whose lines are now being looked up; or why the network does not tell who is on the list.',
  types: () => [FollowImportModel, NetworkListUnreadable] as const,
});

@ArgsType()
export class ImportNetworkListArgs extends FollowFactsArgs {
  @Field(() => Id, { description: 'The account that sees it, and that is to hear those who are on it.' })
  readonly accountId!: string;

  @Field(() => String, { description: 'The list on the network, as networkLists names it.' })
  readonly networkListId!: string;

  @Field(() => Id, { description: 'The follow list that they go into.' })
  readonly listId!: string;
}
