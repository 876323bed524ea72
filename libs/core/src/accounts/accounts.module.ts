import { Module } from '@nestjs/common';
import { LibrariesModule, libraryEdge } from '../libraries/index.js';
import { StopsApiModule } from '../stops/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { AccountCallbackController } from './account-callback.controller.js';
import { AccountDesk } from './account-desk.js';
import { AccountEdgesResolver } from './account-edges.resolver.js';
import { AccountRestarts } from './account-restarts.js';
import { AccountSignInResolver } from './account-sign-in.resolver.js';
import { AccountSignInService } from './account-sign-in.service.js';
import { AccountWebhookResolver } from './account-webhook.resolver.js';
import { AccountLoaders } from './account-loaders.js';
import { AccountWrites } from './account-writes.repository.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsResolver } from './accounts.resolver.js';
import { AccountsService } from './accounts.service.js';
import { ChannelModel, DeadLetterModel } from './channel.model.js';
import { ChannelsRepository } from './channels.repository.js';
import { ChannelsResolver, DeadLettersResolver } from './channels.resolver.js';
import { PluginsResolver } from './plugins.resolver.js';
import { SignInTickets } from './sign-in-tickets.repository.js';

const edges = [libraryEdge(ChannelModel, 'The library of the account.'), libraryEdge(DeadLetterModel, 'The library of the account.')];
const offered = [AccountLoaders, AccountsRepository, AccountsService, ChannelsRepository];

/** Accounts at networks. Needs the host of the plugins (PluginRegistry, HostOptions, AccountHealth) and, from a global module, AccountChanges. */
@Module({
  imports: [LibrariesModule, StaffApiModule, StopsApiModule],
  controllers: [AccountCallbackController],
  providers: [
    AccountDesk, AccountWrites, AccountRestarts, SignInTickets, AccountSignInService, ...offered,
    AccountsResolver, AccountEdgesResolver, AccountSignInResolver, AccountWebhookResolver, ChannelsResolver, DeadLettersResolver, PluginsResolver, ...edges,
  ],
  exports: offered,
})
export class AccountsModule {}
