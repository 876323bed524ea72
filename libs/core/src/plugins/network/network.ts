import type { Ctx } from '@earshot/plugin-sdk';
import type { Deadline } from '../../time/index.js';

/** For whom a request goes out. */
export interface NetworkAccount {
  readonly id: string;
  /** host:port or CIDR that an administrator allowed although they are private. */
  readonly allowedAddresses: readonly string[];
  /** Nobody waits for what is asked: others go first. */
  readonly patient?: boolean;
  /** Past this, nothing leaves for the network. Without it, there is no such time. */
  readonly deadline?: Deadline | undefined;
}

/** How long a call to the world has been under way is the host's matter, not the plugin's: each tells when it begins and ends. */
export type UnderWay = () => () => void;

/** The way from a plugin to the world. */
export abstract class Network {
  /** Everything under way ends when `abort` fires. */
  abstract for(account: NetworkAccount, abort: AbortSignal, underWay: UnderWay): Pick<Ctx<unknown, unknown>, 'fetch' | 'connect'>;
}
