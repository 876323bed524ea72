import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../database/index.js';
import { type Keyed, Keyset, type Page } from '../graphql/index.js';
import { accountColumns, type AccountRow } from './account.row.js';
import type { CoverageRow } from './channel.row.js';

/** What the reader may see: of their own libraries, or of one above. Named beside row-level security, so that the planner knows it too. */
export const inSight = (table: string): string => `${table}.library_id in (select scope() union select scope_up())`;

/** Sorted by code points, and not by the database's locale: a page ends and begins at the same place whatever the cluster. */
export const accountOrder = new Keyset('accounts', 'asc', [{ column: 'lower(a.name) collate "C"', type: 'text' }, { column: 'a.id', type: 'uuid' }]);

/** Reads accounts. Removed ones are found by id only: what was heard names them. */
@Injectable()
export class AccountsRepository {
  /** A page of {@link accountOrder}: by name. With `libraryId`, those by which this library hears: its own and those of the libraries above it. */
  accounts(reads: ReadScope, filter: { readonly libraryId?: string | undefined }, page: Page): Promise<readonly (AccountRow & Keyed)[]> {
    const parameters: unknown[] = [filter.libraryId ?? null];
    return reads.query(
      `select ${accountColumns}, ${accountOrder.select} from account a
       where ${inSight('a')} and a.removed_at is null and ($1::uuid is null or a.library_id in (select ancestor_id from library_line where library_id = $1))
         ${page.after(parameters)} ${accountOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  byIds(reads: ReadScope, ids: readonly string[]): Promise<readonly AccountRow[]> {
    return reads.query(`select ${accountColumns} from account a where ${inSight('a')} and a.id = any($1::uuid[])`, [ids]);
  }

  /** When secrets were last stored, of those that have any. */
  signedInAt(reads: ReadScope, ids: readonly string[]): Promise<readonly { readonly accountId: string; readonly at: Date }[]> {
    return reads.query(
      `select s.account_id as "accountId", s.changed_at as at from account_secret s join account a on a.id = s.account_id where ${inSight('a')} and a.id = any($1::uuid[])`,
      [ids],
    );
  }

  /** Of all live channels of each account together. */
  coverage(reads: ReadScope, accountIds: readonly string[]): Promise<readonly CoverageRow[]> {
    return reads.query(
      `select a.id as "accountId", count(c.id)::int as channels, count(c.heard_until)::int as heard, max(c.heard_from) as "from", min(c.heard_until) as until,
         coalesce(sum(g.gaps), 0)::int as gaps,
         (select r.seen_until from heard_replies r where r.account_id = a.id) as "repliesUntil", l.time_zone as "timeZone"
       from account a join library l on l.id = a.library_id left join channel c on c.account_id = a.id and c.removed_at is null
         left join lateral (select count(*) as gaps from coverage_gap g where g.channel_id = c.id and g.state <> 'closed') g on c.id is not null
       where ${inSight('a')} and a.id = any($1::uuid[]) group by a.id, l.time_zone`,
      [accountIds],
    );
  }
}
