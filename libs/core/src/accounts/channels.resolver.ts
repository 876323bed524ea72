import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { type Connection, CurrentRequest, Id, RequestContext, Requires } from '../graphql/index.js';
import { DeadLettersArgs, GapsArgs } from './account.args.js';
import { daysArgument, daysBack } from './account-edges.resolver.js';
import { AccountLoaders } from './account-loaders.js';
import { AccountModel, HeardDayModel } from './account.model.js';
import { ChannelModel, CoverageGapConnection, CoverageGapModel, DeadLetterConnection, DeadLetterModel } from './channel.model.js';
import { ChannelsRepository, deadLetterOrder, gapOrder } from './channels.repository.js';
import { channelCoverage } from './in-words.js';

@Resolver(() => ChannelModel)
export class ChannelsResolver {
  constructor(private readonly loaders: AccountLoaders, private readonly repository: ChannelsRepository) {}

  @Requires({ scope: 'read' })
  @Query(() => ChannelModel, { nullable: true, description: 'One channel, also one that is read no more; null where you may not see it.' })
  async channel(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @CurrentRequest() request: RequestContext): Promise<ChannelModel | null> {
    const row = await this.loaders.channel(request, id);
    return row === undefined ? null : ChannelModel.fromRow(row);
  }

  @ResolveField(() => AccountModel, { nullable: true, description: 'The account that reads it.' })
  async account(@Parent() channel: ChannelModel, @CurrentRequest() request: RequestContext): Promise<AccountModel | null> {
    const row = await this.loaders.account(request, channel.accountId);
    return row === undefined ? null : AccountModel.fromRow(row);
  }

  @ResolveField(() => String, { description: '"complete from 3 May 09:00 until 14:05", or with its gaps and why. In English, in the time zone of the account’s library.' })
  async coverage(@Parent() channel: ChannelModel, @CurrentRequest() request: RequestContext): Promise<string> {
    return channelCoverage(channel, await this.loaders.gaps(request, channel.id), new Date());
  }

  @ResolveField(() => CoverageGapConnection, { description: 'Its gaps, also those that were closed, the latest first.' })
  async gaps(@Parent() channel: ChannelModel, @Args() args: GapsArgs, @CurrentRequest() request: RequestContext): Promise<Connection<CoverageGapModel>> {
    const page = gapOrder.page(args);
    return page.connection(await this.repository.gaps(request.reads, { channelId: channel.id }, args.states ?? undefined, page), CoverageGapModel.fromRow);
  }

  @ResolveField(() => [HeardDayModel], { complexity: ({ childComplexity }) => 10 * childComplexity, description: 'What it heard day by day, the latest first; days without anything are left out.' })
  async heardByDay(@Parent() channel: ChannelModel, @Args('days', daysArgument) days: number, @CurrentRequest() request: RequestContext): Promise<readonly HeardDayModel[]> {
    return HeardDayModel.daysOf(await this.loaders.counts(request, 'channel', channel.id, daysBack(days)));
  }
}

@Resolver(() => DeadLetterModel)
export class DeadLettersResolver {
  constructor(private readonly loaders: AccountLoaders, private readonly repository: ChannelsRepository) {}

  @Requires({ scope: 'read' })
  @Query(() => DeadLetterConnection, { description: 'What came and could not be read, the latest first: by accounts of your libraries, and of the libraries above them.' })
  async deadLetters(@Args() args: DeadLettersArgs, @CurrentRequest() request: RequestContext): Promise<Connection<DeadLetterModel>> {
    const page = deadLetterOrder.page(args);
    const filter = { libraryId: args.libraryId ?? undefined, accountId: args.accountId ?? undefined, channelId: args.channelId ?? undefined };
    return page.connection(await this.repository.deadLetters(request.reads, filter, page), DeadLetterModel.fromRow);
  }

  @ResolveField(() => ChannelModel, { nullable: true, description: 'The channel by which it came.' })
  async channel(@Parent() letter: DeadLetterModel, @CurrentRequest() request: RequestContext): Promise<ChannelModel | null> {
    const row = await this.loaders.channel(request, letter.channelId);
    return row === undefined ? null : ChannelModel.fromRow(row);
  }
}
