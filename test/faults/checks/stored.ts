import type { Client } from 'pg';
import { type FarSide, readingOf } from '../network/far-side.ts';
import { heardUpTo } from '../network/script.ts';
import type { Town } from '../scene/town.ts';
import { type StoredPost, treesAreRight } from './trees.ts';
import { coverageIsTrue } from './coverage.ts';
import { nothingRanTwice } from './once.ts';

/** What is wrong, each in one line, and what was looked at. */
export interface Sight {
  readonly wrongs: readonly string[];
  readonly seen: string;
}

interface StoredChannel {
  readonly account_id: string;
  readonly key: string;
  readonly at: number | null;
  readonly gap: boolean;
}

/**
 * Up to where the stored cursors stand, for each listener: its channels and what they were told. A cursor that was lost is taken away, together with leaving
 * its gap, before the next batch brings one: what came before it is there all the same.
 */
export const cursorsOf = async (client: Client, { listeners, farSide }: Town): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> => {
  const { rows } = await client.query<StoredChannel>(`select account_id, key, (cursor ->> 'at')::int as at, exists (select 1 from coverage_gap g where g.channel_id = channel.id) as gap from channel where removed_at is null`);
  return new Map(listeners.map(({ name, accountId }) => [name, new Map(rows.filter((row) => row.account_id === accountId).map(({ key, at, gap }) => [Number(key), at ?? (gap ? lostAt(farSide, name, key) : 0)]))]));
};

const lostAt = ({ missed }: FarSide, name: string, key: string): number => missed.find(({ of }) => of === readingOf(name, Number(key)))?.begin ?? 0;

/** A stretch that was never told because a cursor was lost is not missing here: coverage and its gap stand for it, until it was asked for. */
const toldTo = ({ farSide }: Town, name: string, cursors: ReadonlyMap<number, number>) => {
  const heard = heardUpTo(farSide.script, cursors);
  const skipped = farSide.missed.filter(({ of }) => of.startsWith(`${name}/`));
  if (skipped.length === 0) return heard;
  const without = new Set(skipped.flatMap(({ of, begin, end }) => (farSide.script[Number(of.split('/')[1])] ?? []).slice(begin, end).map(({ id }) => id)));
  return new Map([...heard].filter(([id]) => !without.has(id)));
};

/**
 * The versions that a listener may have been told of posts of which something was in such a stretch: those before it and behind it, in their turn, and those in
 * it whenever it was asked for.
 */
const perhapsTold = ({ farSide, listeners }: Town, cursors: ReadonlyMap<string, ReadonlyMap<number, number>>): ReadonlyMap<string, ReadonlySet<number>> => {
  const perhaps = new Map<string, Set<number>>();
  for (const { name } of listeners)
    for (const { of, begin, end } of farSide.missed.filter((each) => each.of.startsWith(`${name}/`))) {
      const channel = Number(of.split('/')[1]);
      const events = farSide.script[channel] ?? [];
      const ids = new Set(events.slice(begin, end).map(({ id }) => id));
      for (const event of events.slice(0, cursors.get(name)?.get(channel) ?? 0))
        if (event.what === 'said' && ids.has(event.id)) perhaps.set(event.id, (perhaps.get(event.id) ?? new Set()).add(event.version));
    }
  return perhaps;
};

/**
 * What is stored, beside what the network told up to the stored cursors, all of one moment: every post that was told is there once, in its last version, and
 * without its words where it is gone; nothing is there that was not told; trees, threads and conversations are right; coverage is true.
 */
export const lookAtStored = (town: Town): Promise<Sight> =>
  town.installation.snapshot(async (client) => {
    const { rows: stored } = await client.query<StoredPost>(
      `select p.remote_id as id, p.known, p.version, p.text, p.gone_at is not null as gone, p.thread_id as "threadId", q.remote_id as "parentId"
       from post p left join post q on q.id = p.parent_id where p.network = 'faults'`);
    const cursors = await cursorsOf(client, town);
    const told = new Map(town.listeners.map((listener) => [listener, toldTo(town, listener.name, cursors.get(listener.name) ?? new Map())]));
    const deleted = deletedSoFar(town.farSide);
    const wrongs = [...postsAreRight(town, stored, together(told, perhapsTold(town, cursors)), deleted), ...(await treesAreRight(client, town, stored, told, deleted)), ...(await coverageIsTrue(client, town, cursors)), ...(await nothingRanTwice(client, town, cursors))];
    return { wrongs, seen: `${stored.filter(({ known }) => known).length} posts in ${new Set(stored.map(({ threadId }) => threadId)).size} threads` };
  });

type Told = ReadonlyMap<Town['listeners'][number], ReturnType<typeof heardUpTo>>;

const postsAreRight = ({ farSide }: Town, stored: readonly StoredPost[], told: ReadonlyMap<string, ToldPost>, deleted: ReadonlySet<string>): string[] => {
  const wrongs: string[] = [];
  const rows = new Map<string, StoredPost>();
  for (const row of stored) {
    if (rows.has(row.id)) wrongs.push(`${row.id} is there twice`);
    rows.set(row.id, row);
  }
  const ever = new Map(farSide.script.flatMap((events) => events.flatMap((event) => (event.what === 'said' ? [[event.id, event] as const] : []))));
  for (const row of stored) if (row.known && !row.id.startsWith('reply-') && !ever.has(row.id)) wrongs.push(`${row.id} was never said`);
  for (const [id, post] of told) wrongs.push(...wrongWith(id, rows.get(id), post, deleted));
  return wrongs;
};

/** What all listeners were told of one post. In the order in which they come: whoever is behind the other tells an older version again. */
interface ToldPost {
  readonly by: string;
  readonly versions: ReadonlySet<number>;
  readonly gone: boolean;
}

const wrongWith = (id: string, row: StoredPost | undefined, { by, versions, gone }: ToldPost, deleted: ReadonlySet<string>): readonly string[] => {
  // What is said and deleted in one batch is never stored.
  if (gone) return row?.known === true && (!row.gone || row.text !== null) ? [`${id} was deleted, and its words are still there`] : [];
  if (row?.known !== true) return [`${id} was told to ${by} before its stored cursor, and is not there`];
  // A deletion is carried out before the cursor of its batch is stored: then it is told again.
  if (row.gone) return deleted.has(id) ? [] : [`${id} was not deleted, and is gone`];
  if (!versions.has(Number(row.version))) return [`${id} was told to ${by} in version ${[...versions].join(' and ')}, and is there in version ${row.version}`];
  return row.text?.includes(`for the ${row.version}. time`) === true ? [] : [`${id} has the version ${row.version} and the words of another`];
};

/** Whatever the network told of deletions, stored or not. */
const deletedSoFar = ({ script, told }: FarSide): ReadonlySet<string> =>
  new Set(script.flatMap((events, channel) => {
    const furthest = Math.max(0, ...told.filter(({ of }) => of.endsWith(`/${channel}`)).map(({ end }) => end));
    return events.slice(0, furthest).flatMap(({ what, id }) => (what === 'gone' ? [id] : []));
  }));

const together = (told: Told, perhaps: ReadonlyMap<string, ReadonlySet<number>>): ReadonlyMap<string, ToldPost> => {
  const all = new Map<string, ToldPost>();
  for (const [{ name }, heard] of told)
    for (const [id, { said, gone }] of heard) {
      const before = all.get(id);
      all.set(id, { by: before === undefined ? name : `${before.by} and ${name}`, versions: new Set([...(before?.versions ?? []), said.version]), gone: gone || before?.gone === true });
    }
  for (const [id, versions] of perhaps) {
    const post = all.get(id);
    if (post !== undefined) all.set(id, { ...post, versions: new Set([...post.versions, ...versions]) });
  }
  return all;
};
