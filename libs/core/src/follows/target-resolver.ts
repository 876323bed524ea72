import type { Target } from '@earshot/plugin-sdk';
import type { Actor } from '../staff/index.js';

/** Something that can be followed, and the network that it is on. */
export interface FollowableTarget extends Target {
  readonly network: string;
}

/** Asks an account's plugin what a text names. Declared here, and implemented by the host of the plugins. */
export abstract class TargetResolver {
  /**
   * "@paper@town.social", a URL, "#town": what could be followed by it, none where it names nothing.
   * @throws RemoteError as the plugin says, in words for staff; PlatformError where the account cannot be asked.
   */
  abstract resolve(accountId: string, text: string, actor: Actor): Promise<readonly FollowableTarget[]>;
}
