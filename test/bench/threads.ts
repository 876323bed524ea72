import { performance } from 'node:perf_hooks';
import { type Database, newId } from '@earshot/core/database';
import type { Batch, SourceEvent } from '@earshot/plugin-sdk';
import type { Client } from 'pg';
import { seeded } from '../support/seeded.ts';
import type { Done } from './figure.ts';
import { chunks, pipeline } from './listening.ts';
import { personOf, saidIn } from './plugin/said.ts';
import { buildScene, median } from './scene.ts';

const count = Number(process.env['BENCH_THREAD_POSTS'] ?? 10_000);
const batchSize = 200;
const runs = 3;

/** One thread: each post answers one before it, the newest rather than the oldest. */
const threadOf = (name: string, random: () => number): SourceEvent[] =>
  Array.from({ length: count }, (_, n): SourceEvent => {
    const event = saidIn(name, n, ['someone'], new Date(Date.now() - (count - n) * 1_000));
    if (event.kind !== 'post') return event;
    const post = { ...event.post, author: { network: 'bench', id: 'followed-0' } };
    return { ...event, author: personOf('followed-0'), post: n === 0 ? post : { ...post, inReplyTo: { network: 'bench', id: `${name}/${Math.floor(n * random() ** 0.5)}` } } };
  });

const shuffled = <T>(of: readonly T[], random: () => number): T[] => {
  const all = [...of];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other] as T, all[at] as T];
  }
  return all;
};

/** @throws unless every post of it is there once, in one thread, which one conversation is about. */
const demandOne = async (owner: Client, name: string): Promise<void> => {
  const { rows: [row] } = await owner.query<{ posts: number; told: number; threads: number; conversations: number; counted: number }>(
    `select count(*)::int as posts, count(*) filter (where known)::int as told, count(distinct thread_id)::int as threads,
       (select count(*)::int from conversation c where c.merged_into is null and c.thread_id in (select thread_id from post where remote_id like $1)) as conversations,
       (select sum(t.posts)::int from thread t where t.id in (select thread_id from post where remote_id like $1)) as counted
     from post where remote_id like $1`, [`${name}/%`]);
  if (row?.posts !== count || row.told !== count || row.threads !== 1 || row.conversations !== 1 || row.counted !== count) throw new Error(`one thread of ${count} posts became ${JSON.stringify(row)}`);
};

/** Posts a second of one long thread that comes in any order, beside the same in the order in which it was said. */
export const benchThreads = async (database: Database, owner: Client, done: Done): Promise<void> => {
  const scene = await buildScene(owner, 1);
  const listening = await pipeline(database);
  const origin = { accountId: scene.account, libraryId: scene.library, plugin: 'bench' };
  const perSecond = async (name: string, events: readonly SourceEvent[]): Promise<number> => {
    const began = performance.now();
    for (const batch of chunks(events, batchSize)) await listening.takeFetched(origin, { events: batch } as Batch<never>);
    const took = performance.now() - began;
    await demandOne(owner, name);
    return (count / took) * 1_000;
  };
  const [anyOrder, inOrder]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    const [mixed, straight] = [`mixed-${newId()}`, `straight-${newId()}`];
    anyOrder.push(await perSecond(mixed, shuffled(threadOf(mixed, seeded(run)), seeded(run + 100))));
    inOrder.push(await perSecond(straight, threadOf(straight, seeded(run))));
  }
  done({
    name: 'threads', unit: 'posts/s', value: median(anyOrder), reference: median(inOrder), ratio: median(anyOrder.map((each, run) => each / (inOrder[run] as number))),
    note: `one thread of ${count} posts in random order, batches of ${batchSize}, which ends as one thread and one conversation; reference: the same in the order in which it was said`,
  });
};
