import type { Abilities, Attempt, Ref } from '@earshot/plugin-sdk';

/** The responder of one account, with what it answers checked. Throws RemoteError as the network says; anything else is a fault of the plugin. */
export interface Sender {
  abilities(to: Ref | undefined): Promise<Abilities>;
  send(attempt: Attempt): Promise<Ref>;
  find(attempt: Attempt): Promise<Ref | 'absent' | 'cannot-tell'>;
}

/** Where the responders come from. Declared here, and implemented by the host of the plugins. */
export abstract class Senders {
  /** Undefined where the account's plugin cannot answer. */
  abstract forAccount(accountId: string): Promise<Sender | undefined>;
}

/** Who gives a post of ours its place in the thread; the pipeline does. */
export abstract class SentPosts {
  abstract noteSent(ref: Ref, toPostId: string, accountId: string): Promise<void>;
}
