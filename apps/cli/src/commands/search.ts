import { overInWords } from '@earshot/core/conversations';
import { type SavedSearchRow, searchCategories, type SearchNameTaken, type SearchNotOffered, type SearchNotUnderstood } from '@earshot/core/follows/searches';
import { type Command, Option } from 'commander';
import { asOwner, atLists } from '../installation.js';
import { days } from '../options.js';
import { note, say } from '../terminal.js';

interface AddOptions {
  readonly reason: string;
  readonly category: string;
  readonly library?: string;
}

/** Examples that a trial shows: newest first. */
const mostShown = 10;
const longestShown = 160;
/** What is shown of a line before its fault. */
const longestBefore = 40;

/** `earshot search`: saved searches, tried before they are saved. */
export const searchCommand = (program: Command): void => {
  const search = program.command('search').description('tries, shows, adds and removes saved searches, also while Earshot runs');
  const library = (): Option => new Option('--library <handle>', 'the library whose it is, where there are several');
  search
    .command('test <text>')
    .description('says what a search would have found in what was heard, and what it will not hear; saves nothing')
    .option('--days <days>', 'in the last so many days', days, 30)
    .addOption(library())
    // A search may begin with what it excludes.
    .allowUnknownOption()
    .action(testSearch);
  search.command('list').description('shows saved searches').option('--library <handle>', 'of this library; without it, of all').action(listSearches);
  search
    .command('add <name> <text>')
    .description('saves a search that raises what it finds; narrowing and asking networks is done in the API')
    .requiredOption('--reason <words>', 'why it is there')
    .addOption(new Option('--category <category>', 'what it looks for').choices([...searchCategories]).default('topic'))
    .addOption(library())
    .allowUnknownOption()
    .action(addSearch);
  search.command('remove <name>').description('ends a saved search').addOption(library()).action(removeSearch);
};

const testSearch = async (text: string, { library, days }: { readonly library?: string; readonly days: number }): Promise<void> => {
  await atLists(library, async ({ reading, trials, libraryId }) =>
    reading(async (reads) => {
      const trial = await trials.test(reads, { text, libraryId, days });
      if ('message' in trial) return refuse(text, trial);
      say(`Read as: ${trial.asRead}`);
      say(`Listens over ${overInWords(trial.over)}.`);
      say(`Found in ${days} days: ${trial.found} of ${trial.heard} posts.`);
      for (const { postedAt, heardAt, text: said } of await trials.newest(reads, trial, mostShown)) say(`  ${writtenAt(postedAt, heardAt)}  ${oneLine(said ?? '')}`);
      say('Not heard:');
      for (const sentence of trial.notHeard) say(`  ${sentence}`);
    }),
  );
};

const minuteOf = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ');

/** When it was written; when it was heard as well, where that was not on the same day. */
const writtenAt = (postedAt: Date | null, heardAt: Date): string =>
  postedAt === null ? `heard ${minuteOf(heardAt)}` : dayOf(postedAt) === dayOf(heardAt) ? minuteOf(postedAt) : `${minuteOf(postedAt)} (heard ${dayOf(heardAt)})`;

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The line with the fault, of a long one what stands around it, and a mark under it. */
const refuse = (text: string, { message, line, column, expected }: Pick<SearchNotUnderstood, 'message' | 'line' | 'column' | 'expected'>): void => {
  process.exitCode = 1;
  const before = Math.max(0, column - 1 - longestBefore);
  const faulty = text.split(/\r\n|[\n\r\u2028\u2029]/u)[line - 1] ?? '';
  const shown = faulty.slice(before, before + longestShown);
  note(`Line ${line}, character ${column}: ${message}`);
  note(`  ${before === 0 ? '' : '…'}${shown}${before + longestShown < faulty.length ? '…' : ''}`);
  note(`  ${' '.repeat(column - 1 - before + (before === 0 ? 0 : 1))}^`);
  if (expected !== null) note(`What could stand there: ${expected}.`);
};

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
};

const listSearches = async ({ library: handle }: { readonly library?: string }): Promise<void> => {
  const rows = await asOwner(async (owner) => (await owner.query<{ library: string; name: string; does: string; text: string; reason: string }>(
    `select l.handle as library, s.name, s.does, s.text, s.reason from saved_search s join library l on l.id = s.library_id where s.removed_at is null and ($1::text is null or l.handle = lower($1)) order by l.handle, lower(s.name)`, [handle ?? null])).rows);
  if (rows.length === 0) say(handle === undefined ? 'There is no saved search yet: `earshot search add` saves one.' : `The library "${handle}" has no saved search.`);
  for (const { library, name, does, text, reason } of rows) say(`${library}  ${name}  ${does}  ${oneLine(text)}  (${reason})`);
};

const addSearch = async (name: string, text: string, { library, ...facts }: AddOptions): Promise<void> => {
  await atLists(library, async ({ searches, actor, libraryId }) => {
    const result = await searches.create(actor, libraryId, { name, text, does: 'raise', ...facts });
    if (isFault(result)) return refuse(text, result);
    if ('code' in result) return fails(result);
    say(`Saved: ${result.name}`);
  });
};

const removeSearch = async (name: string, { library }: { readonly library?: string }): Promise<void> => {
  await atLists(library, async ({ searches, actor, libraryId, reading }) => {
    const [found] = await reading((reads) => reads.query<{ id: string }>('select id from saved_search where library_id = $1 and lower(name) = lower($2) and removed_at is null', [libraryId, name]));
    if (found === undefined) {
      process.exitCode = 1;
      return note(`The library has no saved search "${name}": \`earshot search list\` shows them.`);
    }
    const result = await searches.remove(actor, found.id);
    if ('code' in result) return fails(result);
    say(`Ended: ${result.name}`);
  });
};

type Failure = SearchNotUnderstood | SearchNameTaken | SearchNotOffered;
const isFault = (result: SavedSearchRow | Failure): result is SearchNotUnderstood => 'code' in result && result.code === 'SEARCH_NOT_UNDERSTOOD';
const fails = ({ message }: Failure): void => {
  process.exitCode = 1;
  note(message);
};
