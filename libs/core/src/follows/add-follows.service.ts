import { Injectable } from '@nestjs/common';
import { newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Actor } from '../staff/index.js';
import { readLines } from './documents/read-lines.js';
import type { ListEntry } from './documents/list-entry.js';
import { UnreadableDocument } from './documents/unreadable.js';
import { EntryLookUp } from './entry-look-up.js';
import { FollowAccounts } from './follow-accounts.js';
import { FollowDesk, type FollowAct } from './follow-desk.js';
import type { FollowListRow } from './follow.row.js';
import { checkedFacts, type FollowFacts } from './follows.service.js';
import { type FollowTarget, type FoundEntry, identityOf } from './found-entry.js';
import type { LineOutcome } from './imports/follow-import.row.js';
import { OwnLists } from './own-lists.js';
import { writtenId } from './written-words.js';

/** Where they go, and who hears them. */
export interface FollowPlace {
  readonly listId: string;
  /** In the order in which they are asked; none given: all accounts by which the list's library hears. */
  readonly accountIds?: readonly string[] | null | undefined;
}

/** What became of one line. */
export interface FollowLine {
  readonly line: number;
  readonly text: string;
  readonly outcome: LineOutcome;
  /** In words, of what was not simply added; and what can be done about it. */
  readonly why: string | null;
  readonly cure: string | null;
  /** What the line names; of `several`, what to choose from by writing its key instead. */
  readonly targets: readonly FollowTarget[];
  /** Of `added` and `already-there`, the follow. */
  readonly followId: string | null;
}

const mostLines = 100;
const longestPaste = 50_000;
/** What was not asked by then says so. */
const longestLookUpMs = 60_000;

/**
 * Adds a few things at once, while somebody waits for it. What can be followed is added in one transaction, and each line says what became of it;
 * repeating it adds nothing twice. More, or a look before it happens, is what {@link FollowImportsService} is for.
 */
@Injectable()
export class AddFollowsService {
  constructor(
    private readonly desk: FollowDesk,
    private readonly lookUp: EntryLookUp,
    private readonly accounts: FollowAccounts,
    private readonly ownLists: OwnLists,
  ) {}

  /** @throws PlatformError NOT_FOUND, FORBIDDEN; BAD_INPUT for too many lines or none, a missing reason or an unknown category */
  async add(actor: Actor, place: FollowPlace, text: string, told: FollowFacts): Promise<readonly FollowLine[]> {
    const facts = checkedFacts(told);
    const listId = writtenId(place.listId, 'listId');
    const entries = await linesOf(text);
    // Rights are asked before the network is, and the network before the transaction that writes.
    return this.addEntries(actor, await this.placed(actor, listId, place.accountIds), entries, facts);
  }

  /** The same for one thing that somebody was offered: what it is is known. */
  async addTarget(actor: Actor, place: FollowPlace, target: FollowTarget, told: FollowFacts): Promise<readonly FollowLine[]> {
    const facts = checkedFacts(told);
    return this.addEntries(actor, await this.placed(actor, writtenId(place.listId, 'listId'), place.accountIds), [{ line: 1, text: target.key, target }], facts);
  }

  private async placed(actor: Actor, listId: string, told: FollowPlace['accountIds']): Promise<{ readonly listId: string; readonly accountIds: readonly string[] }> {
    return { listId, accountIds: await this.desk.act(actor, async (act) => this.accounts.inOrder(act.tx, (await act.list(listId)).libraryId, told)) };
  }

  private async addEntries(actor: Actor, { listId, accountIds }: { readonly listId: string; readonly accountIds: readonly string[] }, entries: readonly ListEntry[], facts: ReturnType<typeof checkedFacts>): Promise<readonly FollowLine[]> {
    const named = await this.lookUp.find(accountIds, entries, actor, Date.now() + longestLookUpMs);
    return this.desk.act(actor, async (act) => {
      const list = await act.list(listId);
      await this.accounts.inOrder(act.tx, list.libraryId, accountIds);
      const found = await this.ownLists.refuse(act.tx, list.libraryId, named);
      // The list is locked: nobody adds to it between what is seen here and what is written below.
      const planned = plan(found, await followsThere(act, list, found));
      const adding = planned.flatMap(({ adds }) => adds ?? []);
      if (adding.length > 0) await insert(act, list, adding, facts);
      return planned.map(({ line, adds }) => (adds === undefined ? line : { ...line, outcome: 'added', followId: adds.id }));
    });
  }
}

const linesOf = async (text: string): Promise<readonly ListEntry[]> => {
  if (text.length > longestPaste) throw new PlatformError('BAD_INPUT', `Add ${longestPaste} characters at most at once: bring more in by an import.`, 'text');
  try {
    const entries = await Array.fromAsync(readLines((async function* () { yield text; })()));
    if (entries.length === 0) throw new PlatformError('BAD_INPUT', 'There is nothing in it to follow.', 'text');
    if (entries.length > mostLines) throw new PlatformError('BAD_INPUT', `Add ${mostLines} lines at most at once; these are ${entries.length}: bring more in by an import.`, 'text');
    return entries;
  } catch (error) {
    if (error instanceof UnreadableDocument) throw new PlatformError('BAD_INPUT', error.message, 'text', { cause: error });
    throw error;
  }
};

interface Adding extends FollowTarget {
  readonly id: string;
  readonly accountId: string;
}

interface PlannedLine {
  readonly line: FollowLine;
  readonly adds?: Adding;
}

const plan = (found: readonly FoundEntry[], there: ReadonlyMap<string, string>): readonly PlannedLine[] => {
  const lines = new Map<string, number>();
  return found.map(({ entry: { line, text }, targets, accountId, refused, moved, again }): PlannedLine => {
    const report = (outcome: LineOutcome, why: string | null, cure: string | null = null, followId: string | null = null): PlannedLine => ({ line: { line, text, outcome, why, cure, targets, followId } });
    const [target] = targets;
    if (again !== undefined) return report('refused', 'There was no time left to look it up, or its network asks to wait.', 'Add it again later.');
    if (refused !== undefined || target === undefined || accountId === null) return report('refused', refused?.why ?? null, refused?.cure);
    if (targets.length > 1) return report('several', `It names ${targets.length} things.`, 'Write the one that you mean.');
    const known = there.get(identityOf(target));
    if (known !== undefined) return report('already-there', 'It is on this list.', null, known);
    const earlier = lines.get(identityOf(target));
    if (earlier !== undefined) return report('already-there', `It is the same as line ${earlier}.`);
    lines.set(identityOf(target), line);
    return { ...report('will-add', moved ?? null), adds: { ...target, accountId, id: newId() } };
  });
};

/** Which of the found targets the list follows now: identity → follow. */
const followsThere = async ({ tx }: FollowAct, list: FollowListRow, found: readonly FoundEntry[]): Promise<ReadonlyMap<string, string>> => {
  const targets = found.flatMap((entry) => entry.targets);
  const rows = await tx.query<FollowTarget & { readonly id: string }>(
    `select f.id, f.kind, f.network, f.key from unnest($3::text[], $4::text[], $5::text[]) t(kind, network, key)
     join follow f on f.list_id = $1 and f.library_id = $2 and f.kind = t.kind and f.network = t.network and f.key = t.key and f.removed_at is null`,
    [list.id, list.libraryId, targets.map(({ kind }) => kind), targets.map(({ network }) => network), targets.map(({ key }) => key)],
  );
  return new Map(rows.map((row) => [identityOf(row), row.id]));
};

const insert = async (act: FollowAct, list: FollowListRow, adding: readonly Adding[], facts: ReturnType<typeof checkedFacts>): Promise<void> => {
  await act.tx.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category, added_by, review_on, keep_days)
     select t.id, $1, $2, t.account_id, t.kind, t.network, t.key, t.label, $3, $4, $5, $6, $7
     from unnest($8::uuid[], $9::uuid[], $10::text[], $11::text[], $12::text[], $13::text[]) t(id, account_id, kind, network, key, label)`,
    [
      list.libraryId, list.id, facts.reason, facts.category, act.actor.id, facts.reviewOn, facts.keepDays, adding.map(({ id }) => id), adding.map(({ accountId }) => accountId),
      adding.map(({ kind }) => kind), adding.map(({ network }) => network), adding.map(({ key }) => key), adding.map(({ label }) => label),
    ],
  );
  await act.record(list, 'follow.added', { follows: adding.map(({ id }) => id) });
  act.replan(adding.map(({ accountId }) => accountId));
};
