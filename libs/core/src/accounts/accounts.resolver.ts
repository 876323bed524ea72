import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentActor, CurrentRequest, Id, RequestContext, Requires } from '../graphql/index.js';
import type { Actor } from '../staff/index.js';
import { AccountsArgs, CreateAccountInput } from './account.args.js';
import { AccountLoaders } from './account-loaders.js';
import { AccountConnection, AccountModel } from './account.model.js';
import type { AccountRow } from './account.row.js';
import { AccountsRepository, accountOrder } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { AccountStateEnum } from './enums.js';

const which = { type: () => Id, description: 'Which account.' };

@Resolver(() => AccountModel)
export class AccountsResolver {
  constructor(private readonly repository: AccountsRepository, private readonly loaders: AccountLoaders, private readonly service: AccountsService) {}

  @Requires({ scope: 'read' })
  @Query(() => AccountConnection, { description: 'Accounts by name: those of your libraries, and of the libraries above them.' })
  async accounts(@Args() args: AccountsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<AccountModel>> {
    const page = accountOrder.page(args);
    return page.connection(await this.repository.accounts(request.reads, { libraryId: args.libraryId ?? undefined }, page), AccountModel.fromRow);
  }

  @Requires({ scope: 'read' })
  @Query(() => AccountModel, { nullable: true, description: 'One account, also one that was removed; null where you may not see it.' })
  async account(@Args('id', which) id: string, @CurrentRequest() request: RequestContext): Promise<AccountModel | null> {
    const row = await this.loaders.account(request, id);
    return row === undefined ? null : AccountModel.fromRow(row);
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'input.libraryId' })
  @Mutation(() => AccountModel, { description: 'Makes an account of a library. It hears as soon as something is followed by it, and somebody has signed in where the plugin asks for that.' })
  createAccount(@Args('input', { description: 'What it shall be.' }) input: CreateAccountInput, @CurrentActor() actor: Actor): Promise<AccountModel> {
    return told(this.service.create(actor, input));
  }

  @Requires({ scope: 'administer' })
  @Mutation(() => AccountModel, { description: 'Gives an account another name.' })
  renameAccount(
    @Args('accountId', which) accountId: string,
    @Args('name', { description: 'Its name, of 200 characters at most.' }) name: string,
    @CurrentActor() actor: Actor,
  ): Promise<AccountModel> {
    return told(this.service.rename(actor, accountId, name));
  }

  @Requires({ scope: 'administer' })
  @Mutation(() => AccountModel, { description: 'Replaces an account’s settings. What it reads is opened again with them.' })
  changeAccountSettings(
    @Args('accountId', which) accountId: string,
    @Args('settings', { description: 'All of them, as a JSON object.' }) settings: string,
    @CurrentActor() actor: Actor,
  ): Promise<AccountModel> {
    return told(this.service.changeSettings(actor, accountId, settings));
  }

  @Requires({ scope: 'administer' })
  @Mutation(() => AccountModel, { description: 'Turns an account on or off. What is off hears nothing, and goes on where it was.' })
  turnAccount(
    @Args('accountId', which) accountId: string,
    @Args('state', { type: () => AccountStateEnum, description: 'On or off.' }) state: AccountRow['state'],
    @CurrentActor() actor: Actor,
  ): Promise<AccountModel> {
    return told(this.service.turn(actor, accountId, state));
  }

  @Requires({ scope: 'administer' })
  @Mutation(() => AccountModel, { description: 'Removes an account and its channels, and overwrites its secrets. What was heard by it stays.' })
  removeAccount(@Args('accountId', which) accountId: string, @CurrentActor() actor: Actor): Promise<AccountModel> {
    return told(this.service.remove(actor, accountId));
  }

  @Requires({ scope: 'administer' })
  @Mutation(() => AccountModel, { description: 'Stores an account’s secrets, sealed, instead of those before: signs in. Nothing tells them again.' })
  putAccountSecrets(
    @Args('accountId', which) accountId: string,
    @Args('secrets', { description: 'What the plugin needs to be let in, as a JSON object. Send it as a variable.' }) secrets: string,
    @CurrentActor() actor: Actor,
  ): Promise<AccountModel> {
    return told(this.service.putSecrets(actor, accountId, secrets));
  }

  @Requires({ scope: 'administer', person: true })
  @Mutation(() => AccountModel, { description: 'Says which private addresses an account may reach, instead of those before. For persons who administer the topmost library.' })
  allowPrivateAddresses(
    @Args('accountId', which) accountId: string,
    @Args('addresses', { type: () => [String], description: 'Each as nas.local:8080, 192.168.1.7 or 10.2.0.0/16; none takes the leave back.' }) addresses: string[],
    @CurrentActor() actor: Actor,
  ): Promise<AccountModel> {
    return told(this.service.allowPrivateAddresses(actor, accountId, addresses));
  }

  @Requires({ scope: 'administer' })
  @Mutation(() => AccountModel, { description: 'Lets a channel try again at once that was set aside or had stopped.' })
  releaseChannel(@Args('channelId', { type: () => Id, description: 'Which channel.' }) channelId: string, @CurrentActor() actor: Actor): Promise<AccountModel> {
    return told(this.service.releaseChannel(actor, channelId));
  }
}

const told = async (changed: Promise<AccountRow>): Promise<AccountModel> => AccountModel.fromRow(await changed);
