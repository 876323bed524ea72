import type { HostedPlugin } from '../loader/hosted-plugin.js';

/** An account as the host runs it: its stored row, with settings that the plugin's schema has read. */
export interface HostedAccount {
  readonly id: string;
  readonly libraryId: string;
  readonly state: 'on' | 'off';
  readonly plugin: HostedPlugin;
  readonly settings: unknown;
  readonly allowedAddresses: readonly string[];
  readonly identifiedAt: Date | null;
  /** Whom the plugin said we are there, as stored. */
  readonly profile?: { readonly network: string; readonly remoteId: string; readonly handle: string | null };
}

/** There is no such account, it was removed, or its plugin is not part of this installation. */
export class AccountUnusable extends Error {
  override readonly name = 'AccountUnusable';
}
