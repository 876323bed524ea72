import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { DocumentReading, FollowImportLineRow, FollowImportRow, ImportFacts, LineOutcome } from '@earshot/core/follows';
import { importLineOrder, ListUnreadable } from '@earshot/core/follows';
import type { FollowListsAtHand } from '@earshot/server';
import { note } from '../terminal.js';

export interface ListImport {
  readonly file: string;
  readonly listId: string;
  readonly name: string;
  readonly reading: DocumentReading;
  readonly facts: ImportFacts;
  readonly stop: AbortSignal;
}

const lookMs = 500;

/** Reads a document and waits until all its lines are looked up. @returns the import, `ready`; or why it cannot be read */
export const readList = async (lists: FollowListsAtHand, { file, listId, name, reading, facts, stop }: ListImport): Promise<FollowImportRow | ListUnreadable> => {
  const { id } = await lists.imports.start(lists.actor, { listId, name });
  const read = await lists.imports.read(lists.actor, id, reading, facts, () => createReadStream(file));
  if (read instanceof ListUnreadable) {
    await lists.imports.discard(lists.actor, id);
    return read;
  }
  const progress = progressOf(lists, id);
  for (let end = await lists.lookUp.run({ importId: id, actorId: lists.actor.id }, stop); !stop.aborted && end.how !== 'ready' && end.how !== 'over'; end = await lists.lookUp.run({ importId: id, actorId: lists.actor.id }, stop)) {
    if (end.how === 'waiting') note(`A network asks to wait until ${end.again.toLocaleTimeString()}. Ctrl-C: an Earshot that runs goes on with it.`);
    // A running Earshot has it, or a network wants us to wait.
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  await progress.end();
  const [now] = await lists.reading((reads) => lists.reader.byIds(reads, [id]));
  return now ?? read;
};

/** Follows what an import shows, and waits for it. @returns the import, `applied` unless somebody else decided otherwise */
export const applyList = async (lists: FollowListsAtHand, { id }: FollowImportRow, stop: AbortSignal): Promise<FollowImportRow> => {
  const applied = await lists.imports.apply(lists.actor, id);
  if (applied.state !== 'applying') return applied;
  const progress = progressOf(lists, id);
  // An Earshot that runs may have begun with it: then this waits for it.
  await lists.applying.run({ importId: id, actorId: lists.actor.id }, stop);
  await progress.end();
  const [now] = await lists.reading((reads) => lists.reader.byIds(reads, [id]));
  return now ?? applied;
};

/** A line whenever another tenth of the lines is known, or gone through, as long as that takes. */
const progressOf = (lists: FollowListsAtHand, importId: string): { end(): Promise<void> } => {
  let [shown, looking] = [0, Promise.resolve()];
  const look = async (): Promise<void> => {
    const [[now], counts] = await lists.reading(async (reads) => [await lists.reader.byIds(reads, [importId]), await lists.reader.counts(reads, [importId])] as const);
    const [all, waiting] = [counts.reduce((sum, { count }) => sum + count, 0), counts.find(({ outcome }) => outcome === 'waiting')?.count ?? 0];
    const [done, what] = now?.state === 'applying' ? [now.linesApplied, 'gone through'] : [all - waiting, 'looked up'];
    const tenths = all === 0 ? 0 : Math.floor((10 * done) / all);
    if (tenths > shown) note(`${done} of ${all} lines ${what}`);
    shown = Math.max(shown, tenths);
  };
  const timer = setInterval(() => void (looking = looking.then(look)), lookMs);
  return {
    async end() {
      clearInterval(timer);
      await looking;
    },
  };
};

export const outcomeWords: Readonly<Record<LineOutcome, string>> = {
  waiting: 'not looked up', 'will-add': 'will be added', moved: 'moved', added: 'added', 'already-there': 'already there', several: 'names several things', refused: 'refused',
};

/** What to write instead of a line that names several things. */
export const choicesOf = ({ outcome, targets }: FollowImportLineRow): readonly string[] => (outcome === 'several' ? targets.map(({ key, label }) => `${key}  ${label}`) : []);

/** Every line with one of these outcomes, page by page. */
export async function* linesOf(lists: FollowListsAtHand, of: FollowImportRow, outcomes?: readonly LineOutcome[]): AsyncGenerator<FollowImportLineRow> {
  for (let after: string | undefined; ; ) {
    const page = importLineOrder.page({ first: 100, ...(after === undefined ? {} : { after }) });
    const { edges, pageInfo } = page.connection(await lists.reading((reads) => lists.reader.lines(reads, of, outcomes, page)), (row) => row);
    for (const { node } of edges) yield node;
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return;
    after = pageInfo.endCursor;
  }
}

const quoted = (value: string | number | null): string => (value === null ? '' : /[",\n\r]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));

/** The lines that were not added as a table: what to mend. @returns how many */
export const writeReport = async (lines: AsyncIterable<FollowImportLineRow>, file: string): Promise<number> => {
  const out = createWriteStream(file);
  let count = 0;
  out.write('line,text,outcome,why,what to do\n');
  for await (const each of lines) {
    const { line, text, outcome, why, cure } = each;
    count++;
    if (!out.write(`${[line, text, outcome, why, [cure ?? '', ...choicesOf(each)].filter((part) => part !== '').join('; ')].map(quoted).join(',')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return count;
};
