import { type Channel, type Target, channelSchema } from '@earshot/plugin-sdk';
import type { HostedPlugin } from '../loader/hosted-plugin.js';
import { PluginFault } from '../plugin-fault.error.js';

export interface Plan {
  readonly channels: readonly Channel[];
  /** Targets on no channel. */
  readonly leftOut: readonly Target[];
}

const nameOf = (target: Target): string => `${target.kind} ${target.key}`;

/**
 * Asks a source for its plan and checks it: keys are unique, and every target is on one channel at most.
 * @throws PluginFault
 */
export const planChannels = (plugin: HostedPlugin, targets: readonly Target[]): Plan => {
  const read = channelSchema.array().safeParse(ask(plugin, targets));
  if (!read.success) throw new PluginFault(plugin.id, `made no valid plan: ${read.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`);
  const channels = read.data;
  // A plan may have channels that listen to no target of ours (a home stream), but not by the thousand.
  if (channels.length > targets.length + 100) throw new PluginFault(plugin.id, `plans ${channels.length} channels for ${targets.length} follows`);
  const keys = new Set(channels.map((channel) => channel.key));
  if (keys.size !== channels.length) throw new PluginFault(plugin.id, 'gives two channels the same key');
  const placed = channels.flatMap((channel) => channel.targets.map(nameOf));
  const names = new Set(placed);
  if (names.size !== placed.length) throw new PluginFault(plugin.id, 'puts one follow on two channels');
  return { channels, leftOut: targets.filter((target) => !names.has(nameOf(target))) };
};

const ask = (plugin: HostedPlugin, targets: readonly Target[]): unknown => {
  try {
    return plugin.source?.plan(structuredClone(targets)) ?? [];
  } catch (error) {
    throw new PluginFault(plugin.id, 'failed while it planned its channels', { cause: error });
  }
};
