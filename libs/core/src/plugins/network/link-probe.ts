import { type Agent, fetch } from 'undici';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RemoteError, isRemoteError } from '@earshot/plugin-sdk';
import { HostOptions } from '../host-options.js';
import { AddressGuard, AddressRefused } from './address-guard.js';
import { guardedAgent } from './guarded-agent.js';
import { remoteFailure } from './remote-failure.js';

/** How a page answers whoever asks for it: its status, or why there is none. */
export type Probed = { readonly status: number } | { readonly refused: true } | { readonly words: string };

/** A page that takes longer is one that readers give up on as well. */
const longestMs = 5_000;

/**
 * Asks for pages to which staff lead people: once, as a reader would, and without reading them. Behind the guard of the whole installation and no account's,
 * since what an account may reach for itself is nothing for a reader.
 */
@Injectable()
export class LinkProbe implements OnApplicationShutdown {
  private agent: Agent | undefined;

  constructor(private readonly options: HostOptions) {}

  async ask(url: URL): Promise<Probed> {
    const abort = AbortSignal.timeout(longestMs);
    try {
      this.agent ??= guardedAgent(new AddressGuard(this.options.allowedAddresses, this.options.resolve), this.options.network);
      const { status, body } = await fetch(url, { dispatcher: this.agent, signal: abort, headers: { 'user-agent': this.options.userAgent, accept: 'text/html, */*;q=0.5' } });
      await body?.cancel().catch(() => {});
      return { status };
    } catch (error) {
      if (abort.aborted) return { words: `${url.host} did not answer in time.` };
      const failure = remoteFailure(error, url.host, abort);
      if (failure instanceof RemoteError && failure.cause instanceof AddressRefused) return { refused: true };
      return { words: isRemoteError(failure) ? failure.message : `${url.host} did not answer as it should.` };
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent?.destroy();
  }
}
