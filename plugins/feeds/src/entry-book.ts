import type { Store } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { shortHash } from './cursor.js';

const MAX_ADDRESS = 1_000;
const MAX_IN_BUCKET = 200;
const SHARDS = 4;
/** Below the 64 kB that a value of the store may have. */
const MAX_BUCKET = 60_000;

const recordSchema = z.object({
  /** The address under which the feed that brought it is followed. */
  feed: z.string(),
  rawId: z.string().exactOptional(),
  url: z.string().exactOptional(),
  comments: z.string().exactOptional(),
  /** For a comment: the id of the entry that it is on. */
  on: z.string().exactOptional(),
});
const bucketSchema = z.record(z.string(), recordSchema);

/** Where an entry was heard and where its comments are. */
export type EntryRecord = z.output<typeof recordSchema>;

export interface BookedEntry {
  readonly id: string;
  readonly record: EntryRecord;
}

/** Entries of one site share a few buckets, so that a batch of them costs a few writes. Ids without a site are spread. */
const bucketOf = (id: string): string => {
  const site = /^(?:https?:\/\/|tag:)([^/?#,:]+)/i.exec(id)?.[1]?.toLowerCase() ?? `spread ${shortHash(id, 1)}`;
  return `entries.${shortHash(site)}.${(shortHash(id, 1).codePointAt(0) ?? 0) % SHARDS}`;
};

const fits = ({ id, record }: BookedEntry): boolean => [id, ...Object.values(record)].every((value) => value.length <= MAX_ADDRESS);

const bounded = (bucket: Record<string, EntryRecord>): Record<string, EntryRecord> => {
  let room = MAX_BUCKET;
  const kept = Object.entries(bucket)
    .slice(-MAX_IN_BUCKET)
    .reverse()
    .filter((record) => (room -= JSON.stringify(record).length) > 0);
  return Object.fromEntries(kept.reverse());
};

const writing = new WeakMap<Store, Promise<void>>();

/**
 * Finds the feed of an entry by its id alone, which is all that a host asks with: the account's store, in four buckets a site of
 * at most 200 entries, the oldest leaving first. Forgetting costs only the comments of old entries. Writes of one process wait for each
 * other; two processes may lose each other's, which the entry's next edit mends.
 */
export class EntryBook {
  constructor(private readonly store: Store) {}

  async find(id: string): Promise<EntryRecord | undefined> {
    const read = bucketSchema.safeParse(await this.store.get(bucketOf(id)));
    return read.success ? read.data[shortHash(id)] : undefined;
  }

  remember(entries: readonly BookedEntry[]): Promise<void> {
    const done = (writing.get(this.store) ?? Promise.resolve()).then(() => this.write(entries.filter(fits)));
    writing.set(this.store, done.catch(() => undefined));
    return done;
  }

  private async write(entries: readonly BookedEntry[]): Promise<void> {
    for (const [key, booked] of Map.groupBy(entries, ({ id }) => bucketOf(id))) {
      const read = bucketSchema.safeParse(await this.store.get(key));
      const before = read.success ? read.data : {};
      const after = bounded({ ...before, ...Object.fromEntries(booked.map(({ id, record }) => [shortHash(id), record])) });
      if (JSON.stringify(after) !== JSON.stringify(before)) await this.store.set(key, after);
    }
  }
}
