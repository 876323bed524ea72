import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { atMost, type Done } from '../figure.ts';
import { type BenchInstallation, listAccount, startTowns, type TownReport, withInstallation } from '../support/running-earshot.ts';
import { eventually } from '../support/eventually.ts';

const warmUp = 25;
const posts = Number(process.env['BENCH_POSTS'] ?? 200);
const everyMs = 200;
const barMs = 500;

const percentile = (share: number, of: readonly number[]): number => [...of].sort((a, b) => a - b)[Math.min(of.length - 1, Math.floor(of.length * share))] ?? Number.NaN;

/** When each conversation was first told of, to somebody who subscribed over graphql-ws. */
export const subscribe = async ({ url, cookie }: Pick<BenchInstallation, 'url' | 'cookie'>): Promise<{ readonly firstAt: ReadonlyMap<string, number>; stop(): Promise<void> }> => {
  class Socket extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, { headers: { cookie, origin: url } });
    }
  }
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: Socket, retryAttempts: 0 });
  const firstAt = new Map<string, number>();
  const told = client.iterate<{ changed: { kind: string; id: string | null } }>({ query: 'subscription { changed { kind id } }' });
  const { value } = (await told.next()) as IteratorResult<{ data?: { changed: { kind: string } } }>;
  if (value?.data?.changed.kind !== 'read_again') throw new Error(`no subscription: ${JSON.stringify(value)}`);
  void (async () => {
    for await (const { data } of told) if (data?.changed.kind === 'conversation' && data.changed.id !== null && !firstAt.has(data.changed.id)) firstAt.set(data.changed.id, performance.now());
  })().catch(() => undefined); // Where it breaks off, posts do not arrive, which is noticed.
  return { firstAt, stop: async () => { await client.dispose(); } };
};

/** From a post on a server to its arrival at a subscriber: each post is a conversation of its own, whose first hint counts. */
export const benchArrival = async (done: Done): Promise<void> => {
  const { process: towns, towns: [town] } = await startTowns(1, 50);
  if (town === undefined) throw new Error('there is no town');
  try {
    await withInstallation([listAccount(town)], {}, async (earshot) => {
      const subscription = await subscribe(earshot);
      await eventually('the list and the mentions being streamed', 60_000, async () => ((await towns.ask<readonly TownReport[]>({}))[0]?.open ?? 0) >= 2);
      const saidAt = new Map<string, number>();
      for (let n = 0; n < warmUp + posts; n += 1) {
        const content = `post ${n} of the town: who knows where one can mend a bicycle chain?`;
        saidAt.set(content, performance.now());
        towns.tell({ say: { town: 0, person: n, content } });
        await sleep(everyMs);
      }
      const took = await arrivals(earshot, subscription.firstAt, saidAt);
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
