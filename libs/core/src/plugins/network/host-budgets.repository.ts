import { Injectable } from '@nestjs/common';
import { Database, readSql } from '../../database/index.js';

const takeSql = readSql(import.meta.url, './take-budget.sql');

/** So many failures in a row, of any account, and the host is left alone for a while. */
const mostFailures = 5;

export interface Budget {
  /** Whether the request may go, after `waitMs`. */
  readonly spent: boolean;
  readonly waitMs: number;
  /** In a row, at this host. */
  readonly failures: number;
  readonly pausedUntil: Date | null;
  readonly openUntil: Date | null;
}

export interface Spending {
  readonly burst: number;
  readonly ratePerSecond: number;
  readonly waitMs: number;
  /** Tokens that are left for others: by whoever can wait. */
  readonly reserve: number;
}

/**
 * The budgets of hosts, shared by all processes: a token bucket for each account at a host, and a circuit breaker for the host.
 * Circuit: `closed` ─ five failures in a row ─▶ `open`, twice as long each time ─ its time is over ─▶ one probe ─ answers ─▶ `closed`.
 */
@Injectable()
export class HostBudgets {
  constructor(private readonly database: Database) {}

  async take(host: string, accountId: string, { burst, ratePerSecond, waitMs, reserve }: Spending): Promise<Budget> {
    const [budget] = await this.database.listening((tx) => tx.query<Budget>(takeSql, [host, accountId, burst, ratePerSecond, waitMs, reserve]));
    if (budget === undefined) throw new Error('an upsert of a budget gave no row');
    return budget;
  }

  /** The host asked for it. A pause is never shortened. */
  async pause(host: string, accountId: string, until: Date): Promise<void> {
    await this.database.listening((tx) =>
      tx.query('update host_budget set paused_until = greatest(paused_until, $3) where host = $1 and account_id = $2', [host, accountId, until]),
    );
  }

  /** Little is left until then, as the host says: it is for what somebody waits for. */
  async quiet(host: string, accountId: string, until: Date): Promise<void> {
    await this.database.listening((tx) => tx.query('update host_budget set quiet_until = greatest(quiet_until, $3) where host = $1 and account_id = $2', [host, accountId, until]));
  }

  async failed(host: string): Promise<void> {
    await this.database.listening((tx) =>
      tx.query(
        `with of_host as (select account_id from host_budget where host = $1 order by account_id for update)
         update host_budget b set failures = b.failures + 1,
           open_until = case when b.failures + 1 >= $2 then now() + least(900, 15 * 2 ^ least(b.failures + 1 - $2, 10)) * interval '1 second' end
         from of_host where b.host = $1 and b.account_id = of_host.account_id`,
        [host, mostFailures],
      ),
    );
  }

  async answered(host: string): Promise<void> {
    await this.database.listening((tx) =>
      tx.query(
        `with of_host as (select account_id from host_budget where host = $1 and failures > 0 order by account_id for update)
         update host_budget b set failures = 0, open_until = null from of_host where b.host = $1 and b.account_id = of_host.account_id`,
        [host],
      ),
    );
  }
}
