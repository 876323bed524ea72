import { isRemoteError } from '@earshot/plugin-sdk';
import { PlatformError } from '../errors/index.js';
import { PluginFault } from '../plugins/index.js';

const longest = 500;

/** Why an advisor failed, as its author, or the host, says it to staff; undefined where it is no failure of the advisor's. */
export const failureWords = (error: unknown): string | undefined => {
  if (!isRemoteError(error) && !(error instanceof PluginFault) && !(error instanceof PlatformError)) return undefined;
  const words = error.message.replaceAll('\u0000', ' ').slice(0, longest).toWellFormed().trim();
  return words === '' ? 'It failed and does not say why.' : words;
};
