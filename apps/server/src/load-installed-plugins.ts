import type { Config } from '@earshot/core/config';
import { type PluginRegistry, loadPlugins } from '@earshot/core/plugins';
import { bundledPlugins } from './bundled-plugins.js';

/** The plugins of this installation: the bundled ones that are not turned off, and the packages that earshot.config.json names. */
export const loadInstalledPlugins = (config: Config): Promise<PluginRegistry> => {
  const bundled = new Map(bundledPlugins.map((plugin) => [plugin.name, plugin]));
  const idOf = (name: string): string => (bundled.get(name)?.definition as { id: string } | undefined)?.id ?? name;
  return loadPlugins({
    bundled: bundledPlugins,
    packages: config.plugins.filter((choice) => choice.enabled && !bundled.has(choice.package)).map((choice) => choice.package),
    off: config.plugins.filter((choice) => !choice.enabled && bundled.has(choice.package)).map((choice) => idOf(choice.package)),
  });
};
