import type { Ref } from '@earshot/plugin-sdk';
import { Database, readSql } from '../../database/index.js';
import { storedRef } from '../../privacy/index.js';
import { keyOf } from '../key.js';

const takeSql = readSql(import.meta.url, './sql/take-posts.sql');

/** A stored post about which this process asks. */
export interface TakenCheck {
  readonly id: string;
  readonly ref: Ref;
  readonly heardAt: Date;
  readonly accountId: string;
  readonly libraryId: string;
  readonly plugin: string;
}

type Row = Omit<TakenCheck, 'ref' | 'accountId'> & { readonly accountId: string | null; readonly network: string; readonly remoteId: string; readonly local: { readonly host: string; readonly id: string } | null };

export interface CheckSettled {
  readonly id: string;
  readonly nextAt: Date;
  /** When the network was asked; null where it was not. */
  readonly askedAt: Date | null;
}

/** When stored posts are asked about. Times are handed in, so that a turned clock turns them. */
export class ReChecksRepository {
  constructor(private readonly database: Database) {}

  /** Those of which no account could be shown anything now are not among them; they come up again at `otherwise`. */
  async take(told: { readonly now: Date; readonly until: Date; readonly otherwise: Date; readonly most: number; readonly speaks: readonly { readonly network: string; readonly plugin: string }[] }): Promise<{ readonly found: number; readonly checks: readonly TakenCheck[] }> {
    const { now, until, otherwise, most, speaks } = told;
    const rows = await this.database.listening(async (tx) => {
      const taken = await tx.query<Row>(takeSql, [now, until, most, speaks.map(({ network }) => network), speaks.map(({ plugin }) => plugin)]);
      const unasked = taken.filter(({ accountId }) => accountId === null).map(({ id }) => id);
      // Where listening is stopped somewhere, whoever could ask may be back soon.
      if (unasked.length > 0)
        await tx.query(`update post set ask_at = case when exists (select from stopped_libraries('listening')) then $3::timestamptz else $2 end where id = any($1::uuid[])`, [unasked, otherwise, until]);
      return taken;
    });
    return { found: rows.length, checks: rows.flatMap(({ network, remoteId, local, accountId, ...row }) => (accountId === null ? [] : [{ ...row, accountId, ref: storedRef(network, remoteId, local) }])) };
  }

  async settle(settled: readonly CheckSettled[]): Promise<void> {
    if (settled.length === 0) return;
    const rows = [...settled].sort((a, b) => (a.id < b.id ? -1 : 1));
    await this.database.listening((tx) =>
      tx.query(
        `update post p set ask_at = t.ask_at, asked_at = coalesce(t.asked_at, p.asked_at)
         from (select p.id, t.ask_at, t.asked_at from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as t(id, ask_at, asked_at) join post p on p.id = t.id order by p.id for update of p) t
         where p.id = t.id`,
        [rows.map(({ id }) => id), rows.map(({ nextAt }) => nextAt), rows.map(({ askedAt }) => askedAt)],
      ));
  }

  /** Somebody asked for it out of turn. */
  async asked(ref: Ref, at: Date): Promise<void> {
    const { network, remoteId } = keyOf(ref);
    await this.database.listening((tx) => tx.query('update post set asked_at = $3 where network = $1 and remote_id = $2', [network, remoteId, at]));
  }
}
