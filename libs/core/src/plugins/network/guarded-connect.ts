import { RemoteError } from '@earshot/plugin-sdk';
import { type Agent, WebSocket as UndiciWebSocket } from 'undici';
import type { HostOptions } from '../host-options.js';
import type { AddressGuard } from './address-guard.js';
import { bareHost } from './guarded-agent.js';
import type { GuardedFetch } from './guarded-fetch.js';
import type { UnderWay } from './network.js';
import { webAddress } from './outgoing.js';
import { remoteFailure } from './remote-failure.js';

export interface ConnectCall {
  readonly url: string;
  readonly protocols: readonly string[] | undefined;
  readonly guard: AddressGuard;
  readonly agent: Agent;
  readonly fetching: GuardedFetch;
  readonly options: HostOptions;
  readonly abort: AbortSignal;
  readonly underWay: UnderWay;
}

/**
 * Opens a WebSocket behind the guard. A redirect of its handshake is refused by the protocol itself.
 * @throws RemoteError unreachable, rate-limited or rejected; the reason of the abort.
 */
export const guardedConnect = async (call: ConnectCall): Promise<WebSocket> => {
  const { abort, guard, fetching } = call;
  abort.throwIfAborted();
  const end = call.underWay();
  const url = webAddress(call.url, ['ws:', 'wss:']);
  try {
    await fetching.turnAt(url.host, abort);
    // Asked before as well as at connecting, because a socket's error does not say what was wrong.
    await guard.addressesOf(bareHost(url.hostname), Number(url.port) || (url.protocol === 'wss:' ? 443 : 80));
    return await opened(call, url);
  } catch (error) {
    throw remoteFailure(error, url.host, abort);
  } finally {
    end();
  }
};

const opened = ({ protocols, agent, options, abort }: ConnectCall, url: URL): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new UndiciWebSocket(url.href, { protocols: [...(protocols ?? [])], dispatcher: agent, headers: { 'user-agent': options.userAgent } });
    const give = (error: unknown): void => {
      cancel();
      socket.close();
      reject(error as Error);
    };
    const close = (): void => give(abort.reason);
    const cancel = options.clock.after(options.network.headersMs, () => give(new RemoteError('unreachable', `${url.host} did not answer in time.`, { host: url.host })));
    abort.addEventListener('abort', close, { once: true });
    socket.addEventListener('close', () => {
      abort.removeEventListener('abort', close);
      give(new RemoteError('unreachable', `${url.host} closed the connection.`, { host: url.host }));
    });
    socket.addEventListener('error', (event) => give(event.error ?? new RemoteError('unreachable', `${url.host} refused the connection.`, { host: url.host })));
    socket.addEventListener('open', () => {
      cancel();
      // undici's class and the platform's are the same by specification.
      resolve(socket as unknown as WebSocket);
    });
  });
