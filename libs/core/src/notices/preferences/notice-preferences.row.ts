import type { QuietHours } from '../../libraries/index.js';
import type { DigestTimes } from '../when.js';
import { type NoticeKind, type NoticeWay, noticeKinds, noticeWays, usualWays } from '../notice-kinds.js';

/** How one person is told. */
export interface NoticePreferences {
  readonly ways: Readonly<Record<NoticeKind, readonly NoticeWay[]>>;
  readonly digest: DigestTimes;
  readonly quiet: QuietHours | null;
}

export interface PreferenceRow {
  readonly personId: string;
  readonly ways: Readonly<Record<string, readonly string[]>>;
  readonly digestHours: readonly number[];
  readonly digestDays: readonly number[];
  readonly quietFrom: number | null;
  readonly quietUntil: number | null;
}

/** The columns of a {@link PreferenceRow} of `notice_preference p`. */
export const preferenceColumns = 'p.person_id as "personId", p.ways, p.digest_hours as "digestHours", p.digest_days as "digestDays", p.quiet_from as "quietFrom", p.quiet_until as "quietUntil"';

export const usualPreferences: NoticePreferences = { ways: usualWays, digest: { hours: [8], days: [1, 2, 3, 4, 5] }, quiet: null };

/** A kind that came after somebody chose is told as usual. */
export const preferencesOf = (row: PreferenceRow | undefined): NoticePreferences => {
  if (row === undefined) return usualPreferences;
  const waysOf = (kind: NoticeKind): readonly NoticeWay[] => {
    const chosen = row.ways[kind];
    return chosen === undefined ? usualWays[kind] : noticeWays.filter((way) => chosen.includes(way));
  };
  return {
    ways: Object.fromEntries(noticeKinds.map((kind) => [kind, waysOf(kind)])) as unknown as NoticePreferences['ways'],
    digest: { hours: row.digestHours, days: row.digestDays },
    quiet: row.quietFrom === null || row.quietUntil === null ? null : { from: row.quietFrom, until: row.quietUntil },
  };
};
