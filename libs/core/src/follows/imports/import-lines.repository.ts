import { Injectable } from '@nestjs/common';
import { type Tx, readSql } from '../../database/index.js';
import type { EntryRefusal, FoundEntry } from '../found-entry.js';
import type { Named } from '../own-lists.js';
import type { FollowImportRow, LineOutcome, WaitingLine } from './follow-import.row.js';
import type { CheckedLine } from './line-facts.js';

type Import = Pick<FollowImportRow, 'id' | 'libraryId'>;

const insertSql = readSql(import.meta.url, './sql/insert-lines.sql');
const foundSql = readSql(import.meta.url, './sql/write-found.sql');
const repeatedSql = readSql(import.meta.url, './sql/mark-repeated.sql');
const thereSql = readSql(import.meta.url, './sql/mark-already-there.sql');
const addSql = readSql(import.meta.url, './sql/add-follows.sql');
const refusedSql = readSql(import.meta.url, './sql/refuse-lines.sql');
const notAddedSql = readSql(import.meta.url, './sql/tell-not-added.sql');

/** What a line says is shown in reports; nobody writes so much on purpose. */
const shown = (text: string): string => text.toWellFormed().replaceAll('\u0000', ' ').slice(0, 2_200);

/** Writes the lines of an import, set by set. Every method belongs into a transaction that holds the import. */
@Injectable()
export class ImportLinesRepository {
  /** @param entry the number of the first */
  async insert(tx: Tx, of: Import, lines: readonly CheckedLine[], entry: number): Promise<void> {
    await tx.query(insertSql, [
      of.id, of.libraryId, lines.map((_, index) => entry + index), lines.map(({ entry: { line } }) => line), lines.map(({ entry: { text } }) => shown(text)),
      lines.map(({ label }) => label), lines.map(({ reason }) => reason), lines.map(({ category }) => category), lines.map(({ reviewOn }) => reviewOn), lines.map(({ keepDays }) => keepDays),
      lines.map(({ entry: { target } }) => (target === undefined ? null : JSON.stringify(target))), lines.map(({ refused }) => (refused === undefined ? 'waiting' : 'refused')),
      lines.map(({ refused }) => refused?.why ?? null), lines.map(({ refused }) => refused?.cure ?? null),
    ]);
  }

  async clear(tx: Tx, of: Import): Promise<void> {
    await tx.query('delete from follow_import_line where import_id = $1 and library_id = $2', [of.id, of.libraryId]);
  }

  /** @param after the number of an entry */
  waiting(tx: Tx, of: Import, after: number, most: number): Promise<WaitingLine[]> {
    return tx.query<WaitingLine>(
      `select entry, line, text, label, given from follow_import_line where import_id = $1 and library_id = $2 and entry > $3 and outcome = 'waiting' order by entry limit $4`,
      [of.id, of.libraryId, after, most],
    );
  }

  /** What was found out; entries that a network wants us to wait for go on waiting. */
  async writeFound(tx: Tx, of: Import, found: readonly (FoundEntry & { readonly number: number; readonly id: string })[]): Promise<void> {
    const rows = found.filter(({ again }) => again === undefined);
    const one = rows.map(({ targets }) => (targets.length === 1 ? targets[0] : undefined));
    await tx.query(foundSql, [
      of.id, of.libraryId, rows.map(({ number }) => number), rows.map(outcomeOf), rows.map(whyOf), rows.map(cureOf), rows.map(({ accountId }) => accountId), rows.map(({ targets }) => (targets.length > 1 ? JSON.stringify(targets) : null)),
      one.map((target) => target?.kind ?? null), one.map((target) => target?.network ?? null), one.map((target) => target?.key ?? null), one.map((target) => target?.label ?? null), rows.map(({ id }) => id),
    ]);
  }

  /** Of all that would be added: what an earlier line says already, and what the list follows. */
  async settle(tx: Tx, of: Import & Pick<FollowImportRow, 'listId'>): Promise<void> {
    await tx.query(repeatedSql, [of.id, of.libraryId]);
    await tx.query(thereSql, [of.id, of.libraryId, of.listId]);
  }

  /** The number of the last entry, and how many are to be added. */
  async extent(tx: Tx, of: Import): Promise<{ readonly last: number; readonly toAdd: number }> {
    const [row] = await tx.query<{ last: number; toAdd: number }>(
      `select coalesce(max(entry), 0)::int as last, (count(*) filter (where outcome in ('will-add', 'moved')))::int as "toAdd" from follow_import_line where import_id = $1 and library_id = $2`, [of.id, of.libraryId]);
    return row ?? { last: 0, toAdd: 0 };
  }

  /** Of the entries from `first` to `last` that are to be added: those that name an author. */
  somebody(tx: Tx, of: Import, [first, last]: readonly [number, number]): Promise<Named[]> {
    return tx.query<Named>(
      `select entry as number, network, key, target_label as label from follow_import_line
       where import_id = $1 and library_id = $2 and outcome in ('will-add', 'moved') and kind in ('profile', 'feed') and entry between $3 and $4 order by entry`,
      [of.id, of.libraryId, first, last],
    );
  }

  async refuse(tx: Tx, of: Import, refused: ReadonlyMap<number, EntryRefusal>): Promise<void> {
    if (refused.size === 0) return;
    const because = [...refused.values()];
    await tx.query(refusedSql, [of.id, of.libraryId, [...refused.keys()], because.map(({ why }) => why), because.map(({ cure }) => cure)]);
  }

  /** Follows those of the entries from `first` to `last` that are to be added. @returns how many were */
  async add(tx: Tx, of: FollowImportRow, [first, last]: readonly [number, number], actorId: string): Promise<number> {
    const [row] = await tx.query<{ added: number }>(addSql, [of.id, of.libraryId, of.listId, first, last, actorId, of.reason, of.category, of.reviewOn, of.keepDays, of.accountIds]);
    return row?.added ?? 0;
  }

  /** After all was added: says why of each line that was not. What it leaves as it was shown is what was added, as soon as the import is applied. */
  async tellNotAdded(tx: Tx, of: Import): Promise<void> {
    await tx.query(notAddedSql, [of.id, of.libraryId]);
  }
}

const outcomeOf = ({ refused, targets, moved }: FoundEntry): LineOutcome => (refused !== undefined ? 'refused' : targets.length > 1 ? 'several' : moved === undefined ? 'will-add' : 'moved');
const whyOf = ({ refused, targets, moved }: FoundEntry): string | null => refused?.why ?? (targets.length > 1 ? `It names ${targets.length} things.` : (moved ?? null));
const cureOf = ({ refused, targets }: FoundEntry): string | null => refused?.cure ?? (targets.length > 1 ? 'Write the one that you mean.' : null);
