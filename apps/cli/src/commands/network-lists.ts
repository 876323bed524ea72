import { StartError } from '@earshot/core/errors';
import { type BoundChangeRow, boundChangeOrder, type BoundListRow, boundListOrder, followCategories, leavingOrder, ListBoundAlready, ListPublishedAlready, ListSeenOtherwise, NetworkListUnreadable, type PublishedListRow, publishedListOrder } from '@earshot/core/follows';
import type { FollowListsAtHand } from '@earshot/server';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { atLists } from '../installation.js';
import { linesOf, outcomeWords } from '../lists/import-list.js';
import { listCalled } from '../lists/list-called.js';
import { counted, note, say } from '../terminal.js';

interface At { readonly library?: string }
interface BindOptions extends At { readonly account: string; readonly networkList: string; readonly reason: string; readonly category: string; readonly every?: number; readonly byItself?: true }
interface PublishOptions extends At { readonly account: string; readonly networkList?: string; readonly name?: string; readonly everybody?: true; readonly yes?: true }

const hours = (words: string): number => {
  if (!/^\d{1,3}$/.test(words)) throw new InvalidArgumentError('Give a whole number of hours, such as 6.');
  return Number(words);
};

/** `earshot lists …` of lists on networks: kept in step with them, and shown there. `open` opens the lists of a library. */
export const networkListCommands = (lists: Command, open: typeof atLists = atLists): void => {
  const command = (name: string, says: string): Command => lists.command(name).description(says).option('--library <handle>', 'the library, where there are several');
  command('networks', 'shows the lists that an account sees on its network, and who sees them').requiredOption('--account <name>', 'which account').action((options: At & { readonly account: string }) => open(options.library, (at) => networks(at, options.account)));
  command('bind <list>', 'keeps a list in step with one on a network: who is on it is shown, and nobody is followed before `lists apply`')
    .requiredOption('--account <name>', 'the account that sees it')
    .requiredOption('--network-list <name>', 'its name or id there, as `lists networks` shows them')
    .requiredOption('--reason <words>', 'why whoever comes is followed')
    .addOption(new Option('--category <category>', 'what they are for the town').choices([...followCategories]).makeOptionMandatory())
    .option('--every <hours>', 'how often to look; otherwise every 6', hours)
    .option('--by-itself', 'applies what changes by itself, and tells of it')
    .action((name: string, options: BindOptions) => open(options.library, (at) => bind(at, name, options)));
  command('look <list>', 'looks now at the lists on networks that a list is kept in step with, and shows who came and who went').action((name: string, { library }: At) => open(library, (at) => look(at, name)));
  command('apply <list>', 'follows who came and ends the follows of who went').action((name: string, { library }: At) => open(library, (at) => decide(at, name, 'apply')));
  command('decline <list>', 'leaves it as it is here, and does not ask about the same again').action((name: string, { library }: At) => open(library, (at) => decide(at, name, 'decline')));
  command('undo <list>', 'takes back what was applied last').action((name: string, { library }: At) => open(library, (at) => undo(at, name)));
  command('unbind <list>', 'keeps it in step no more; whoever is followed stays followed').action((name: string, { library }: At) => open(library, (at) => unbind(at, name)));
  command('publish <list>', 'shows a list on a network, and keeps it in step; without --yes it only says who would be on it, and who would see it')
    .requiredOption('--account <name>', 'the account that shows it')
    .option('--network-list <name>', 'one that is there, by its name or id: that of whom the account follows means really following; otherwise a list is made')
    .option('--name <name>', 'of a list that is made; otherwise that of the follow list')
    .option('--everybody', 'people as well, where nobody but the account sees it')
    .option('--yes', 'does it')
    .action((name: string, options: PublishOptions) => open(options.library, (at) => publish(at, name, options)));
  command('unpublish <list>', 'takes it off the networks again').action((name: string, { library }: At) => open(library, (at) => unpublish(at, name)));
};

const networkLists = async ({ actor, networks: { lists } }: FollowListsAtHand, accountId: string) => {
  const told = await lists.lists(actor, accountId);
  if (told instanceof NetworkListUnreadable) throw new StartError('BAD_SETTINGS', told.message, 'Sign the account in, or try again later.');
  return told;
};

const accountOf = async (at: FollowListsAtHand, name: string): Promise<string> => (await at.accountsNamed([name]))?.[0] as string;

const networks = async (at: FollowListsAtHand, account: string): Promise<void> => {
  for (const { id, name, public: isPublic, writing } of await networkLists(at, await accountOf(at, account)))
    say([id, name, isPublic ? 'seen by everybody' : 'seen by the account', writing === undefined ? 'read only' : `can be written${writing.public && !isPublic ? ', which everybody sees' : ''}`].join('  '));
};

/** The id of the one that is meant. */
const remoteNamed = async (at: FollowListsAtHand, accountId: string, name: string): Promise<string> => {
  const found = (await networkLists(at, accountId)).filter(({ id, name: called }) => id === name || called.toLowerCase() === name.toLowerCase());
  const [one, ...more] = found;
  if (one === undefined) throw new StartError('BAD_SETTINGS', `The account sees no list "${name}".`, '`earshot lists networks` shows them.');
  if (more.length > 0 && !found.some(({ id }) => id === name)) throw new StartError('BAD_SETTINGS', `Several lists are called "${name}".`, `Name it by its id: ${found.map(({ id }) => id).join(', ')}.`);
  return found.find(({ id }) => id === name)?.id ?? one.id;
};

const boundOf = async (at: FollowListsAtHand, name: string): Promise<readonly BoundListRow[]> => {
  const listId = await listCalled(at, name);
  const bound = await at.reading((reads) => at.networks.boundReader.lists(reads, { listId }, boundListOrder.page({ first: 100 })));
  if (bound.length === 0) throw new StartError('BAD_SETTINGS', `The list "${name}" is kept in step with no list on a network.`, '`earshot lists bind` does that.');
  return bound;
};

const bind = async (at: FollowListsAtHand, name: string, { account, networkList, byItself, every, ...facts }: BindOptions): Promise<void> => {
  const accountId = await accountOf(at, account);
  const networkListId = await remoteNamed(at, accountId, networkList);
  const { list, made } = await at.listNamed(name);
  const bound = await at.networks.bound.bind(at.actor, { ...facts, listId: list.id, accountId, networkListId, applies: byItself === true ? 'by-itself' : 'waits', everyHours: every });
  if (bound instanceof NetworkListUnreadable || bound instanceof ListBoundAlready) {
    if (made) await at.removeList(list.id);
    process.exitCode = 1;
    return note(bound.message);
  }
  if (made) note(`There was no list "${name}": it was made.`);
  say(`"${name}" is kept in step with "${bound.name}", every ${bound.everyHours} hours.`);
  await look(at, name);
};

const waitMs = 500;
const mostWaits = 120;

const look = async (at: FollowListsAtHand, name: string): Promise<void> => {
  for (const bound of await boundOf(at, name)) {
    await at.networks.bound.lookNow(at.actor, bound.id);
    let end = await at.networks.look.run({ boundId: bound.id, actorId: at.actor.id });
    // Where an Earshot that runs is at it, it is waited for.
    for (let waits = 0; end.how === 'later' && waits < mostWaits; waits++) {
      const [now] = await at.reading((reads) => at.networks.boundReader.byIds(reads, [bound.id]));
      if (now?.stateWords != null) break;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      end = await at.networks.look.run({ boundId: bound.id, actorId: at.actor.id });
    }
    await tell(at, bound, name);
  }
};

const tell = async (at: FollowListsAtHand, { id }: BoundListRow, name: string): Promise<void> => {
  const [[now], [waiting]] = await at.reading(async (reads) => [await at.networks.boundReader.byIds(reads, [id]), await at.networks.boundReader.waiting(reads, [id])] as const);
  if (now?.stateWords != null) {
    process.exitCode = 1;
    note(`${now.name}: ${now.stateWords}${now.state === 'stopped' ? ' It is not looked at any more until `earshot lists look`.' : ''}`);
  }
  if (waiting === undefined) return say(`${now?.name ?? name}: nothing waits.`);
  say(`${now?.name ?? name}: ${waiting.came} came, ${waiting.went} went.${waiting.state === 'held' ? ` ${waiting.words ?? ''} Nothing is done before somebody looked.` : ''}`);
  await tellLines(at, waiting);
  note(`Nothing is followed, or ended, yet: \`earshot lists apply "${name}"\` does it, \`earshot lists decline "${name}"\` leaves it as it is.`);
};

const tellLines = async (at: FollowListsAtHand, change: BoundChangeRow): Promise<void> => {
  if (change.importId !== null) {
    const [read] = await at.reading((reads) => at.reader.byIds(reads, [change.importId as string]));
    if (read !== undefined) for await (const line of linesOf(at, read)) say(`  + ${[line.targets[0]?.label ?? line.text, outcomeWords[line.outcome], line.why].filter((part) => part != null).join('  ')}`);
  }
  const leaving = await at.reading((reads) => at.networks.boundReader.leaving(reads, change, leavingOrder.page({ first: 100 })));
  const follows = new Map((await at.reading((reads) => at.follows.followsByIds(reads, leaving.map(({ followId }) => followId)))).map((follow) => [follow.id, follow.label]));
  for (const { followId } of leaving) say(`  - ${follows.get(followId) ?? followId}`);
};

const decide = async (at: FollowListsAtHand, name: string, how: 'apply' | 'decline'): Promise<void> => {
  const bound = await boundOf(at, name);
  const waiting = await at.reading((reads) => at.networks.boundReader.waiting(reads, bound.map(({ id }) => id)));
  if (waiting.length === 0) return say('Nothing waits.');
  for (const { id } of waiting) {
    const { came, went, importId } = await at.networks.changes[how](at.actor, id);
    // Many are added by a job; where no Earshot runs, here.
    if (how === 'apply' && importId !== null) await at.applying.run({ importId, actorId: at.actor.id });
    say(how === 'apply' ? `${counted(came, 'follow')} added, ${went} ended.` : 'Left as it is.');
  }
};

const undo = async (at: FollowListsAtHand, name: string): Promise<void> => {
  for (const bound of await boundOf(at, name)) {
    const changes = await at.reading((reads) => at.networks.boundReader.changes(reads, bound, boundChangeOrder.page({ first: 100 })));
    const last = changes.find(({ state }) => state === 'applied');
    if (last === undefined) say(`${bound.name}: nothing was applied.`);
    else {
      await at.networks.changes.undo(at.actor, last.id);
      say(`${bound.name}: taken back, who came and who went.`);
    }
  }
};

const unbind = async (at: FollowListsAtHand, name: string): Promise<void> => {
  for (const { id, name: called } of await boundOf(at, name)) {
    await at.networks.bound.unbind(at.actor, id);
    say(`Kept in step with "${called}" no more.`);
  }
};

const publish = async (at: FollowListsAtHand, name: string, { account, networkList, name: called, everybody, yes }: PublishOptions): Promise<void> => {
  const accountId = await accountOf(at, account);
  const wish = { listId: await listCalled(at, name), accountId, name: called, includes: everybody === true ? 'everybody' : 'organisations', networkListId: networkList === undefined ? null : await remoteNamed(at, accountId, networkList) };
  const preview = await at.networks.published.preview(at.actor, wish);
  if (preview instanceof NetworkListUnreadable) {
    process.exitCode = 1;
    return note(preview.message);
  }
  say(`"${preview.name}": ${preview.shown} would be on it. ${preview.public ? 'Anybody can see it.' : 'Nobody but the account sees it.'}${preview.told ? ' Those who are put on it are told.' : ''}`);
  for (const { why, count } of preview.leftOut) say(`  ${count} left out: ${why}`);
  if (yes !== true) return note('Nothing was written: repeat it with --yes.');
  const published = await at.networks.published.publish(at.actor, { ...wish, public: preview.public });
  if (published instanceof NetworkListUnreadable || published instanceof ListPublishedAlready || published instanceof ListSeenOtherwise) {
    process.exitCode = 1;
    return note(published.message);
  }
  await write(at, published);
};

const unpublish = async (at: FollowListsAtHand, name: string): Promise<void> => {
  const listId = await listCalled(at, name);
  const published = await at.reading((reads) => at.networks.publishedReader.lists(reads, { listId }, publishedListOrder.page({ first: 100 })));
  if (published.length === 0) say(`The list "${name}" is shown nowhere.`);
  for (const { id } of published) await write(at, await at.networks.published.unpublish(at.actor, id));
};

const write = async (at: FollowListsAtHand, { id, name }: PublishedListRow): Promise<void> => {
  await at.networks.publishing.run({ publishedId: id, actorId: at.actor.id });
  const [[now], counts] = await at.reading(async (reads) => [await at.networks.publishedReader.byIds(reads, [id]), await at.networks.publishedReader.counts(reads, [id])] as const);
  if (now?.stateWords != null) process.exitCode = 1;
  say(`"${name}": ${now?.state === 'ended' ? 'taken off.' : counts.map(({ state, count }) => `${count} ${memberWords[state]}`).join(', ') || 'nobody is on it.'}${now?.stateWords == null ? '' : ` ${now.stateWords} An Earshot that runs goes on with it.`}`);
};

const memberWords = { adding: 'waiting', on: 'on it', asked: 'asked', refused: 'refused', there: 'there before', 'taken-off': 'taken off there', removing: 'being taken off' } as const;
