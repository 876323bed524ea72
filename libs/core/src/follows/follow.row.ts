import type { ListSource } from './documents/exchange-list.js';

export const followKinds = ['profile', 'hashtag', 'feed', 'list', 'search', 'timeline', 'mentions'] as const;
export type FollowKind = (typeof followKinds)[number];

export const followCategories = ['organisation', 'business', 'community-leader', 'media', 'person', 'other'] as const;
export type FollowCategory = (typeof followCategories)[number];

/** Of which list of another library a list was made, and when. Times are ISO 8601. */
export interface StoredListSource extends ListSource {
  readonly importedAt: string;
}

/** A follow list. Its own library writes it; that library and all below it hear by it. */
export interface FollowListRow {
  readonly id: string;
  readonly libraryId: string;
  readonly name: string;
  readonly description: string | null;
  readonly sources: readonly StoredListSource[];
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly removedAt: Date | null;
}

/** The columns of a {@link FollowListRow} of `follow_list t`. */
export const followListColumns = `t.id, t.library_id as "libraryId", t.name, t.description, t.sources, t.created_by as "createdBy", t.created_at as "createdAt", t.removed_at as "removedAt"`;

export interface FollowRow {
  readonly id: string;
  readonly libraryId: string;
  readonly listId: string;
  /** By which it is heard. */
  readonly accountId: string;
  readonly kind: FollowKind;
  readonly network: string;
  readonly key: string;
  readonly label: string;
  readonly reason: string;
  readonly category: FollowCategory;
  readonly addedBy: string | null;
  readonly addedAt: Date;
  /** A day, as 2026-03-01. */
  readonly reviewOn: string | null;
  /** Not shown for review before this day. */
  readonly quietUntil: string | null;
  readonly keepDays: number | null;
  readonly removedAt: Date | null;
}

/** The columns of a {@link FollowRow} of `follow f`. */
export const followColumns = `f.id, f.library_id as "libraryId", f.list_id as "listId", f.account_id as "accountId", f.kind, f.network, f.key, f.label, f.reason, f.category,
  f.added_by as "addedBy", f.added_at as "addedAt", f.review_on::text as "reviewOn", f.quiet_until::text as "quietUntil", f.keep_days as "keepDays", f.removed_at as "removedAt"`;
