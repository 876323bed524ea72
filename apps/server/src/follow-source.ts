import { newId } from '@earshot/core/database';
import type { Client } from 'pg';

/** A feed or file that is followed from the command line: an account, a list and a follow of its own. */
export interface FollowedSource {
  readonly libraryId: string;
  readonly plugin: 'feeds' | 'archive';
  readonly key: string;
  readonly label: string;
  readonly accountName: string;
  readonly listName: string;
  readonly settings: object;
  readonly reason: string;
  /** How long what it brings is kept, where the library's retention is not to say so. */
  readonly keepDays: number | undefined;
}

const networks = { feeds: 'feeds', archive: 'activitypub' } as const;
const longestName = 200;

/** Follows it, as the owner; what that library follows already stays as it is. Answers with the account by which it is heard. */
export const followSource = async (owner: Client, source: FollowedSource): Promise<string> => {
  const { rows } = await owner.query<{ id: string }>(
    'select a.id from follow f join account a on a.id = f.account_id where a.library_id = $1 and a.plugin = $2 and f.key = $3 and f.removed_at is null and a.removed_at is null',
    [source.libraryId, source.plugin, source.key],
  );
  if (rows[0] !== undefined) return rows[0].id;
  const [account, list] = [newId(), newId()];
  await owner.query('insert into account(id, library_id, plugin, name, settings) values ($1, $2, $3, $4, $5)', [account, source.libraryId, source.plugin, source.accountName.slice(0, longestName), source.settings]);
  await owner.query('insert into follow_list(id, library_id, name) values ($1, $2, $3)', [list, source.libraryId, source.listName.slice(0, longestName)]);
  await owner.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category, keep_days, brought_in) values ($1, $2, $3, $4, 'feed', $5, $6, $7, $8, 'other', $9, $10)`,
    [newId(), source.libraryId, list, account, networks[source.plugin], source.key, source.label, source.reason, source.keepDays ?? null, source.plugin === 'archive'],
  );
  return account;
};
