import { type FollowLine, followCategories } from '@earshot/core/follows';
import type { FollowListsAtHand } from '@earshot/server';
import { type Command, Option } from 'commander';
import { atLists } from '../installation.js';
import { named } from '../options.js';
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
    .description('follows @handles, addresses and #hashtags, also while Earshot runs; ends with an error where nothing of it is followed')
    .requiredOption('--list <name>', 'the list that they go onto; made where there is none', named)
    .requiredOption('--reason <words>', 'why they are followed')
    .addOption(new Option('--category <category>', 'what they are for the town').choices([...followCategories]).makeOptionMandatory())
    .option('--library <handle>', 'the library that follows, where there are several')
    .option('--account <name...>', 'the accounts that are asked, in this order; otherwise all of the library')
    .option('--strict', 'ends with an error where anything was refused')
    .action((text: readonly string[], options: FollowOptions) => atLists(options.library, (lists) => follow(lists, text, options)));
};

const follow = async (lists: FollowListsAtHand, text: readonly string[], options: FollowOptions): Promise<void> => {
  const accountIds = await lists.accountsNamed(options.account);
  const { list, made } = await lists.listNamed(options.list);
  let lines: readonly FollowLine[] = [];
  const followed = (): boolean => lines.some(({ outcome }) => outcome === 'added' || outcome === 'already-there');
  try {
    lines = await lists.adding.add(lists.actor, { listId: list.id, accountIds }, text.join('\n'), options);
  } finally {
    // A list that was made for what is not followed goes again.
    if (made && !followed()) await lists.removeList(list.id);
  }
  if (made && followed()) note(`There was no list "${list.name}": it was made.`);
  for (const line of lines) tell(line);
  if (!followed() || (options.strict === true && lines.some(({ outcome }) => outcome === 'refused' || outcome === 'several'))) process.exitCode = 1;
};

const tell = ({ outcome, targets, text, why, cure }: FollowLine): void => {
  if (outcome === 'added' || outcome === 'already-there') say(`${outcome === 'added' ? 'Follows' : 'Followed already'}: ${targets[0]?.label ?? text}${why === null || outcome === 'already-there' ? '' : ` (${why})`}`);
  else note(`Refused: ${text}: ${why ?? ''} ${cure ?? ''}`.trim());
  if (outcome === 'several') for (const { label, key } of targets) note(`  ${key}  ${label}`);
};

interface UnfollowOptions {
  readonly list?: string;
  readonly library?: string;
}

interface Followed { readonly id: string; readonly target: string; readonly key: string; readonly label: string; readonly list: string }

/** `earshot unfollow`: ends what `follow` and imports began. */
export const unfollowCommand = (program: Command): void => {
  program
    .command('unfollow <text...>')
    .description('ends follows, also while Earshot runs: by handle, key or label, as `earshot lists show` shows them; what they brought stays until its time is over')
    .option('--list <name>', 'on this list alone; otherwise on all lists of the library')
    .option('--library <handle>', 'the library that follows, where there are several')
    .action((text: readonly string[], options: UnfollowOptions) => atLists(options.library, (lists) => unfollow(lists, text, options)));
};

const unfollow = async (lists: FollowListsAtHand, text: readonly string[], { list }: UnfollowOptions): Promise<void> => {
  for (const named of text) {
    const found = await followedAs(lists, named, list);
    if (new Set(found.map(({ target }) => target)).size === 1) {
      await lists.ending.remove(lists.actor, { followIds: found.map(({ id }) => id) });
      for (const follow of found) say(`Follows no more: ${follow.label}, on the list "${follow.list}"`);
      continue;
    }
    process.exitCode = 1;
    note(found.length === 0 ? `Not followed: ${named}. \`earshot lists\` shows the lists, \`earshot lists show <list>\` what is on them.` : `Not ended: ${named} names several things. Write the one that you mean:`);
    for (const { key, label } of found) note(`  ${key}  ${label}`);
  }
};

/** What the library itself follows by this key, this label, or a label that ends with it in parentheses, as handles stand in it. */
const followedAs = (lists: FollowListsAtHand, named: string, list: string | undefined): Promise<readonly Followed[]> =>
  lists.reading((reads) => reads.query<Followed>(
    `select f.id, f.kind || ' ' || f.network || ' ' || f.key as target, f.key, f.label, l.name as list from follow f join follow_list l on l.id = f.list_id
     where f.library_id = $1 and f.removed_at is null and ($3::text is null or lower(l.name) = lower($3))
       and (lower($2) in (lower(f.key), lower(f.label)) or right(lower(f.label), length($2) + 2) = '(' || lower($2) || ')')
     order by f.id`, [lists.libraryId, named.trim(), list ?? null]));
