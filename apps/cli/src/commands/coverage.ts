import { readCoverage } from '@earshot/server';
import type { Command } from 'commander';
import { openInstallation } from '../installation.js';
import { counted, note, say } from '../terminal.js';

/** `earshot coverage`: from when to when everything was heard, and what became of the gaps. */
export const coverageCommand = (program: Command): void => {
  program
    .command('coverage [account]')
    .description('says from when to when each account heard everything, and each gap with its reason and what became of it; of one account, by its id or name, also what is complete or closed')
    .option('--library <handle>', 'the accounts of this library alone')
    .action(showCoverage);
};

const showCoverage = async (account: string | undefined, { library }: { readonly library?: string }): Promise<void> => {
  const libraries = (await readCoverage({ ...(await openInstallation(true)), library, account })).filter(({ accounts }) => accounts.length > 0);
  if (libraries.length === 0) note('There is no account yet: `earshot connect` makes one.');
  for (const { name, handle, accounts } of libraries) {
    say(`${name} (${handle})`);
    for (const { name: called, plugin, health, coverage, channels, quiet } of accounts) {
      say(`  ${called} (${plugin}): ${coverage}. ${health}`);
      for (const channel of channels) {
        say(`    ${channel.title}: ${channel.coverage}. ${channel.state}`);
        for (const gap of channel.gaps) say(`      ${gap}`);
        if (channel.more > 0) say(`      and ${counted(channel.more, 'older gap')}`);
      }
      if (quiet > 0) say(`    ${counted(quiet, 'channel')}${channels.length > 0 ? ' more' : ''} without a gap`);
    }
  }
};
