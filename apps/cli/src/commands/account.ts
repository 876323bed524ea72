import { loadInstalledPlugins, signInAccount } from '@earshot/server';
import type { Command } from 'commander';
import { asOwner, openInstallation } from '../installation.js';
import { askForAnswer, Questions } from '../questions.js';
import { say } from '../terminal.js';

/** `earshot account …`: for whoever administers the machine; it needs no sign-in to Earshot. */
export const accountCommand = (program: Command): void => {
  const account = program.command('account').description('list the accounts at networks, and sign in to them');
  account
    .command('list')
    .description('lists the accounts of all libraries, and how they do')
    .action(async () => {
      const rows = await asOwner(async (owner) => {
        const found = await owner.query<{ id: string; name: string; plugin: string; library: string; health: string }>(
          'select a.id, a.name, a.plugin, l.handle as library, a.health from account a join library l on l.id = a.library_id where a.removed_at is null order by l.handle, lower(a.name), a.id',
        );
        return found.rows;
      });
      for (const { id, name, plugin, library, health } of rows) say(`${id}  ${name}  ${plugin}  ${library}  ${health}`);
    });
  account
    .command('sign-in <account>')
    .description('signs in to an account, by its id or name, on the page of its network; also while Earshot runs')
    .action(async (words: string) => {
      const installation = await openInstallation(true);
      const registry = await loadInstalledPlugins(installation.config);
      const signedIn = await Questions.during((questions) => signInAccount({ ...installation, registry, account: words, ask: (url) => askForAnswer(questions, url) }));
      say(signedIn.health === 'sign-in-again' ? `The network took the answer, and did not let us in with it: ${signedIn.healthWords ?? 'it does not say why'}` : `Signed in to "${signedIn.name}".`);
      if (signedIn.health === 'sign-in-again') process.exitCode = 1;
    });
};
