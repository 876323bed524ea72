import type { Profile, Refusal, Target } from '@earshot/plugin-sdk';
import type { Actor } from '../staff/index.js';

/** Something that can be followed, and the network that it is on. */
export interface FollowableTarget extends Target {
  readonly network: string;
}

/** A profile that somebody wants followed, as its network describes it now. */
export interface FollowableProfile {
  /** As {@link Target.key}. */
  readonly key: string;
  readonly label: string;
  readonly refusals: readonly Refusal[];
  /** By what our own lists tell people apart. */
  readonly described?: Pick<Profile, 'handle' | 'url' | 'bio'>;
  /** Where the account went, where it says so. */
  readonly movedTo?: { readonly network: string; readonly key: string };
  /** Why there is nothing to follow any more. */
  readonly gone?: 'deleted' | 'suspended' | 'deactivated' | 'blocked-us';
}

/** Asks an account's plugin what a text names. Declared here, and implemented by the host of the plugins. */
export abstract class TargetResolver {
  /**
   * "@paper@town.social", a URL, "#town": what could be followed by it, none where it names nothing.
   * @throws RemoteError as the plugin says, in words for staff; PlatformError where the account cannot be asked.
   */
  abstract resolve(accountId: string, text: string, actor: Actor): Promise<readonly FollowableTarget[]>;

  /**
   * These profiles as they are now. Who is left out is one of whom the network said nothing.
   * @throws as {@link TargetResolver.resolve}
   */
  abstract profiles(accountId: string, keys: readonly { readonly network: string; readonly key: string }[]): Promise<readonly FollowableProfile[]>;

  /**
   * The networks that the account hears, the first of which is that of what it resolves.
   * @throws PlatformError where the account cannot be asked.
   */
  abstract networks(accountId: string): Promise<readonly string[]>;
}
