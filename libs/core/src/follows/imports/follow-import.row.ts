import type { DocumentFormat } from '../documents/read-document.js';
import type { ListSource } from '../documents/exchange-list.js';
import type { GivenTarget } from '../documents/list-entry.js';
import type { FollowCategory } from '../follow.row.js';
import type { FollowTarget } from '../found-entry.js';

export const importStates = ['receiving', 'looking-up', 'ready', 'applying', 'applied', 'discarded'] as const;
/** receiving ─ read ─▶ looking-up ─ all lines are known ─▶ ready ─ apply ─▶ (applying, where it is much) ─▶ applied; from each of the first three: ─ discard, or thirty days ─▶ discarded. Reading again begins anew. */
export type ImportState = (typeof importStates)[number];

export const lineOutcomes = ['waiting', 'will-add', 'moved', 'added', 'already-there', 'several', 'refused'] as const;
export type LineOutcome = (typeof lineOutcomes)[number];

export interface FollowImportRow {
  readonly id: string;
  readonly libraryId: string;
  readonly listId: string;
  readonly state: ImportState;
  readonly accountIds: readonly string[];
  /** `network`: a list that people keep on a network. */
  readonly format: DocumentFormat | 'network' | null;
  readonly encoding: string | null;
  readonly name: string | null;
  readonly source: ListSource | null;
  readonly reason: string | null;
  readonly category: FollowCategory | null;
  /** A day, as 2026-03-01. */
  readonly reviewOn: string | null;
  readonly keepDays: number | null;
  readonly stateWords: string | null;
  /** While it is applying: how many of its lines were gone through. None is followed before all are. */
  readonly linesApplied: number;
  readonly madeBy: string | null;
  readonly madeAt: Date;
  readonly endedAt: Date | null;
  readonly version: number;
}

/** The columns of a {@link FollowImportRow} of `follow_import i`. */
export const followImportColumns = `i.id, i.library_id as "libraryId", i.list_id as "listId", i.state, i.account_ids as "accountIds", i.format, i.encoding, i.name, i.source, i.reason, i.category,
  i.review_on::text as "reviewOn", i.keep_days as "keepDays", i.state_words as "stateWords", i.lines_applied as "linesApplied", i.made_by as "madeBy", i.made_at as "madeAt", i.ended_at as "endedAt", i.version`;

/** What becomes, or became, of one line of an import. */
export interface FollowImportLineRow {
  readonly entry: number;
  readonly line: number;
  readonly text: string;
  readonly outcome: LineOutcome;
  readonly why: string | null;
  readonly cure: string | null;
  readonly accountId: string | null;
  /** What it names; of `several`, what to choose from. */
  readonly targets: readonly FollowTarget[];
  readonly label: string | null;
  readonly reason: string | null;
  readonly category: FollowCategory | null;
  readonly reviewOn: string | null;
  readonly keepDays: number | null;
  readonly followId: string | null;
}

/** The outcome of `follow_import_line l` of `follow_import i`. What was to be added is added once the import is applied: a hundred thousand lines are not written again to say so. */
export const outcomeNow = `case when i.state = 'applied' and l.outcome in ('will-add', 'moved') then 'added' else l.outcome end`;

/** The columns of a {@link FollowImportLineRow} of `follow_import_line l` and its `follow_import i`. `targets` is stored where there are several. */
export const importLineColumns = `l.entry, l.line, l.text, ${outcomeNow} as outcome, l.why, l.cure, l.account_id as "accountId",
  case when l.kind is null then l.targets else jsonb_build_array(jsonb_build_object('kind', l.kind, 'network', l.network, 'key', l.key, 'label', l.target_label)) end as targets,
  l.label, l.reason, l.category, l.review_on::text as "reviewOn", l.keep_days as "keepDays",
  case when ${outcomeNow} in ('added', 'already-there') then l.follow_id end as "followId"`;

/** A line that is to be looked up. */
export interface WaitingLine {
  readonly entry: number;
  readonly line: number;
  readonly text: string;
  readonly label: string | null;
  readonly given: GivenTarget | null;
}
