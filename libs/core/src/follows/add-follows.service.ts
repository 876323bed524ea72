import { Injectable } from '@nestjs/common';
import { newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import type { Actor } from '../staff/index.js';
import { findTargets, type FollowTarget, type FoundEntry } from './find-targets.js';
import { FollowDesk, type FollowAct } from './follow-desk.js';
import { entriesOfPaste, type FollowEntry } from './follow-entries.js';
import { checkedFacts, type FollowFacts } from './follows.service.js';
import { entriesOfOpml } from './opml.js';
import { TargetResolver } from './target-resolver.js';
import { writtenId } from './written-words.js';
import type { FollowListRow } from './follow.row.js';

/** What many things to follow are given as: one a line, or the OPML that other readers export. */
export type FollowSource = { readonly text: string } | { readonly opml: string };

/** Where they go, and the account that hears them. */
export interface FollowPlace {
  readonly listId: string;
  readonly accountId: string;
}

export const lineOutcomes = ['will-add', 'added', 'already-there', 'several', 'refused'] as const;
export type LineOutcome = (typeof lineOutcomes)[number];

/** What becomes, or became, of one line. */
export interface FollowLine {
  readonly line: number;
  readonly text: string;
  readonly outcome: LineOutcome;
  /** Of `already-there`, `several` and `refused`: in words. */
  readonly why: string | null;
  /** What the line names; of `several`, what to choose from by writing its key instead. */
  readonly targets: readonly FollowTarget[];
  /** Of `added` and `already-there`, the follow. */
  readonly followId: string | null;
}

/**
 * Adds follows, many at once. A preview looks everything up and changes nothing; adding reports the same, line by line, and writes all lines
 * that can be added in one transaction: a failure in the midst of it leaves nothing half done, and repeating it adds nothing twice.
 */
@Injectable()
export class AddFollowsService {
  constructor(
    private readonly desk: FollowDesk,
    private readonly resolver: TargetResolver,
  ) {}

  /** @throws PlatformError BAD_INPUT where the whole cannot be read; NOT_FOUND, FORBIDDEN */
  async preview(actor: Actor, place: FollowPlace, source: FollowSource): Promise<readonly FollowLine[]> {
    const found = await this.find(actor, place, source);
    return this.desk.act(actor, async (act) => plan(found, await followsThere(act, await act.list(place.listId), found)).map(({ line }) => line));
  }

  /** @throws PlatformError as {@link AddFollowsService.preview}, and BAD_INPUT for a missing reason or an unknown category. */
  async add(actor: Actor, place: FollowPlace, source: FollowSource, told: FollowFacts): Promise<readonly FollowLine[]> {
    const facts = checkedFacts(told);
    const found = await this.find(actor, place, source);
    return this.desk.act(actor, async (act) => {
      const list = await act.list(place.listId);
      await this.requireAccount(act, list, place);
      // The list is locked: nobody adds to it between what is seen here and what is written below.
      const planned = plan(found, await followsThere(act, list, found));
      const adding = planned.flatMap(({ adds }) => adds ?? []);
      if (adding.length > 0) await insert(act, list, place.accountId, adding, facts);
      return planned.map(({ line, adds }) => (adds === undefined ? line : { ...line, outcome: 'added', followId: adds.id }));
    });
  }

  /** Rights are asked before the network is, and the network before the transaction that writes. */
  private async find(actor: Actor, place: FollowPlace, source: FollowSource): Promise<readonly FoundEntry[]> {
    writtenId(place.listId, 'listId');
    const entries: readonly FollowEntry[] = 'opml' in source ? entriesOfOpml(source.opml) : entriesOfPaste(source.text);
    await this.desk.act(actor, async (act) => this.requireAccount(act, await act.list(place.listId), place));
    return findTargets(this.resolver, place.accountId, entries, actor);
  }

  /** An account of the list's library or of one above it. */
  private async requireAccount({ tx }: FollowAct, list: FollowListRow, { accountId }: FollowPlace): Promise<void> {
    writtenId(accountId, 'accountId');
    const [account] = await tx.query('select 1 from account a join library_line l on l.ancestor_id = a.library_id where a.id = $1 and l.library_id = $2 and a.removed_at is null', [accountId, list.libraryId]);
    if (account === undefined) throw new PlatformError('NOT_FOUND', 'There is no such account at the library of this list.', 'accountId');
  }
}

interface Adding extends FollowTarget {
  readonly id: string;
}

interface PlannedLine {
  readonly line: FollowLine;
  readonly adds?: Adding;
}

const identity = ({ kind, network, key }: Pick<FollowTarget, 'kind' | 'network' | 'key'>): string => JSON.stringify([kind, network, key]);

const plan = (found: readonly FoundEntry[], there: ReadonlyMap<string, string>): readonly PlannedLine[] => {
  const lines = new Map<string, number>();
  return found.map(({ line, text, targets, why }): PlannedLine => {
    const report = (outcome: LineOutcome, because: string | null, followId: string | null = null): PlannedLine => ({ line: { line, text, outcome, why: because, targets, followId } });
    const [target] = targets;
    if (target === undefined) return report('refused', why ?? 'Nothing that could be followed goes by this name.');
    if (targets.length > 1) return report('several', `It names ${targets.length} things: write the one that you mean.`);
    const known = there.get(identity(target));
    if (known !== undefined) return report('already-there', 'It is on this list.', known);
    const earlier = lines.get(identity(target));
    if (earlier !== undefined) return report('already-there', `It is the same as line ${earlier}.`);
    lines.set(identity(target), line);
    return { ...report('will-add', null), adds: { ...target, id: newId() } };
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
  return new Map(rows.map((row) => [identity(row), row.id]));
};

const insert = async (act: FollowAct, list: FollowListRow, accountId: string, adding: readonly Adding[], facts: ReturnType<typeof checkedFacts>): Promise<void> => {
  await act.tx.query(
    `insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category, added_by, review_on, keep_days)
     select t.id, $1, $2, $3, t.kind, t.network, t.key, t.label, $4, $5, $6, $7, $8
     from unnest($9::uuid[], $10::text[], $11::text[], $12::text[], $13::text[]) t(id, kind, network, key, label)`,
    [
      list.libraryId, list.id, accountId, facts.reason, facts.category, act.actor.id, facts.reviewOn, facts.keepDays,
      adding.map(({ id }) => id), adding.map(({ kind }) => kind), adding.map(({ network }) => network), adding.map(({ key }) => key), adding.map(({ label }) => label),
    ],
  );
  await act.record(list, 'follow.added', { follows: adding.map(({ id }) => id) });
  act.replan([accountId]);
};
