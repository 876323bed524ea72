import { createHash } from 'node:crypto';
import { z } from 'zod';

const MAX_SEEN = 1_000;
/** Sites behind several caches serve an older document now and then: what left the feed is remembered for a while. */
const KEPT_AFTER_LEAVING = 100;

const moment = z.iso.datetime();

export const cursorSchema = z.object({
  /** Where a permanent redirect sent us. The channel keeps its key, so that entries keep their ids. */
  movedTo: z.url().exactOptional(),
  etag: z.string().max(1_000).exactOptional(),
  lastModified: z.string().max(200).exactOptional(),
  /** By a hash of its id: a hash of the version heard, and the number of replies. The least recent first. */
  seen: z.record(z.string(), z.string()),
  /** Entries that are not in `seen` and not younger than this were heard and forgotten. */
  settledUntil: moment.exactOptional(),
  /** The youngest entry heard. */
  newest: moment.exactOptional(),
  /** A hash of the feed's own profile as it was last told. */
  profile: z.string().exactOptional(),
  pace: z.object({ ttlMinutes: z.number().exactOptional(), skipHours: z.array(z.int()), skipDays: z.array(z.string()) }).exactOptional(),
  notBefore: moment.exactOptional(),
});

export type FeedCursor = z.output<typeof cursorSchema>;

/** Enough of a hash to tell a few thousand things apart; the cursor is written with every batch. */
export const shortHash = (value: string, length = 11): string => createHash('sha256').update(value).digest('base64url').slice(0, length);

export interface SeenEntry {
  readonly id: string;
  readonly version: string;
  readonly replies?: number;
  /** The entry's own date, never a fallback. */
  readonly dated?: Date;
}

export type Verdict = 'new' | 'edited' | 'counted' | 'known';

/** Which entries of one feed were heard, in bounded space: the newest by name, older ones by date. */
export class SeenEntries {
  private readonly seen: Map<string, string>;
  private readonly dates = new Map<string, number>();
  private readonly here = new Set<string>();
  private settledUntil: number;
  private newest: number;

  constructor(cursor: FeedCursor | undefined, document: readonly SeenEntry[]) {
    this.seen = new Map(Object.entries(cursor?.seen ?? {}));
    this.settledUntil = cursor?.settledUntil === undefined ? -Infinity : Date.parse(cursor.settledUntil);
    this.newest = cursor?.newest === undefined ? -Infinity : Date.parse(cursor.newest);
    for (const { id, dated } of document) {
      this.here.add(shortHash(id));
      if (dated !== undefined) this.dates.set(shortHash(id), dated.getTime());
    }
  }

  judge(entry: SeenEntry): Verdict {
    const before = this.seen.get(shortHash(entry.id));
    if (before === undefined) return entry.dated !== undefined && entry.dated.getTime() <= this.settledUntil ? 'known' : 'new';
    const [version, replies] = before.split(':');
    if (version !== shortHash(entry.version, 8)) return 'edited';
    return entry.replies !== undefined && String(entry.replies) !== replies ? 'counted' : 'known';
  }

  /** Tells whether the document holds anything that was heard before: if not, something may have passed between two readings. */
  knowsAny(document: readonly SeenEntry[]): boolean {
    return document.some((entry) => this.seen.has(shortHash(entry.id)) || this.judge(entry) === 'known');
  }

  remember(entry: SeenEntry): void {
    const key = shortHash(entry.id);
    this.seen.delete(key);
    this.seen.set(key, `${shortHash(entry.version, 8)}${entry.replies === undefined ? '' : `:${entry.replies}`}`);
    if (entry.dated !== undefined) this.newest = Math.max(this.newest, entry.dated.getTime());
    if (this.seen.size > MAX_SEEN) this.forget(this.seen.keys().next().value ?? '');
  }

  /** Lets go of most entries that the feed no longer holds. */
  dropDeparted(): void {
    const departed = [...this.seen.keys()].filter((key) => !this.here.has(key));
    for (const key of departed.slice(0, Math.max(0, departed.length - KEPT_AFTER_LEAVING))) this.seen.delete(key);
  }

  /** The parts of a cursor that this class keeps. */
  snapshot(): Pick<FeedCursor, 'seen' | 'settledUntil' | 'newest'> {
    return {
      seen: Object.fromEntries(this.seen),
      ...(Number.isFinite(this.settledUntil) ? { settledUntil: new Date(this.settledUntil).toISOString() } : {}),
      ...(Number.isFinite(this.newest) ? { newest: new Date(this.newest).toISOString() } : {}),
    };
  }

  private forget(key: string): void {
    this.seen.delete(key);
    this.settledUntil = Math.max(this.settledUntil, this.dates.get(key) ?? -Infinity);
  }
}
