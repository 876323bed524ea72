import { fetch } from 'undici';
import { parsePrivateAddress } from '../../config/index.js';
import { AddressGuard } from './address-guard.js';
import { guardedAgent } from './guarded-agent.js';
import { networkLimits } from './network-limits.js';

/**
 * Asks an address that the installation's administrator wrote into the settings, and answers with its status. By naming it they allowed it, also where it is
 * private, as EARSHOT_ALLOW_PRIVATE_ADDRESSES does for accounts; what it redirects to they did not name, so it is not followed. No proxy is asked.
 */
export const guardedGet = async (url: URL, withinMs: number): Promise<number> => {
  const named = parsePrivateAddress(`${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port}`);
  const agent = guardedAgent(new AddressGuard(named === undefined ? [] : [named]), networkLimits);
  try {
    const { status, body } = await fetch(url, { redirect: 'manual', dispatcher: agent, signal: AbortSignal.timeout(withinMs) });
    await body?.cancel();
    return status;
  } finally {
    await agent.destroy();
  }
};
