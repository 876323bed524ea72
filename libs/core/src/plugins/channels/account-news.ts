import type { Tx } from '../../database/index.js';

/** Why an account needs a person. */
export type AccountTrouble =
  | { readonly what: 'sign-in-again' | 'failed'; readonly accountId: string; readonly since: Date }
  | { readonly what: 'quarantined'; readonly channelId: string; readonly token: string };

/** Who must know that an account needs somebody. Declared here so that the host knows nothing of how staff are told. */
export abstract class AccountNews {
  /** In the transaction that writes it down; it must neither fail it nor take long. */
  abstract needsSomebody(tx: Tx, libraryId: string, trouble: AccountTrouble): Promise<void>;
}
