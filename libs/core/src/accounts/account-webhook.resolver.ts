import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentRequest, RequestContext } from '../graphql/index.js';
import { LibraryLoader } from '../libraries/index.js';
import { HostOptions, PluginRegistry } from '../plugins/index.js';
import { AccountModel } from './account.model.js';

@Resolver(() => AccountModel)
export class AccountWebhookResolver {
  constructor(
    private readonly registry: PluginRegistry,
    private readonly host: HostOptions,
    private readonly libraries: LibraryLoader,
  ) {}

  @ResolveField(() => String, {
    nullable: true,
    description: 'Where its network may call us when something happens: type it in there, if the network asks for it. Null where its plugin takes no calls, where EARSHOT_PUBLIC_URL is not set, and for whoever does not administer its library.',
  })
  async webhookUrl(@Parent() account: AccountModel, @CurrentRequest() request: RequestContext): Promise<string | null> {
    if (this.registry.find(account.plugin)?.source?.receive === undefined || account.removedAt !== null) return null;
    if ((await this.libraries.role(request, account.libraryId)) !== 'administrator') return null;
    return this.host.webhookUrl(account.id)?.href ?? null;
  }
}
