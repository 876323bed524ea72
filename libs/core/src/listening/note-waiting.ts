import type { Waiting } from '@earshot/plugin-sdk';
import type { Tx } from '../database/index.js';
import type { Origin } from '../plugins/index.js';

/** How many wrote to an account in private; written, and told to its subscribers, only where that changed. */
export const noteWaiting = async (tx: Tx, { accountId, libraryId }: Pick<Origin, 'accountId' | 'libraryId'>, { conversations, url }: Waiting, at: Date): Promise<void> => {
  const told = conversations === 0 ? [null, null, null] : [conversations, url, at];
  const changed = await tx.query(
    `update account set waiting = $2, waiting_url = $3, waiting_at = $4
     where id = $1 and (waiting, waiting_url) is distinct from ($2::int, $3::text) returning id`,
    [accountId, ...told],
  );
  if (changed.length > 0) tx.hint({ kind: 'account', id: accountId, library: libraryId });
};
