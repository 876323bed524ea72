import { RemoteError } from '@earshot/plugin-sdk';
import { type Database, readSql } from '../../database/index.js';

const takeSql = readSql(import.meta.url, './take-budget.sql');

/** A burst, and the pace past it: 300 requests in five minutes, which every network that we know allows. */
const capacity = 60;
const perSecond = 1;
/** Failures in a row after which a host is left alone for a while. */
const tolerated = 5;
const openMs = 60_000;
/** Past this the wait is not ours to sit out: the channel is put aside instead. */
const longestWaitMs = 10_000;

/** Budgets and circuit breakers of hosts, shared by all processes through the database. */
export class HostBudgets {
  constructor(private readonly database: Database, private readonly now: () => Date) {}

  /** Waits for a free request. @throws RemoteError rate-limited or unreachable where that would take too long. */
  async take(host: string, accountId: string, wait: (ms: number) => Promise<void>): Promise<void> {
    for (;;) {
      const now = this.now();
      const row = await this.database.listening(async (tx) => {
        if ((await tx.query(takeSql, [host, accountId, now, capacity, perSecond])).length > 0) return undefined;
        return (await tx.query<{ paused_until: Date | null; open_until: Date | null }>('select paused_until, open_until from host_budget where host = $1 and account_id = $2', [host, accountId]))[0];
      });
      if (row === undefined) return;
      if (row.open_until !== null && row.open_until > now) throw new RemoteError('unreachable', `${host} failed several times in a row and is left alone until ${row.open_until.toISOString()}.`, { host });
      const until = row.paused_until !== null && row.paused_until > now ? row.paused_until : new Date(now.getTime() + 1_000 / perSecond);
      const ms = until.getTime() - now.getTime();
      if (ms > longestWaitMs) throw new RemoteError('rate-limited', `${host} asked us to wait until ${until.toISOString()}.`, { retryAfter: until });
      await wait(Math.max(ms, 50));
    }
  }

  /** The host named a time before which it wants no more. */
  async pause(host: string, accountId: string, until: Date): Promise<void> {
    await this.database.listening((tx) => tx.query('update host_budget set paused_until = greatest(paused_until, $3) where host = $1 and account_id = $2', [host, accountId, until]));
  }

  async answered(host: string, accountId: string): Promise<void> {
    await this.database.listening((tx) => tx.query('update host_budget set failures = 0, open_until = null where host = $1 and account_id = $2 and failures > 0', [host, accountId]));
  }

  async failed(host: string, accountId: string): Promise<void> {
    await this.database.listening((tx) =>
      tx.query(
        `update host_budget set failures = failures + 1, open_until = case when failures + 1 >= $3 then $4::timestamptz else open_until end where host = $1 and account_id = $2`,
        [host, accountId, tolerated, new Date(this.now().getTime() + openMs)],
      ),
    );
  }
}

/** Retry-After: seconds or a date. Undefined where it is neither. */
export const retryAfterOf = (header: string | null, now: Date): Date | undefined => {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return new Date(now.getTime() + Number(header) * 1_000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : new Date(date);
};
