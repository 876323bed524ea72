import { type Agent, fetch } from 'undici';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { isRemoteError } from '@earshot/plugin-sdk';
import type { PrivateAddress } from '../../config/index.js';
import { HostOptions } from '../host-options.js';
import { AddressGuard, AddressRefused } from './address-guard.js';
import { bareHost, guardedAgent } from './guarded-agent.js';
import { isPublicAddress } from './public-address.js';
import { remoteFailure } from './remote-failure.js';
import { retryAfter } from './retry-after.js';

/** How a program answered what was posted to it: its status, or why there is none. */
export type Posted = { readonly status: number; readonly retryAfter?: Date } | { readonly words: string };

/** Whether something may be posted to an address at all. */
export type Reachable = 'yes' | 'private' | 'unencrypted';

/**
 * Posts to programs of libraries, at addresses that administrators set: behind the guard of the whole installation and no account's. It follows no redirect,
 * which would lead what is signed for one to another, and reads nothing of an answer but its status.
 */
@Injectable()
export class WebPost implements OnApplicationShutdown {
  private agent: Agent | undefined;
  private readonly guard: AddressGuard;

  constructor(private readonly options: HostOptions) {
    this.guard = new AddressGuard(this.allowed(options), options.resolve);
  }

  /** Private addresses that it goes to. */
  protected allowed(options: HostOptions): readonly PrivateAddress[] {
    return options.allowedAddresses;
  }

  /** What is not encrypted goes to private addresses alone, where somebody allowed them. A name that has no address now may have one when something is posted. */
  async reachable(url: URL): Promise<Reachable> {
    const encrypted = url.protocol === 'https:';
    try {
      const found = await this.guard.addressesOf(bareHost(url.hostname), Number(url.port) || (encrypted ? 443 : 80));
      return encrypted || found.every(({ address }) => !isPublicAddress(address)) ? 'yes' : 'unencrypted';
    } catch (error) {
      if (error instanceof AddressRefused) return 'private';
      return encrypted ? 'yes' : 'unencrypted';
    }
  }

  /** @param longestMs from now to the head of the answer. @throws the reason of `abort`, where that ended it */
  async post(url: URL, told: { readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array }, longestMs: number, abort: AbortSignal): Promise<Posted> {
    const late = AbortSignal.timeout(longestMs);
    try {
      this.agent ??= guardedAgent(this.guard, this.options.network);
      const { status, headers, body } = await fetch(url, {
        method: 'POST', redirect: 'manual', dispatcher: this.agent, signal: AbortSignal.any([late, abort]), body: told.body, headers: { ...told.headers, 'user-agent': this.options.userAgent },
      });
      await body?.cancel().catch(() => {});
      const again = retryAfter(headers.get('retry-after'), this.options.clock.now());
      return { status, ...(again === undefined ? {} : { retryAfter: again }) };
    } catch (error) {
      abort.throwIfAborted();
      if (late.aborted) return { words: `${url.host} did not answer within ${longestMs / 1_000} seconds.` };
      const failure = remoteFailure(error, url.host, abort);
      return { words: isRemoteError(failure) ? failure.message : `${url.host} did not answer as it should.` };
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent?.destroy();
  }
}

/** To the internet alone: for addresses that anybody of the staff may tell, also those who may not send a webhook to what was allowed for administrators. */
@Injectable()
export class PublicPost extends WebPost {
  protected override allowed(): readonly PrivateAddress[] {
    return [];
  }
}
