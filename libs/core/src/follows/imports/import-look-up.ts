import { Injectable } from '@nestjs/common';
import { Database, newId, type Tx } from '../../database/index.js';
import type { ListEntry } from '../documents/list-entry.js';
import { EntryLookUp } from '../entry-look-up.js';
import type { FoundEntry } from '../found-entry.js';
import { OwnLists } from '../own-lists.js';
import { type FollowImportRow, followImportColumns, type WaitingLine } from './follow-import.row.js';
import { ImportLinesRepository } from './import-lines.repository.js';

/** So few that a lease outlives them where every look-up takes as long as it may. */
const askedAtOnce = 50;
/** What was found is written down after so many lines, or so long: a process that is killed loses no more. */
const keptAtOnce = 1_000;
const keptAfterMs = 5_000;
const leaseMs = 5 * 60_000;

type FoundLine = FoundEntry & { readonly number: number; readonly id: string };

interface Leased extends FollowImportRow {
  readonly token: string;
}

/** An import, and the system actor of its library. */
export interface LookedUp {
  readonly importId: string;
  readonly actorId: string;
}

/** `waiting`: it was told to stop, or a network asks to wait. `elsewhere`: another process has it. `over`: it is not to be looked up any more. */
export type LookUpEnd = { readonly how: 'ready' | 'elsewhere' | 'over' } | { readonly how: 'waiting'; readonly again: Date };

/**
 * Looks up the lines of an import, a few at a time, until all are known: then it is ready. One process at a time has it, by a lease with a fencing token;
 * one that was killed is taken over once it is known to be gone, and goes on at the first line that is not known. Network budgets are those of the accounts.
 */
@Injectable()
export class ImportLookUp {
  constructor(
    private readonly database: Database,
    private readonly lines: ImportLinesRepository,
    private readonly lookUp: EntryLookUp,
    private readonly ownLists: OwnLists,
  ) {}

  async run({ importId, actorId }: LookedUp, stop?: AbortSignal): Promise<LookUpEnd> {
    const holder = await this.database.holder();
    const leased = await this.database.working(actorId, (tx) => take(tx, importId, holder));
    if (leased === undefined) return this.database.working(actorId, (tx) => whyNot(tx, importId));
    let waiting = await this.database.working(actorId, (tx) => this.lines.waiting(tx, leased, 0, keptAtOnce));
    for (;;) {
      if (stop?.aborted === true) return this.release(actorId, leased, new Date(), null);
      if (waiting.length === 0) return this.settle(actorId, leased);
      const found = await this.find(leased, waiting, actorId, stop);
      const next = await this.database.working(actorId, async (tx) => {
        if (!(await renew(tx, leased))) return undefined;
        await this.lines.writeFound(tx, leased, await this.ownLists.refuse(tx, leased.libraryId, found));
        return this.lines.waiting(tx, leased, found.at(-1)?.number ?? 0, keptAtOnce);
      });
      if (next === undefined) return { how: 'over' };
      waiting = next;
      const again = found.flatMap((each) => each.again?.getTime() ?? []);
      if (again.length > 0) return this.release(actorId, leased, new Date(Math.min(...again)), 'A network asks to wait before it answers more.');
    }
  }

  /** As many of these lines, from the first, as can be looked up before something has to be written down. */
  private async find({ accountIds }: Leased, waiting: readonly WaitingLine[], actorId: string, stop: AbortSignal | undefined): Promise<readonly FoundLine[]> {
    const [found, since] = [[] as FoundLine[], performance.now()];
    for (let at = 0; at < waiting.length; at += askedAtOnce) {
      const asked = waiting.slice(at, at + askedAtOnce);
      const answers = await this.lookUp.find(accountIds, asked.map(entryOf), { id: actorId, kind: 'system' });
      found.push(...answers.map((each, index) => ({ ...each, number: asked[index]?.entry ?? 0, id: newId() })));
      if (stop?.aborted === true || answers.some(({ again }) => again !== undefined) || performance.now() - since > keptAfterMs) break;
    }
    return found;
  }

  private settle(actorId: string, leased: Leased): Promise<LookUpEnd> {
    return this.database.working(actorId, async (tx) => {
      if (!(await renew(tx, leased))) return { how: 'over' };
      await this.lines.settle(tx, leased);
      await tx.query(
        `update follow_import set state = 'ready', state_words = null, lease_until = null, version = version + 1 where id = $1 and library_id = $2`,
        [leased.id, leased.libraryId],
      );
      tx.hint({ kind: 'follow-list', id: leased.listId, library: leased.libraryId });
      return { how: 'ready' };
    });
  }

  private release(actorId: string, leased: Leased, nextAt: Date, words: string | null): Promise<LookUpEnd> {
    return this.database.working(actorId, async (tx) => {
      if (!(await renew(tx, leased))) return { how: 'over' };
      await tx.query('update follow_import set lease_until = null, next_at = $3, state_words = $4 where id = $1 and library_id = $2', [leased.id, leased.libraryId, nextAt, words]);
      return { how: 'waiting', again: nextAt };
    });
  }
}

const take = async (tx: Tx, importId: string, holder: string): Promise<Leased | undefined> => {
  const [leased] = await tx.query<Leased>(
    `update follow_import i set lease_token = lease_token + 1, lease_holder = $3, lease_until = now() + $2 * interval '1 millisecond', state_words = null
     where i.id = $1 and i.library_id in (select scope()) and i.state = 'looking-up' and i.next_at <= now() and (i.lease_until is null or i.lease_until <= now() or holder_is_gone(i.lease_holder))
     returning ${followImportColumns}, i.lease_token::text as token`,
    [importId, leaseMs, holder],
  );
  return leased;
};

const whyNot = async (tx: Tx, importId: string): Promise<LookUpEnd> => {
  const [row] = await tx.query<{ leased: boolean; nextAt: Date }>(
    `select coalesce(lease_until > now() and not holder_is_gone(lease_holder), false) as leased, next_at as "nextAt" from follow_import where id = $1 and library_id in (select scope()) and state = 'looking-up'`,
    [importId],
  );
  if (row === undefined) return { how: 'over' };
  return row.leased ? { how: 'elsewhere' } : { how: 'waiting', again: row.nextAt };
};

/** Whether it is still ours. */
const renew = async (tx: Tx, { id, libraryId, token }: Leased): Promise<boolean> => {
  const rows = await tx.query(
    `update follow_import set lease_until = now() + $4 * interval '1 millisecond' where id = $1 and library_id = $2 and lease_token = $3 and state = 'looking-up' returning id`,
    [id, libraryId, token, leaseMs],
  );
  return rows.length > 0;
};

const entryOf = ({ line, text, label, given }: WaitingLine): ListEntry => ({ line, text, ...(label === null ? {} : { label }), ...(given === null ? {} : { target: given }) });
