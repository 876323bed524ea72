/**
 * A plugin broke the contract: it threw something that is no RemoteError, hung, or gave what cannot be. A bug of the plugin, never of
 * the network: what it was doing is given up, and nothing else of the platform stops.
 */
export class PluginFault extends Error {
  override readonly name = 'PluginFault';

  constructor(
    readonly plugin: string,
    /** For staff: what the plugin did, without anybody's words. */
    readonly what: string,
    options?: { cause?: unknown },
  ) {
    super(`The plugin "${plugin}" ${what}.`, options);
  }
}
