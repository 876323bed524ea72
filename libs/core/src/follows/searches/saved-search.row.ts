export const searchEffects = ['raise', 'narrow', 'poll'] as const;
/** `raise`: what came in and it finds ranks higher. `narrow`: only what it finds comes in by some follows and lists. `poll`: a network looks for it. */
export type SearchEffect = (typeof searchEffects)[number];

export const searchCategories = ['topic', 'place', 'event', 'service', 'other'] as const;
export type SearchCategory = (typeof searchCategories)[number];

/** A saved search. Its own library writes it; that library and all below it use it. */
export interface SavedSearchRow {
  readonly id: string;
  readonly libraryId: string;
  readonly name: string;
  readonly text: string;
  readonly does: SearchEffect;
  readonly reason: string;
  readonly category: SearchCategory;
  /** What it narrows. */
  readonly listIds: readonly string[];
  readonly followIds: readonly string[];
  /** Of `poll`: the follow by which the network is asked. */
  readonly pollId: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly removedAt: Date | null;
  readonly undoable: boolean;
}

/** The columns of a {@link SavedSearchRow} of `saved_search s`. */
export const savedSearchColumns = `s.id, s.library_id as "libraryId", s.name, s.text, s.does, s.reason, s.category, s.poll_id as "pollId", s.created_by as "createdBy",
  s.created_at as "createdAt", s.changed_at as "changedAt", s.removed_at as "removedAt", s.before is not null as undoable,
  array(select n.list_id from narrowing n where n.search_id = s.id and n.list_id is not null order by 1) as "listIds",
  array(select n.follow_id from narrowing n where n.search_id = s.id and n.follow_id is not null and n.follow_id is distinct from s.poll_id order by 1) as "followIds"`;
