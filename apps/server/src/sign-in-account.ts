import { type AccountRow, TerminalSignIn } from '@earshot/core/accounts';
import { PlatformError } from '@earshot/core/errors';
import { HostOptions, PluginSignIns } from '@earshot/core/plugins';
import type { Client } from 'pg';
import { type BesideOptions, besideEarshot } from './beside-earshot.js';

export interface SignInOptions extends Omit<BesideOptions, 'imports'> {
  /** Its id, or its name where no other has it. */
  readonly account: string;
  /** Shows the person where to go, and answers with what they bring back. */
  readonly ask: (url: URL) => Promise<string>;
}

/**
 * Signs in to an account from the terminal, beside an Earshot that may be running and takes up the new secrets by itself.
 * @throws PlatformError in words for the person at the terminal
 */
export const signInAccount = ({ account, ask, ...installation }: SignInOptions): Promise<AccountRow> =>
  besideEarshot(installation, (owner) => accountNamed(owner, account), async ({ app, database, found }) => {
    const begun = await new TerminalSignIn(database, app.get(PluginSignIns), app.get(HostOptions)).begin(found);
    return begun.finish(await ask(begun.url));
  });

const accountNamed = async (owner: Client, words: string): Promise<{ readonly id: string; readonly actorId: string }> => {
  const { rows } = await owner.query<{ id: string; actorId: string }>(
    `select a.id, s.actor_id as "actorId" from account a join system_actor s on s.library_id = a.library_id
     where a.removed_at is null and (a.id::text = lower($1) or lower(a.name) = lower($1)) order by a.id limit 10`,
    [words],
  );
  if (rows[0] === undefined) throw new PlatformError('NOT_FOUND', `There is no account "${words}"; \`earshot account list\` shows them.`);
  if (rows.length > 1) throw new PlatformError('CONFLICT', `Several accounts are called "${words}": name one by its id (${rows.map(({ id }) => id).join(', ')}).`);
  return rows[0];
};
