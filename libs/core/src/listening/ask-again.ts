import type { Ref } from '@earshot/plugin-sdk';
import type { Database } from '../database/index.js';
import type { Logger } from '../logging/index.js';
import type { Intake, Origin, PluginHost } from '../plugins/index.js';
import { AskAgain, storedRef } from '../privacy/index.js';
import type { ReChecks } from './re-checks/re-checks.js';

/** Authors swept at once, and how old what they refuse may become. */
const sweptAtOnce = 40;
const sweptDays = 7;
/** Whoever was not told of is asked for again after so many. */
const silentDays = 1;

interface Stale { readonly id: string; readonly network: string; readonly remoteId: string; readonly local: { readonly host: string; readonly id: string } | null }

/**
 * Asks again for authors, and takes in what is told the way of everything heard: what they refuse since is heeded at once, and of whoever is gone
 * everything goes.
 */
export class AskAuthorsAgain extends AskAgain {
  constructor(private readonly database: Database, private readonly host: Pick<PluginHost, 'fetch'>, private readonly intake: Intake, private readonly checks: Pick<ReChecks, 'checkNow'>, private readonly log: Logger) {
    super();
  }

  async author(accountId: string, author: Ref): Promise<void> {
    await this.ask(accountId, [author], {});
  }

  async post(accountId: string, post: Ref): Promise<void> {
    const origin = await this.originOf(accountId);
    if (origin !== undefined) await this.checks.checkNow(origin, post);
  }

  /**
   * Asks for those whose refusals are the oldest, or were never told, of whom something is stored: a bounded number, by one account on each network that `accountsOn` has.
   * Whoever is not told of (their server does not answer) waits for another day, and keeps nobody else from their turn.
   */
  async sweep(accountsOn: (network: string) => Promise<string | undefined>): Promise<number> {
    const stale = await this.database.listening((tx) =>
      tx.query<Stale>(
        `update profile r set asked_at = now() from (
           select r.id from profile r where r.gone_at is null and (r.told_at is null or r.told_at < now() - make_interval(days => $1)) and (r.asked_at is null or r.asked_at < now() - make_interval(days => $3))
             and exists (select 1 from post p where p.author_id = r.id and p.known and p.gone_at is null) order by r.told_at nulls first limit $2 for update of r skip locked) due
         where r.id = due.id
         returning r.id, r.network, r.remote_id as "remoteId", (select jsonb_build_object('host', a.host, 'id', a.local_id) from profile_alias a where a.profile_id = r.id order by a.host limit 1) as local`,
        [sweptDays, sweptAtOnce, silentDays]));
    for (const [network, people] of Map.groupBy(stale, (each) => each.network)) {
      const account = await accountsOn(network);
      if (account !== undefined) await this.ask(account, people.map(({ remoteId, local }) => storedRef(network, remoteId, local)), { patient: true });
    }
    return stale.length;
  }

  private async ask(accountId: string, authors: readonly Ref[], how: { readonly patient?: boolean }): Promise<void> {
    try {
      const origin = await this.originOf(accountId);
      if (origin === undefined) return;
      for await (const batch of this.host.fetch(accountId, { profiles: authors }, undefined, how)) if (batch.events.length > 0) await this.intake.takeFetched(origin, batch);
    } catch (error) {
      this.log.warn('Authors could not be asked again what they refuse; what is known holds', { account: accountId, error });
    }
  }

  private async originOf(accountId: string): Promise<Origin | undefined> {
    const [account] = await this.database.listening((tx) => tx.query<{ libraryId: string; plugin: string }>('select library_id as "libraryId", plugin from account where id = $1', [accountId]));
    return account === undefined ? undefined : { accountId, ...account };
  }
}
