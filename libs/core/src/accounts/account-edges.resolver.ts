import { Args, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { PlatformError } from '../errors/index.js';
import { type Connection, CurrentRequest, RequestContext } from '../graphql/index.js';
import { LibraryLoader, LibraryModel } from '../libraries/index.js';
import { StopLoader, StopModel } from '../stops/index.js';
import { ActorLoader, ActorModel } from '../staff/api/index.js';
import { ChannelsArgs, GapsArgs } from './account.args.js';
import { AccountLoaders } from './account-loaders.js';
import { AccountCoverageModel, AccountModel, HeardDayModel } from './account.model.js';
import { ChannelConnection, ChannelModel, CoverageGapConnection, CoverageGapModel } from './channel.model.js';
import { channelOrder, ChannelsRepository, gapOrder } from './channels.repository.js';

const mostDays = 92;
export const daysArgument = { type: () => Int, defaultValue: 7, description: `How many days back, today included: from 1 to ${mostDays}.` };

/** @throws PlatformError BAD_INPUT */
export const daysBack = (days: number): number => {
  if (days < 1 || days > mostDays) throw new PlatformError('BAD_INPUT', `Ask for 1 to ${mostDays} days.`, 'days');
  return days;
};

@Resolver(() => AccountModel)
export class AccountEdgesResolver {
  constructor(
    private readonly loaders: AccountLoaders,
    private readonly channelsOf: ChannelsRepository,
    private readonly libraries: LibraryLoader,
    private readonly actors: ActorLoader,
    private readonly stops: StopLoader,
  ) {}

  @ResolveField(() => LibraryModel, { nullable: true, description: 'The library that sets it up.' })
  library(@Parent() account: AccountModel, @CurrentRequest() request: RequestContext): Promise<LibraryModel | null> {
    return this.libraries.library(request, account.libraryId);
  }

  @ResolveField(() => ActorModel, { nullable: true, description: 'Who made it.' })
  createdBy(@Parent() account: AccountModel, @CurrentRequest() request: RequestContext): Promise<ActorModel | null> {
    return this.actors.actor(request, account.createdById);
  }

  @ResolveField(() => StopModel, { nullable: true, description: 'That somebody stopped listening, or everything, for its library; null where it goes on. Of several the widest.' })
  async stop(@Parent() account: AccountModel, @CurrentRequest() request: RequestContext): Promise<StopModel | null> {
    const [stop] = await this.stops.of(request, account.libraryId);
    return stop === undefined ? null : StopModel.fromRow(stop);
  }

  @ResolveField(() => String, { nullable: true, description: 'What was told to its plugin, as a JSON object; null for whoever does not administer its library.' })
  async settings(@Parent() account: AccountModel, @CurrentRequest() request: RequestContext): Promise<string | null> {
    return (await this.administers(account, request)) ? JSON.stringify(account.settingsGiven) : null;
  }

  @ResolveField(() => [String], { nullable: true, description: 'Which private addresses it may reach; null for whoever does not administer its library.' })
  async allowedAddresses(@Parent() account: AccountModel, @CurrentRequest() request: RequestContext): Promise<readonly string[] | null> {
    return (await this.administers(account, request)) ? account.addressesAllowed : null;
  }

  @ResolveField(() => Date, { nullable: true, description: 'When its secrets were last stored; null where it has none.' })
  signedInAt(@Parent() account: AccountModel, @CurrentRequest() request: RequestContext): Promise<Date | null> {
    return this.loaders.signedInAt(request, account.id);
  }

  @ResolveField(() => AccountCoverageModel, { nullable: true, description: 'What its channels heard, taken together.' })
  async coverage(@Parent() account: AccountModel, @CurrentRequest() request: RequestContext): Promise<AccountCoverageModel | null> {
    const row = await this.loaders.coverage(request, account.id);
    return row === undefined ? null : AccountCoverageModel.fromRow(row, new Date());
  }

  @ResolveField(() => [HeardDayModel], { complexity: ({ childComplexity }) => 10 * childComplexity, description: 'What it heard day by day, the latest first; days without anything are left out. Also what no channel of its brought, as threads that were looked at again.' })
  async heardByDay(@Parent() account: AccountModel, @Args('days', daysArgument) days: number, @CurrentRequest() request: RequestContext): Promise<readonly HeardDayModel[]> {
    return HeardDayModel.daysOf(await this.loaders.counts(request, 'account', account.id, daysBack(days)));
  }

  @ResolveField(() => ChannelConnection, { description: 'What it reads.' })
  async channels(@Parent() account: AccountModel, @Args() args: ChannelsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<ChannelModel>> {
    const page = channelOrder.page(args);
    return page.connection(await this.channelsOf.channels(request.reads, { accountId: account.id, state: args.state ?? undefined }, page), ChannelModel.fromRow);
  }

  @ResolveField(() => CoverageGapConnection, { description: 'The gaps of all its channels, also those that were closed, the latest first.' })
  async gaps(@Parent() account: AccountModel, @Args() args: GapsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<CoverageGapModel>> {
    const page = gapOrder.page(args);
    return page.connection(await this.channelsOf.gaps(request.reads, { accountId: account.id }, args.states ?? undefined, page), CoverageGapModel.fromRow);
  }

  private async administers(account: AccountModel, request: RequestContext): Promise<boolean> {
    return (await this.libraries.role(request, account.libraryId)) === 'administrator';
  }
}
