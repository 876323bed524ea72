import { Injectable } from '@nestjs/common';
import { newId } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { Jobs } from '../../jobs/index.js';
import type { Actor } from '../../staff/index.js';
import type { DocumentBytes } from '../documents/decode-text.js';
import { largestDocument } from '../documents/list-entry.js';
import type { ListEntry } from '../documents/list-entry.js';
import { type DocumentReading, openDocument } from '../documents/read-document.js';
import type { ListSource } from '../documents/exchange-list.js';
import { UnreadableDocument } from '../documents/unreadable.js';
import { FollowAccounts } from '../follow-accounts.js';
import { FollowDesk, type FollowAct } from '../follow-desk.js';
import { followCategories } from '../follow.row.js';
import { optionalWords, writtenChoice, writtenDay, writtenDays, writtenId } from '../written-words.js';
import { ListUnreadable } from './follow-import.errors.js';
import { followImportColumns, type FollowImportRow } from './follow-import.row.js';
import { ImportLinesRepository } from './import-lines.repository.js';
import { addedAtOnce, ImportApplying } from './import-applying.js';
import { applyImportJob, lookUpImportJob } from './import-jobs.js';
import { checkedLine } from './line-facts.js';
import { forgetDocument, moveTo } from './move-import.js';

/** What holds for each line that says nothing else, and who hears what they name. */
export interface ImportFacts {
  /** In the order in which they are asked; none given: all accounts by which the list's library hears, its own first. */
  readonly accountIds?: readonly string[] | null | undefined;
  readonly reason?: string | null | undefined;
  readonly category?: string | null | undefined;
  readonly reviewOn?: string | null | undefined;
  readonly keepDays?: number | null | undefined;
}

/** What was read, beside its entries. */
interface ReadAs {
  readonly format: FollowImportRow['format'];
  readonly encoding: string | null;
  readonly source: ListSource | null;
}

const linesAtOnce = 1_000;
const largestPart = 1_000_000;

/**
 * Brings many things to follow into a list: a document in parts, or the entries of a network's list. Read, looked up in the background, shown line by
 * line, and then applied: exactly what was shown, in one transaction. Nothing is followed before; states are those of {@link ImportState}.
 *
 * All methods throw PlatformError: NOT_FOUND, FORBIDDEN, BAD_INPUT, and CONFLICT where the import is past what is asked of it.
 */
@Injectable()
export class FollowImportsService {
  constructor(
    private readonly desk: FollowDesk,
    private readonly lines: ImportLinesRepository,
    private readonly accounts: FollowAccounts,
    private readonly jobs: Jobs,
    private readonly applying: ImportApplying,
  ) {}

  /** @param told.name what staff know it by: the name of the file, say */
  start(actor: Actor, told: { readonly listId: string; readonly name?: string | null | undefined }): Promise<FollowImportRow> {
    const [listId, name] = [writtenId(told.listId, 'listId'), optionalWords(told.name, 'name', 300)];
    return this.desk.act(actor, async (act) => {
      const list = await act.list(listId);
      const [row] = await act.tx.query<FollowImportRow>(
        `insert into follow_import as i (id, library_id, list_id, name, made_by) values ($1, $2, $3, $4, $5) returning ${followImportColumns}`,
        [newId(), list.libraryId, list.id, name, actor.id],
      );
      return row as FollowImportRow;
    });
  }

  /** The next bytes of its document. A document may come in as many parts as it takes. */
  addPart(actor: Actor, importId: string, content: Uint8Array): Promise<FollowImportRow> {
    if (content.length > largestPart) throw new PlatformError('BAD_INPUT', `A part has ${largestPart} bytes at most: give the document in several.`, 'content');
    return this.holding(actor, importId, ['receiving'], async (act, held) => {
      const [sum] = await act.tx.query<{ parts: number; bytes: number }>('select count(*)::int as parts, coalesce(sum(length(content)), 0)::int as bytes from follow_import_part where import_id = $1 and library_id = $2', [held.id, held.libraryId]);
      if ((sum?.bytes ?? 0) + content.length > largestDocument) throw new PlatformError('BAD_INPUT', `A document has ${largestDocument / 1024 / 1024} MB at most: divide it.`, 'content');
      await act.tx.query('insert into follow_import_part(import_id, library_id, part, content) values ($1, $2, $3, $4)', [held.id, held.libraryId, (sum?.parts ?? 0) + 1, Buffer.from(content)]);
      return held;
    });
  }

  /**
   * Reads the document, also again in another way; whatever was known of its lines is forgotten.
   * @param bytes the document, where it did not come in parts
   */
  async read(actor: Actor, importId: string, reading: DocumentReading, facts: ImportFacts, bytes: DocumentBytes = this.parts(actor, importId)): Promise<FollowImportRow | ListUnreadable> {
    try {
      const { entries, format, encoding, source } = await openDocument(bytes, reading);
      return await this.take(actor, importId, facts, entries, { format, encoding, source: source ?? null });
    } catch (error) {
      if (error instanceof UnreadableDocument) return new ListUnreadable(error);
      throw error;
    }
  }

  /**
   * The same for entries that come from elsewhere: a list on a network. They are asked for between transactions, as slowly as they come; where they
   * fail, what came of them is forgotten and the error goes on to the caller.
   * @param lookedUp by a job, or by the caller, who has to see to it that it is
   */
  readEntries(actor: Actor, importId: string, facts: ImportFacts, entries: AsyncIterable<ListEntry>, lookedUp: 'by-job' | 'by-caller' = 'by-job'): Promise<FollowImportRow> {
    return this.take(actor, importId, facts, entries, { format: 'network', encoding: null, source: null }, lookedUp);
  }

  /**
   * Adds what was shown, all of it or nothing: at once, or, where it is much, by a job. What somebody else added meanwhile is said to be there already,
   * and whom our own lists name since is refused. Applied once; asked again, it answers as it is.
   */
  apply(actor: Actor, importId: string): Promise<FollowImportRow> {
    return this.desk.act(actor, (act) => this.applyIn(act, importId));
  }

  /** The same as a part of something more. */
  async applyIn(act: FollowAct, importId: string): Promise<FollowImportRow> {
    const held = await holdIn(act, importId, ['ready', 'applying', 'applied']);
    if (held.state === 'applied') return held;
    if (held.state === 'ready') {
      const { toAdd } = await this.lines.extent(act.tx, held);
      if (toAdd <= addedAtOnce) return this.applying.addAll(act.tx, held, act.actor.id);
      await act.tx.query('update follow_import set applied_by = $3, lines_applied = 0 where id = $1 and library_id = $2', [held.id, held.libraryId, act.actor.id]);
    }
    // Also where it is being applied: asking again helps where its job failed for the last time.
    await this.jobs.enqueue(act.tx, applyImportJob, { importId: held.id }, { libraryId: held.libraryId });
    return held.state === 'applying' ? held : moveTo(act.tx, held, 'applying');
  }

  /** Leaves it at that: nothing was followed, nothing is. */
  discard(actor: Actor, importId: string): Promise<FollowImportRow> {
    return this.desk.act(actor, (act) => this.discardIn(act, importId));
  }

  /** The same as a part of something more. */
  async discardIn(act: FollowAct, importId: string): Promise<FollowImportRow> {
    const held = await holdIn(act, importId, ['receiving', 'looking-up', 'ready', 'discarded']);
    if (held.state === 'discarded') return held;
    await this.lines.clear(act.tx, held);
    await forgetDocument(act.tx, held);
    return moveTo(act.tx, held, 'discarded');
  }

  private async take(actor: Actor, importId: string, told: ImportFacts, entries: AsyncIterable<ListEntry>, as: ReadAs, lookedUp: 'by-job' | 'by-caller' = 'by-job'): Promise<FollowImportRow> {
    const held = await this.begin(actor, importId, told, as);
    let [batch, count] = [[] as ListEntry[], 0];
    const store = async (): Promise<void> => {
      const lines = batch.map((entry) => checkedLine(entry, held));
      await this.holdingVersion(actor, held, (act) => this.lines.insert(act.tx, held, lines, count + 1));
      count += batch.length;
      batch = [];
    };
    try {
      for await (const entry of entries) if (batch.push(entry) === linesAtOnce) await store();
      if (batch.length > 0) await store();
    } catch (error) {
      await this.holdingVersion(actor, held, (act) => this.lines.clear(act.tx, held));
      throw error;
    }
    return this.holdingVersion(actor, held, async (act) => {
      if (lookedUp === 'by-job') await this.jobs.enqueue(act.tx, lookUpImportJob, { importId: held.id }, { libraryId: held.libraryId });
      return moveTo(act.tx, held, 'looking-up');
    });
  }

  /** From here on nothing else that reads it, and nobody who looks up what was read before, has it. */
  private begin(actor: Actor, importId: string, told: ImportFacts, { format, encoding, source }: ReadAs): Promise<FollowImportRow> {
    const facts = checkedFacts(told);
    return this.holding(actor, importId, ['receiving', 'looking-up', 'ready'], async (act, held) => {
      const accountIds = await this.accounts.inOrder(act.tx, held.libraryId, told.accountIds);
      await this.lines.clear(act.tx, held);
      const [row] = await act.tx.query<FollowImportRow>(
        `update follow_import i set state = 'receiving', account_ids = $3, format = $4, encoding = $5, source = $6, reason = $7, category = $8, review_on = $9, keep_days = $10,
           state_words = null, next_at = now(), lease_token = lease_token + 1, lease_until = null, version = version + 1
         where i.id = $1 and i.library_id = $2 returning ${followImportColumns}`,
        [held.id, held.libraryId, accountIds, format, encoding, source === null ? null : JSON.stringify(source), facts.reason, facts.category, facts.reviewOn, facts.keepDays],
      );
      return row as FollowImportRow;
    });
  }

  private holding<T>(actor: Actor, importId: string, states: readonly FollowImportRow['state'][], work: (act: FollowAct, held: FollowImportRow) => Promise<T>): Promise<T> {
    return this.desk.act(actor, async (act) => work(act, await holdIn(act, importId, states)));
  }

  private holdingVersion<T>(actor: Actor, { id, version }: FollowImportRow, work: (act: FollowAct) => Promise<T>): Promise<T> {
    return this.holding(actor, id, ['receiving'], (act, held) => {
      if (held.version !== version) throw new PlatformError('CONFLICT', 'Somebody reads this import anew at this moment.', 'importId');
      return work(act);
    });
  }

  private parts(actor: Actor, importId: string): DocumentBytes {
    const part = (number: number): Promise<Buffer | undefined> =>
      this.holding(actor, importId, ['receiving', 'looking-up', 'ready'], async ({ tx }, held) =>
        (await tx.query<{ content: Buffer }>('select content from follow_import_part where import_id = $1 and library_id = $2 and part = $3', [held.id, held.libraryId, number]))[0]?.content);
    return async function* () {
      for (let number = 1, content = await part(1); content !== undefined; content = await part(++number)) yield content;
    };
  }
}

const holdIn = async (act: FollowAct, told: string, states: readonly FollowImportRow['state'][]): Promise<FollowImportRow> => {
  const importId = writtenId(told, 'importId');
  const noSuch = new PlatformError('NOT_FOUND', 'There is no such import.', 'importId');
  const [seen] = await act.tx.query<{ listId: string }>('select list_id as "listId" from follow_import where id = $1 and library_id in (select scope())', [importId]);
  if (seen === undefined) throw noSuch;
  // The list first, as everybody who changes follows: whoever holds it changes none of its imports beside another.
  const list = await act.list(seen.listId);
  const [held] = await act.tx.query<FollowImportRow>(`select ${followImportColumns} from follow_import i where i.id = $1 and i.library_id = $2 for update`, [importId, list.libraryId]);
  if (held === undefined) throw noSuch;
  if (!states.includes(held.state)) throw new PlatformError('CONFLICT', `This import is ${inWords[held.state]}.`, 'importId');
  return held;
};

const inWords: Readonly<Record<FollowImportRow['state'], string>> = {
  receiving: 'not read yet', 'looking-up': 'still being looked up', ready: 'ready to be applied', applying: 'being applied', applied: 'applied already', discarded: 'discarded',
};

const checkedFacts = ({ reason, category, reviewOn, keepDays }: ImportFacts) => ({
  reason: optionalWords(reason, 'reason', 500),
  category: category == null ? null : writtenChoice(category, followCategories, 'category'),
  reviewOn: writtenDay(reviewOn, 'reviewOn'),
  keepDays: writtenDays(keepDays, 'keepDays'),
});
