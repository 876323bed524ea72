import type { Ref } from '@earshot/plugin-sdk';
import type { Database } from '../database/index.js';
import type { Logger } from '../logging/index.js';
import type { Intake } from '../plugins/index.js';
import { AskAgain } from '../privacy/index.js';
import type { Authors } from './listening.service.js';

/** Authors swept at once, and how old what they refuse may become. */
const sweptAtOnce = 40;
const sweptDays = 7;

/** Asks again for authors, and takes in what is told the way of everything heard: what they refuse since is heeded at once. */
export class AskAuthorsAgain extends AskAgain {
  constructor(private readonly database: Database, private readonly authors: Authors, private readonly intake: Intake, private readonly log: Logger) {
    super();
  }

  async author(accountId: string, author: Ref): Promise<void> {
    await this.ask(accountId, [author]);
  }

  /**
   * Asks for those whose refusals are the oldest, of whom something is stored: a bounded number, by one account on each network that `accountsOn` has.
   * Whoever is not told of (gone without a word, or their server does not answer) waits for another turn.
   */
  async sweep(accountsOn: (network: string) => Promise<string | undefined>): Promise<number> {
    const stale = await this.database.listening((tx) =>
      tx.query<{ network: string; id: string }>(
        `select r.network, r.remote_id as id from profile r where r.gone_at is null and r.told_at < now() - make_interval(days => $1)
           and exists (select 1 from post p where p.author_id = r.id and p.known and p.gone_at is null) order by r.told_at limit $2`, [sweptDays, sweptAtOnce]));
    for (const [network, people] of Map.groupBy(stale, (each) => each.network)) {
      const account = await accountsOn(network);
      if (account !== undefined) await this.ask(account, people);
    }
    return stale.length;
  }

  private async ask(accountId: string, authors: readonly Ref[]): Promise<void> {
    try {
      const told = await this.authors.fetch(accountId, authors);
      const [account] = await this.database.listening((tx) => tx.query<{ library_id: string; plugin: string }>('select library_id, plugin from account where id = $1', [accountId]));
      if (account !== undefined && told.length > 0)
        await this.intake.takeFetched({ accountId, libraryId: account.library_id, plugin: account.plugin }, { events: told.map((profile) => ({ kind: 'profile', profile })) });
    } catch (error) {
      this.log.warn('Authors could not be asked again what they refuse; what is known holds', { account: accountId, error });
    }
  }
}
