import type { Store } from '@earshot/plugin-sdk';
import type { Database } from '../../database/index.js';

const largestValue = 65_536;
const mostKeys = 10_000;

/** The small memory of one account's plugin: rows of plugin_store. */
export class PluginStore implements Store {
  constructor(
    private readonly accountId: string,
    private readonly database: Database,
  ) {}

  async get(key: string): Promise<unknown> {
    const [row] = await this.database.listening((tx) => tx.query<{ value: unknown }>('select value from plugin_store where account_id = $1 and key = $2', [this.accountId, key]));
    return row?.value;
  }

  /** @throws RangeError past 64 kB a value, 512 characters a key or 10,000 keys an account. */
  async set(key: string, value: unknown): Promise<void> {
    if (value === undefined) {
      await this.database.listening((tx) => tx.query('delete from plugin_store where account_id = $1 and key = $2', [this.accountId, key]));
      return;
    }
    const json = JSON.stringify(value);
    if (json === undefined || json.length > largestValue) throw new RangeError(`a stored value is JSON of at most ${largestValue} characters`);
    if (key.length === 0 || key.length > 512) throw new RangeError('a key has 1 to 512 characters');
    const stored = await this.database.listening((tx) =>
      tx.query(
        `insert into plugin_store(account_id, key, value) select $1, $2, $3::jsonb
         where exists (select 1 from plugin_store where account_id = $1 and key = $2) or (select count(*) from plugin_store where account_id = $1) < $4
         on conflict (account_id, key) do update set value = excluded.value, changed_at = now() returning 1`,
        [this.accountId, key, json, mostKeys],
      ),
    );
    if (stored.length === 0) throw new RangeError(`an account stores at most ${mostKeys} keys`);
  }
}
