import { followCategories } from '@earshot/core/follows';
import { withFollowLists } from '@earshot/server';
import { type Command, Option } from 'commander';
import { openInstallation } from '../installation.js';
import { note, say } from '../terminal.js';

interface FollowOptions {
  readonly list: string;
  readonly reason: string;
  readonly category: string;
  readonly library?: string;
  readonly account?: readonly string[];
  readonly strict?: true;
}

/** `earshot follow`: a few things, at once; more of them by `earshot lists import`. */
export const followCommand = (program: Command): void => {
  program
    .command('follow <text...>')
    .description('follows @handles, addresses and #hashtags, also while Earshot runs')
    .requiredOption('--list <name>', 'the list that they go onto; made where there is none')
    .requiredOption('--reason <words>', 'why they are followed')
    .addOption(new Option('--category <category>', 'what they are for the town').choices([...followCategories]).makeOptionMandatory())
    .option('--library <handle>', 'the library that follows, where there are several')
    .option('--account <name...>', 'the accounts that are asked, in this order; otherwise all of the library')
    .option('--strict', 'ends with an error where something was refused')
    .action(async (text: readonly string[], options: FollowOptions) => {
      const lines = await withFollowLists({ ...(await openInstallation(true)), library: options.library }, async (lists) => {
        const accountIds = await lists.accountsNamed(options.account);
        const { list, made } = await lists.listNamed(options.list);
        if (made) note(`There was no list "${list.name}": it was made.`);
        return lists.adding.add(lists.actor, { listId: list.id, accountIds }, text.join('\n'), options);
      });
      for (const { outcome, targets, text: written, why, cure } of lines) {
        if (outcome === 'added' || outcome === 'already-there') say(`${outcome === 'added' ? 'Follows' : 'Followed already'}: ${targets[0]?.label ?? written}${why === null || outcome === 'already-there' ? '' : ` (${why})`}`);
        else note(`Refused: ${written}: ${why ?? ''} ${cure ?? ''}`.trim());
        if (outcome === 'several') for (const { label, key } of targets) note(`  ${key}  ${label}`);
      }
      if (options.strict === true && lines.some(({ outcome }) => outcome === 'refused' || outcome === 'several')) process.exitCode = 1;
    });
};
