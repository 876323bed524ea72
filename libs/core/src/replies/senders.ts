import type { Abilities, AttachedImage, Attempt, Ref, SmallAnswer } from '@earshot/plugin-sdk';

/** The responder of one account, with what it answers checked. Throws RemoteError as the network says; anything else is a fault of the plugin. */
export interface Sender {
  abilities(to: Ref | undefined): Promise<Abilities>;
  /** Absent where images leave with the attempt itself. Publishes nothing. */
  readonly upload?: ((image: AttachedImage) => Promise<string>) | undefined;
  send(attempt: Attempt): Promise<Ref>;
  find(attempt: Attempt): Promise<Ref | 'absent' | 'cannot-tell'>;
  /** Absent where the network lets nobody change what was sent. */
  readonly change?: ((sent: Ref, to: { readonly text: string } | 'removed') => Promise<void>) | undefined;
  /** Absent where there are no small signs. */
  readonly act?: ((on: Ref, what: SmallAnswer) => Promise<void>) | undefined;
}

/** Where the responders come from. Declared here, and implemented by the host of the plugins. */
export abstract class Senders {
  /** Undefined where there is no such account. Of a plugin that only listens, one towards which everything is by hand. */
  abstract forAccount(accountId: string): Promise<Sender | undefined>;
}

/** Under which post one of ours stands; or, where it answers nobody, in which thread. */
export type SentUnder = { readonly postId: string } | { readonly threadId: string };

/** Who gives a post of ours its place in the thread; the pipeline does. */
export abstract class SentPosts {
  abstract noteSent(ref: Ref, under: SentUnder, accountId: string): Promise<void>;
}
