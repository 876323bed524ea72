import type { Plugin } from '@earshot/plugin-sdk';

/** A plugin as the host handles it: its settings, secrets and cursor are known to the plugin alone. */
export type HostedPlugin = Plugin<unknown, unknown, unknown>;
