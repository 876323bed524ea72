import { basename } from 'node:path';
import { columnMeanings, documentFormats, type DocumentFormat, encodings, type Encoding, exportFormats, type ExportFormat, followCategories, ListUnreadable, type MappedColumn } from '@earshot/core/follows';
import { type FollowListsAtHand, withFollowLists } from '@earshot/server';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { fileToRead, fileToWrite, writeOut } from '../files.js';
import { asOwner, atLists, openInstallation } from '../installation.js';
import { applyList, choicesOf, linesOf, outcomeWords, readList, writeReport } from '../lists/import-list.js';
import { day, days, named } from '../options.js';
import { listCalled } from '../lists/list-called.js';
import { stoppedCode, StopRequest } from '../stop-request.js';
import { counted, note, say, sayRaw } from '../terminal.js';
import { networkListCommands } from './network-lists.js';

interface ImportOptions {
  readonly list: string;
  readonly library?: string;
  readonly account?: readonly string[];
  readonly format?: DocumentFormat;
  readonly encoding?: Encoding;
  readonly map?: readonly MappedColumn[];
  readonly reason?: string;
  readonly category?: string;
  readonly reviewOn?: string;
  readonly keepDays?: number;
  readonly preview?: true;
  readonly report?: string;
  readonly strict?: true;
}

/** `earshot lists`: follow lists, in and out. */
export const listsCommand = (program: Command): void => {
  const lists = program.command('lists').description('shows the follow lists of all libraries; brings lists in, and gives them away').action(showLists);
  lists
    .command('import <file>')
    .description('brings in lines, a table (CSV), an OPML document or the list of another Earshot; says line by line what became of it')
    .requiredOption('--list <name>', 'the list that they go onto; made where there is none', named)
    .option('--library <handle>', 'the library that follows, where there are several')
    .option('--account <name...>', 'the accounts that are asked, in this order; otherwise all of the library')
    .addOption(new Option('--format <format>', 'how it is written; otherwise found out').choices([...documentFormats]))
    .addOption(new Option('--encoding <encoding>', 'in which encoding; otherwise found out').choices([...encodings]))
    .option('--map <meaning=column>', `of a table: what a column means, by its name or number, such as target="Web site"; meanings: ${columnMeanings.join(', ')}; may be given again`, mapped)
    .option('--reason <words>', 'why they are followed, for each line that does not say it')
    .addOption(new Option('--category <category>', 'what they are for the town, for each line that does not say it').choices([...followCategories]))
    .option('--review-on <day>', 'when to ask whether they should stay, as 2027-03-01', day)
    .option('--keep-days <days>', 'how long what they bring is kept', days)
    .option('--preview', 'says what would become of each line, and follows nothing')
    .option('--report <file>', 'writes the lines that were refused into a table instead of showing them')
    .option('--strict', 'ends with an error where a line was refused')
    .action(importList);
  lists
    .command('show <list>')
    .description('shows what is followed on a list, and why')
    .option('--library <handle>', 'the library whose list it is, where there are several')
    .action(showList);
  lists
    .command('export <list>')
    .description('writes a list down to give away, without persons; says what was left out')
    .option('--library <handle>', 'the library whose list it is, where there are several')
    .addOption(new Option('--format <format>', 'json for another Earshot, opml for feed readers').choices([...exportFormats]).default('json'))
    .option('--to <file>', 'into this file; otherwise to standard output')
    .action(exportList);
  networkListCommands(lists);
};

const mapped = (words: string, before: readonly MappedColumn[] = []): readonly MappedColumn[] => {
  const at = words.indexOf('=');
  const means = columnMeanings.find((meaning) => meaning === words.slice(0, at));
  if (means === undefined) throw new InvalidArgumentError(`Write <meaning>=<column>; meanings are ${columnMeanings.join(', ')}.`);
  return [...before, { means, column: words.slice(at + 1) }];
};

const showLists = async (): Promise<void> => {
  const rows = await asOwner(async (owner) => (await owner.query<{ library: string; name: string; size: number; due: number }>(
    `select l.handle as library, t.name, count(f.id)::int as size, count(f.id) filter (where f.review_on <= current_date)::int as due
     from follow_list t join library l on l.id = t.library_id left join follow f on f.list_id = t.id and f.removed_at is null
     where t.removed_at is null group by l.handle, t.id order by l.handle, lower(t.name)`)).rows);
  if (rows.length === 0) say('There is no follow list yet: `earshot follow` and `earshot lists import` make one.');
  for (const { library, name, size, due } of rows) say(`${library}  ${name}  ${counted(size, 'follow')}${due === 0 ? '' : `, ${due} due for review`}`);
};

const showList = async (name: string, { library }: { readonly library?: string }): Promise<void> => {
  await atLists(library, async (lists) => {
    const id = await listCalled(lists, name);
    const rows = await lists.reading((reads) => reads.query<{ key: string; label: string; category: string; reason: string; reviewOn: string | null }>(
      `select key, label, category, reason, review_on::text as "reviewOn" from follow where list_id = $1 and removed_at is null order by lower(label), id`, [id]));
    if (rows.length === 0) say('Nothing is followed on it.');
    for (const { key, label, category, reason, reviewOn } of rows) say(`${key}  ${label}  ${category}  ${reason}${reviewOn === null ? '' : `  review on ${reviewOn}`}`);
  });
};

type Import = Exclude<Awaited<ReturnType<typeof readList>>, ListUnreadable>;

const importList = async (path: string, options: ImportOptions): Promise<void> => {
  const file = fileToRead(path, 'a document');
  if (options.report !== undefined) fileToWrite(options.report);
  const [stop, stopped] = [new StopRequest(), new AbortController()];
  void stop.when.then(() => stopped.abort());
  await withFollowLists({ ...(await openInstallation(true)), library: options.library }, async (lists) => {
    const accountIds = await lists.accountsNamed(options.account);
    const { list, made } = await lists.listNamed(options.list);
    let stays = false;
    try {
      const { format, encoding, map: columns = [] } = options;
      const read = await readList(lists, { file, listId: list.id, name: basename(file).slice(0, 300), reading: { format, encoding, columns }, facts: { ...options, accountIds }, stop: stopped.signal });
      if (read instanceof ListUnreadable) unreadable(file, read);
      else {
        // What fails while it is being followed goes on by an Earshot that runs.
        stays = options.preview !== true;
        stays = await (read.state === 'ready' ? done(lists, read, options, stopped.signal) : leftHalf(lists, read, options));
      }
    } finally {
      // A list that was made for a document of which nothing is followed goes again.
      if (made && !stays) await lists.removeList(list.id);
    }
    if (made && stays) note(`There was no list "${list.name}": it was made.`);
  });
  // Plugins may keep connections open, which would hold up the end.
  process.exit();
};

const unreadable = (file: string, { line, message, code }: ListUnreadable): void => {
  process.exitCode = 1;
  note(`${basename(file)}${line === null ? '' : `, line ${line}`}: ${message}${code === 'WRONG_COLUMNS' ? ' As in --map target="Web site".' : ''}`);
};

/** Ctrl-C before all lines were known. @returns whether something is left that may still be applied */
const leftHalf = async (lists: FollowListsAtHand, read: Import, { preview }: ImportOptions): Promise<boolean> => {
  process.exitCode = stoppedCode;
  if (preview === true) await lists.imports.discard(lists.actor, read.id);
  note(preview === true ? 'Stopped: nothing was followed.' : 'Stopped before anything was followed. An Earshot that runs looks up the rest: apply it there, or import it again.');
  return preview !== true;
};

/** @returns whether something is followed by it */
const done = async (lists: FollowListsAtHand, read: Import, options: ImportOptions, stopped: AbortSignal): Promise<boolean> => {
  const applied = options.preview === true ? read : await applyList(lists, read, stopped);
  if (applied.state === 'applying') {
    process.exitCode = stoppedCode;
    note('Stopped before all of it was followed. An Earshot that runs goes on with it.');
    return true;
  }
  const counts = new Map((await lists.reading((reads) => lists.reader.counts(reads, [read.id]))).map(({ outcome, count }) => [outcome, count]));
  const times = (...outcomes: readonly string[]): number => [...counts].reduce((sum, [outcome, count]) => sum + (outcomes.includes(outcome) ? count : 0), 0);
  const refused = times('refused', 'several');
  await (options.preview === true ? preview(lists, read) : tellRefused(lists, applied, options));
  if (refused > 0 && (options.reason === undefined || options.category === undefined)) note('Lines that give no reason or category take those of --reason and --category.');
  if (options.preview === true) note(`Nothing was followed: this was a preview. ${times('will-add', 'moved')} would be added, ${times('already-there')} are there already, ${refused} are refused.`);
  else say(`${times('added')} added, ${times('already-there')} there already, ${refused} refused.`);
  if (options.strict === true && refused > 0) process.exitCode = 1;
  return options.preview !== true && times('added', 'already-there') > 0;
};

const preview = async (lists: FollowListsAtHand, read: Import): Promise<void> => {
  for await (const line of linesOf(lists, read)) {
    say([String(line.line), outcomeWords[line.outcome], line.text, line.why, line.cure].filter((part) => part !== null && part !== '').join('  '));
    for (const choice of choicesOf(line)) say(`   ${choice}`);
  }
  await lists.imports.discard(lists.actor, read.id);
};

const tellRefused = async (lists: FollowListsAtHand, applied: Import, { report }: ImportOptions): Promise<void> => {
  const lines = linesOf(lists, applied, ['refused', 'several']);
  if (report !== undefined) return void (await writeReport(lines, fileToWrite(report)));
  for await (const line of lines) {
    note([`line ${line.line}`, line.text, [line.why, line.cure].filter((part) => part !== null).join(' ')].filter((part) => part !== '').join(': '));
    for (const choice of choicesOf(line)) note(`  ${choice}`);
  }
};

const exportList = async (name: string, { library, format, to }: { readonly library?: string; readonly format: ExportFormat; readonly to?: string }): Promise<void> => {
  if (to !== undefined) fileToWrite(to);
  await atLists(library, async (lists) => {
    const id = await listCalled(lists, name);
    const { document, follows, leftOut } = await lists.reading((reads) => lists.exports.export(reads, id, format, new Date()));
    if (to === undefined) sayRaw(document);
    else writeOut(to, document);
    note(`${counted(follows, 'follow')}${to === undefined ? '' : ` written to ${to}`}.`);
    for (const { why, count } of leftOut) note(`${count} left out: ${why}`);
  });
};
