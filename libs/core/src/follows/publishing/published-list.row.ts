export const includesWords = ['organisations', 'everybody'] as const;
/** Who of a follow list is shown: organisations, businesses and media; or, where nobody else sees it, everybody. */
export type Includes = (typeof includesWords)[number];

/** on ─ the network says no ─▶ stopped ─ again ─▶ on; from both: ─ unpublish ─▶ ending ─ all of it is taken off ─▶ ended */
export type PublishedState = 'on' | 'stopped' | 'ending' | 'ended';

/** adding ─▶ on, asked (they say yes or no) or refused; on ─ taken off on the network ─▶ taken-off; any ─ not wanted any more ─▶ removing ─▶ gone. `there`: on it before we came. */
export const memberStates = ['adding', 'on', 'asked', 'refused', 'there', 'taken-off', 'removing'] as const;
export type PublishedMemberState = (typeof memberStates)[number];

/** A follow list that is shown on a network. */
export interface PublishedListRow {
  readonly id: string;
  readonly libraryId: string;
  readonly listId: string;
  readonly accountId: string;
  /** Null until it is made. */
  readonly remoteId: string | null;
  /** Made by us. */
  readonly own: boolean;
  readonly name: string;
  readonly public: boolean;
  readonly told: boolean;
  readonly includes: Includes;
  readonly state: PublishedState;
  readonly stateWords: string | null;
  readonly failures: number;
  /** When the network was asked first to make it. */
  readonly askedAt: Date | null;
  readonly comparedAt: Date | null;
  readonly tryAt: Date;
  readonly madeBy: string | null;
  readonly madeAt: Date;
}

/** The columns of a {@link PublishedListRow} of `published_list p`. */
export const publishedListColumns = `p.id, p.library_id as "libraryId", p.list_id as "listId", p.account_id as "accountId", p.remote_id as "remoteId", p.own, p.name, p.public, p.told, p.includes,
  p.state, p.state_words as "stateWords", p.failures, p.asked_at as "askedAt", p.compared_at as "comparedAt", p.try_at as "tryAt", p.made_by as "madeBy", p.made_at as "madeAt"`;

export interface PublishedMemberRow {
  readonly network: string;
  readonly key: string;
  readonly label: string;
  readonly state: PublishedMemberState;
  readonly words: string | null;
  readonly changedAt: Date;
}

/** The columns of a {@link PublishedMemberRow} of `published_member m`. */
export const publishedMemberColumns = `m.network, m.key, m.label, m.state, m.words, m.changed_at as "changedAt"`;
