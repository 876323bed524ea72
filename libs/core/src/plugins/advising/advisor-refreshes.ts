import { randomUUID } from 'node:crypto';
import { isRemoteError } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { HostOptions } from '../host-options.js';
import { PluginRegistry } from '../loader/plugin-registry.js';
import { PluginFault } from '../plugin-fault.error.js';
import { AdvisorHost } from './advisor-host.js';

const minute = 60_000;
const leaseMs = 3 * minute;
const [soonest, latest] = [minute, 30 * 24 * 60 * minute];
const [firstDelay, longestDelay] = [5 * minute, 24 * 60 * minute];

export type Refreshed = { readonly done: true; readonly again: Date } | { readonly done: false; readonly because: string; readonly again: Date };

/**
 * Keeps the indexes of advisors up to date: of each account in one process at a time, by a lease that is renewed every minute and is free
 * once its process is known to be gone. What fails is tried again later and later; the index as it was stays in use.
 */
@Injectable()
export class AdvisorRefreshes {
  constructor(
    private readonly host: AdvisorHost,
    private readonly registry: PluginRegistry,
    private readonly database: Database,
    private readonly options: HostOptions,
  ) {}

  /** Accounts whose time has come, those that wait longest first. */
  async due(): Promise<readonly string[]> {
    const plugins = this.registry.plugins.filter((plugin) => plugin.advisor?.refresh !== undefined).map(({ id }) => id);
    const rows = await this.database.listening((tx) =>
      tx.query<{ id: string }>(
        `select a.id from account a left join advisor_refresh r on r.account_id = a.id
         where a.plugin = any($1::text[]) and a.state = 'on' and a.removed_at is null and a.library_id not in (select stopped_libraries('all'))
           and coalesce(r.due_at, a.created_at) <= $2 and (r.lease_until is null or r.lease_until <= $2 or holder_is_gone(r.lease_holder))
         order by coalesce(r.due_at, a.created_at), a.id`,
        [plugins, new Date(this.options.clock.now())],
      ),
    );
    return rows.map(({ id }) => id);
  }

  /** Undefined where another process is at it. Never rejects for what the plugin does. */
  async refresh(accountId: string, abort: AbortSignal): Promise<Refreshed | undefined> {
    const token = await this.lease(accountId);
    if (token === undefined) return undefined;
    const controller = new AbortController();
    const renewing = this.keep(accountId, token, controller);
    try {
      const { refresh } = await this.host.advisor(accountId);
      const again = this.within(await refresh?.(AbortSignal.any([abort, controller.signal])));
      await this.settle(accountId, token, { again });
      return { done: true, again };
    } catch (error) {
      const because = isRemoteError(error) || error instanceof PluginFault ? error.message : 'It failed unexpectedly.';
      this.options.log.warn('an advisor could not refresh its index', { account: accountId, why: error instanceof Error ? error.name : 'unknown' });
      return { done: false, because, again: await this.settleFailure(accountId, token, because) };
    } finally {
      renewing();
      controller.abort();
    }
  }

  private async lease(accountId: string): Promise<string | undefined> {
    const [token, now, holder] = [randomUUID(), this.options.clock.now(), await this.database.holder()];
    const taken = await this.database.listening((tx) =>
      tx.query(
        `insert into advisor_refresh as r(account_id, due_at, lease_token, lease_until, lease_holder) values ($1, $3, $2, $4, $5)
         on conflict (account_id) do update set lease_token = excluded.lease_token, lease_until = excluded.lease_until, lease_holder = excluded.lease_holder
           where r.lease_until is null or r.lease_until <= $3 or holder_is_gone(r.lease_holder) returning 1`,
        [accountId, token, new Date(now), new Date(now + leaseMs), holder],
      ),
    );
    return taken.length > 0 ? token : undefined;
  }

  /** Renews the lease until what it returns is called; a lease that was lost aborts the work. */
  private keep(accountId: string, token: string, controller: AbortController): () => void {
    const { clock, log } = this.options;
    const renew = async (): Promise<void> => {
      const kept = await this.database.listening((tx) => tx.query('update advisor_refresh set lease_until = $3 where account_id = $1 and lease_token = $2 returning 1', [accountId, token, new Date(clock.now() + leaseMs)]));
      if (kept.length === 0) controller.abort(new Error('another process refreshes this index'));
    };
    let cancel = (): void => {};
    const next = (): void => {
      cancel = clock.after(minute, () => {
        renew().catch((error: unknown) => log.warn('a lease was not renewed', { account: accountId, why: (error as Error).name }));
        next();
      });
    };
    next();
    return () => cancel();
  }

  private async settle(accountId: string, token: string, { again }: { readonly again: Date }): Promise<void> {
    await this.database.listening((tx) =>
      tx.query(
        `update advisor_refresh set due_at = $3, refreshed_at = $4, failures = 0, failure_words = null, lease_until = null where account_id = $1 and lease_token = $2`,
        [accountId, token, again, new Date(this.options.clock.now())],
      ),
    );
  }

  private async settleFailure(accountId: string, token: string, words: string): Promise<Date> {
    const [row] = await this.database.listening((tx) =>
      tx.query<{ again: Date }>(
        `update advisor_refresh set failures = failures + 1, failure_words = $3, lease_until = null,
           due_at = $4::timestamptz + least($5 * 2 ^ least(failures, 20), $6) * interval '1 millisecond'
         where account_id = $1 and lease_token = $2 returning due_at as again`,
        [accountId, token, words, new Date(this.options.clock.now()), firstDelay, longestDelay],
      ),
    );
    return row?.again ?? new Date(this.options.clock.now() + firstDelay);
  }

  /** What an advisor wishes, within reason. */
  private within(again: Date | undefined): Date {
    const now = this.options.clock.now();
    return new Date(Math.min(Math.max(again?.getTime() ?? 0, now + soonest), now + latest));
  }
}
