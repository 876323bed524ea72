import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Done } from '../figure.ts';
import { type BenchInstallation, listAccount, startTowns, type TownReport, withInstallation } from '../support/running-earshot.ts';
import { eventually } from '../support/eventually.ts';
import { percentile } from '../support/load.ts';
import { subscribe } from '../support/subscription.ts';

const warmUp = 25;
const posts = Number(process.env['BENCH_POSTS'] ?? 200);
const everyMs = 200;
const barMs = 500;

/** From a post on a server to its arrival at a subscriber: each post is a conversation of its own, whose first hint counts. */
export const benchArrival = async (done: Done): Promise<void> => {
  const { process: towns, towns: [town] } = await startTowns(1, 50);
  if (town === undefined) throw new Error('there is no town');
  try {
    await withInstallation([listAccount(town)], {}, async (earshot) => {
      const firstAt = new Map<string, number>();
      const subscription = await subscribe(earshot, (id) => { if (!firstAt.has(id)) firstAt.set(id, performance.now()); });
      await eventually('the list and the mentions being streamed', 60_000, async () => ((await towns.ask<readonly TownReport[]>({}))[0]?.open ?? 0) >= 2);
      const saidAt = new Map<string, number>();
      for (let n = 0; n < warmUp + posts; n += 1) {
        const content = `post ${n} of the town: who knows where one can mend a bicycle chain?`;
        saidAt.set(content, performance.now());
        towns.tell({ say: { town: 0, person: n, content } });
        await sleep(everyMs);
      }
      const took = await arrivals(earshot, firstAt, saidAt);
      await subscription.stop();
      const counted = took.slice(warmUp);
      done(atMost(barMs, { name: 'arrival', unit: 'ms p95', value: percentile(0.95, counted), note: `of ${counted.length} posts at ${1_000 / everyMs} a second, p50 ${percentile(0.5, counted).toFixed(0)}, p99 ${percentile(0.99, counted).toFixed(0)}, longest ${Math.max(...counted).toFixed(0)}` }));
    });
  } finally {
    await towns.stop();
  }
};

/** In the order in which they were said. @throws where one did not arrive */
const arrivals = async ({ owner }: BenchInstallation, firstAt: ReadonlyMap<string, number>, saidAt: ReadonlyMap<string, number>): Promise<readonly number[]> => {
  const told = async (): Promise<readonly number[]> => {
    const { rows } = await owner.query<{ id: string; text: string }>('select c.id, p.text from conversation c join post p using (thread_id) where p.known');
    const conversations = new Map(rows.map(({ id, text }) => [text, id]));
    return [...saidAt].map(([text, said]) => (firstAt.get(conversations.get(text) ?? '') ?? Number.NaN) - said);
  };
  await eventually('the last arrival', 20_000, async () => (await told()).every((ms) => !Number.isNaN(ms)));
  return told();
};
