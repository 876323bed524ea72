import { existsSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { columnMeanings, documentFormats, type DocumentFormat, encodings, type Encoding, exportFormats, type ExportFormat, followCategories, ListUnreadable, type MappedColumn } from '@earshot/core/follows';
import { StartError } from '@earshot/core/errors';
import { type FollowListsAtHand, withFollowLists } from '@earshot/server';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { asOwner, openInstallation } from '../installation.js';
import { applyList, linesOf, readList, writeReport } from '../lists/import-list.js';
import { StopRequest } from '../stop-request.js';
import { note, say } from '../terminal.js';

interface ImportOptions {
  readonly list: string;
  readonly library?: string;
  readonly account?: readonly string[];
  readonly format?: DocumentFormat;
  readonly encoding?: Encoding;
  readonly map: readonly MappedColumn[];
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
    .requiredOption('--list <name>', 'the list that they go onto; made where there is none')
    .option('--library <handle>', 'the library that follows, where there are several')
    .option('--account <name...>', 'the accounts that are asked, in this order; otherwise all of the library')
    .addOption(new Option('--format <format>', 'how it is written; otherwise found out').choices([...documentFormats]))
    .addOption(new Option('--encoding <encoding>', 'in which encoding; otherwise found out').choices([...encodings]))
    .option('--map <meaning=column>', `of a table: what a column means, by its name or number, such as target="Web site"; meanings: ${columnMeanings.join(', ')}; may be given again`, mapped, [])
    .option('--reason <words>', 'why they are followed, for each line that does not say it')
    .addOption(new Option('--category <category>', 'what they are for the town, for each line that does not say it').choices([...followCategories]))
    .option('--review-on <day>', 'when to ask whether they should stay, as 2027-03-01')
    .option('--keep-days <days>', 'how long what they bring is kept', Number)
    .option('--preview', 'says what would become of each line, and follows nothing')
    .option('--report <file>', 'writes the lines that were refused into a table instead of showing them')
    .option('--strict', 'ends with an error where a line was refused')
    .action(importList);
  lists
    .command('export <list>')
    .description('writes a list down to give away, without persons; says what was left out')
    .option('--library <handle>', 'the library whose list it is, where there are several')
    .addOption(new Option('--format <format>', 'json for another Earshot, opml for feed readers').choices([...exportFormats]).default('json'))
    .option('--to <file>', 'into this file; otherwise to standard output')
    .action(exportList);
};

const mapped = (words: string, before: readonly MappedColumn[]): readonly MappedColumn[] => {
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
  if (rows.length === 0) say('There is no follow list yet.');
  for (const { library, name, size, due } of rows) say(`${library}  ${name}  ${size} follows${due === 0 ? '' : `, ${due} due for review`}`);
};

const atLists = async <T>(library: string | undefined, work: (lists: FollowListsAtHand) => Promise<T>): Promise<T> => withFollowLists({ ...(await openInstallation(true)), library }, work);

const importList = async (path: string, options: ImportOptions): Promise<void> => {
  const file = resolve(path);
  if (!existsSync(file)) throw new StartError('BAD_SETTINGS', `There is no file ${file}.`, 'Give the path of a document.');
  const stop = new AbortController();
  void new StopRequest().when.then(() => stop.abort());
  await atLists(options.library, async (lists) => {
    const accountIds = await lists.accountsNamed(options.account);
    const { list, made } = await lists.listNamed(options.list);
    // A list that was made for a document of which nothing is followed goes again.
    const leave = (): Promise<unknown> => (made ? lists.removeList(list.id) : Promise.resolve());
    const { format, encoding, map: columns } = options;
    const read = await readList(lists, { file, listId: list.id, name: basename(file).slice(0, 300), reading: { format, encoding, columns }, facts: { ...options, accountIds }, stop: stop.signal });
    if (read instanceof ListUnreadable) {
      await leave();
      process.exitCode = 1;
      return note(`${basename(file)}${read.line === null ? '' : `, line ${read.line}`}: ${read.message}`);
    }
    if (read.state !== 'ready') return note('Stopped before anything was followed. An Earshot that runs looks up the rest; apply it there, or import it again.');
    if (options.preview === true) {
      await preview(lists, read);
      return void (await leave());
    }
    if (made) note(`There was no list "${list.name}": it was made.`);
    await apply(lists, read, options, stop.signal);
  });
  // Plugins may keep connections open, which would hold up the end.
  process.exit();
};

const preview = async (lists: FollowListsAtHand, read: Parameters<typeof linesOf>[1]): Promise<void> => {
  for await (const { line, text, outcome, why, cure } of linesOf(lists, read)) say([String(line), outcome, text, why, cure].filter((part) => part !== null).join('  '));
  await lists.imports.discard(lists.actor, read.id);
  note('Nothing was followed: this was a preview.');
};

const apply = async (lists: FollowListsAtHand, read: Parameters<typeof linesOf>[1], { report, strict }: ImportOptions, stop: AbortSignal): Promise<void> => {
  const applied = await applyList(lists, read, stop);
  const counts = new Map((await lists.reading((reads) => lists.reader.counts(reads, [read.id]))).map(({ outcome, count }) => [outcome, count]));
  const refused = (counts.get('refused') ?? 0) + (counts.get('several') ?? 0);
  if (report !== undefined) await writeReport(linesOf(lists, applied, ['refused', 'several']), resolve(report));
  else for await (const { line, text, why, cure } of linesOf(lists, applied, ['refused', 'several'])) note(`line ${line}: ${text}: ${why ?? ''} ${cure ?? ''}`.trim());
  say(`${counts.get('added') ?? 0} added, ${counts.get('already-there') ?? 0} there already, ${refused} refused.`);
  if (strict === true && refused > 0) process.exitCode = 1;
};

const exportList = async (name: string, { library, format, to }: { readonly library?: string; readonly format: ExportFormat; readonly to?: string }): Promise<void> => {
  await atLists(library, async (lists) => {
    const found = await lists.reading((reads) => reads.query<{ id: string }>(
      `select t.id from follow_list t join library_line l on l.ancestor_id = t.library_id where l.library_id = $1 and t.removed_at is null and lower(t.name) = lower($2) order by l.distance`, [lists.libraryId, name]));
    if (found[0] === undefined) throw new StartError('BAD_SETTINGS', `The library has no list "${name}".`, '`earshot lists` shows them.');
    const { id } = found[0];
    const { document, follows, leftOut } = await lists.reading((reads) => lists.exports.export(reads, id, format, new Date()));
    if (to === undefined) process.stdout.write(document);
    else writeFileSync(to, document);
    note(`${follows} follows.`);
    for (const { why, count } of leftOut) note(`${count} left out: ${why}`);
  });
};
