import { Query, Resolver } from '@nestjs/graphql';
import { Requires } from '../graphql/index.js';
import { PluginRegistry } from '../plugins/index.js';
import { PluginModel } from './plugin.model.js';

@Resolver()
export class PluginsResolver {
  private told: readonly PluginModel[] | undefined;

  constructor(private readonly registry: PluginRegistry) {}

  @Requires({ scope: 'read' })
  @Query(() => [PluginModel], { description: 'The plugins of this installation, by their ids.' })
  plugins(): readonly PluginModel[] {
    return (this.told ??= this.registry.plugins.map((plugin) => PluginModel.from(plugin)).toSorted((a, b) => a.id.localeCompare(b.id)));
  }
}
