import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { Id, PageArgs } from '../graphql/index.js';
import type { ChannelState, GapState } from './channel.row.js';
import { ChannelStateEnum, GapStateEnum } from './enums.js';

@ArgsType()
export class AccountsArgs extends PageArgs {
  @Field(() => Id, { nullable: true, description: 'By which this library hears: its own accounts and those of the libraries above it. Without it, all that you may see.' })
  readonly libraryId?: string | null;
}

@ArgsType()
export class ChannelsArgs extends PageArgs {
  @Field(() => ChannelStateEnum, { nullable: true, description: 'In this state.' })
  readonly state?: ChannelState | null;
}

@ArgsType()
export class GapsArgs extends PageArgs {
  @Field(() => [GapStateEnum], { nullable: true, description: 'In one of these states; without it, in any.' })
  readonly states?: readonly GapState[] | null;
}

@ArgsType()
export class DeadLettersArgs extends AccountsArgs {
  @Field(() => Id, { nullable: true, description: 'Of this account.' })
  readonly accountId?: string | null;

  @Field(() => Id, { nullable: true, description: 'Of this channel.' })
  readonly channelId?: string | null;
}

@InputType({ description: 'A new account.' })
export class CreateAccountInput {
  @Field(() => Id, { description: 'Whose it shall be.' })
  readonly libraryId!: string;

  @Field(() => String, { description: 'The plugin, by its id.' })
  readonly plugin!: string;

  @Field(() => String, { description: 'What staff will call it, of 200 characters at most.' })
  readonly name!: string;

  @Field(() => String, { defaultValue: '{}', description: 'What the plugin wants to know, as a JSON object. No secrets: they have their own mutation.' })
  readonly settings!: string;
}
