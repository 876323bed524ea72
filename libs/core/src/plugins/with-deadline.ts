import { type Clock, isRemoteError } from '@earshot/plugin-sdk';
import { PluginFault } from './plugin-fault.error.js';

/**
 * Waits for a plugin, so long and no longer. `allowedMs`: what it was allowed as a whole, where `ms` is what is left of it.
 * @throws RemoteError as the plugin threw it; PluginFault for any other throw, and when it did not answer in time.
 */
export const withDeadline = <T>(clock: Clock, ms: number, plugin: string, work: () => Promise<T>, allowedMs = ms): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new PluginFault(plugin, `did not answer within ${Math.round(allowedMs / 1_000)} s`)));
    Promise.resolve()
      .then(work)
      .then(resolve, (error: unknown) => reject(isRemoteError(error) || error instanceof PluginFault ? error : new PluginFault(plugin, 'failed unexpectedly', { cause: error })))
      .finally(cancel);
  });
