/** Who must know, in this process, that an account changed: the host plans its channels anew. Other processes see it at their next look. */
export abstract class AccountChanges {
  /** After the commit. Whoever changed it waits for this: what takes long, as asking a network, belongs elsewhere. */
  abstract changed(accountId: string): Promise<void> | void;
}
