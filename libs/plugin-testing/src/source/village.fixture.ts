import { definePlugin, RemoteError, type Batch, type Channel, type OpenChannel, type Plugin, type Source, type SourceEvent, type Target, type Want } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { aPost } from '../builders.js';
import { fakeCtx, type FakeCtx } from '../fakes/fake-ctx.js';
import { scriptedFetch } from '../fakes/scripted-fetch.js';
import type { SourceContract } from './source-contract.js';

export type VillageCtx = FakeCtx<object, object>;

export interface VillageCursor {
  readonly after: number;
}

export type VillageSource = Source<VillageCtx, VillageCursor>;

const notes = [1, 2, 3, 4, 5].map((number) => ({ number, text: `Note ${number}` }));

const noteSchema = z.array(z.object({ number: z.number().int(), text: z.string() }));

export const toEvent = ({ number, text }: { number: number; text: string }): SourceEvent => ({
  kind: 'post',
  post: aPost({
    ref: { network: 'village', id: String(number) },
    url: `https://village.example/${number}`,
    author: { network: 'village', id: 'ana' },
    postedAt: new Date(Date.UTC(2026, 0, number)),
    text,
  }),
});

/** The notes on the village's board, or the RemoteError for whatever came instead. */
export const readBoard = async (ctx: VillageCtx): Promise<z.output<typeof noteSchema>> => {
  const answer = await ctx.fetch('https://village.example/notes');
  if (!answer.ok) throw new RemoteError('unreachable', `Status ${answer.status}`);
  const read = noteSchema.safeParse(await answer.json().catch(() => undefined));
  if (!read.success) throw new RemoteError('invalid-data', 'The board cannot be read.');
  return read.data;
};

export const goodRead: VillageSource['read'] = async function* (channel: OpenChannel<VillageCursor>, ctx: VillageCtx): AsyncGenerator<Batch<VillageCursor>> {
  const fresh = (await readBoard(ctx)).filter(({ number }) => number > (channel.cursor?.after ?? 0));
  for (let at = 0; at < fresh.length && !ctx.abort.aborted; at += 2) {
    const page = fresh.slice(at, at + 2);
    yield { events: page.map(toEvent), cursor: { after: page.at(-1)?.number ?? 0 } };
  }
};

export const channelFor = (target: Target): Channel => ({ key: target.key, mode: 'poll', pulseMs: 60_000, targets: [target], retarget: 'reopen' });

/** A source that keeps its contract: a board of five notes. */
export const goodSource: VillageSource = {
  resolve: async (text) => (text === 'board' ? [{ kind: 'feed', key: 'board', label: 'The board' }] : []),
  plan: (targets) => targets.map(channelFor),
  read: goodRead,
  async *fetch(want: Want, ctx) {
    if (!('posts' in want)) return;
    const wanted = new Set(want.posts.map(({ id }) => id));
    yield { events: (await readBoard(ctx)).filter(({ number }) => wanted.has(String(number))).map(toEvent) };
  },
};

export const village = (source: VillageSource): Plugin<object, object, VillageCursor> =>
  definePlugin({
    id: 'village',
    version: '1.0.0',
    sdk: '^0.1.0',
    networks: ['village'],
    cursor: z.object({ after: z.number() }),
    // The host's Ctx is all that a real plugin sees; the fixtures also look at the fake's strings.
    source: source as unknown as NonNullable<Plugin<object, object, VillageCursor>['source']>,
  });

/** The good source with one fault. */
export const villageContract = (fault: Partial<VillageSource> = {}, change: Partial<SourceContract<object, object, VillageCursor>> = {}): SourceContract<object, object, VillageCursor> => ({
  plugin: village({ ...goodSource, ...fault }),
  ctx: (fetch = scriptedFetch({ answers: { 'https://village.example/notes': notes } })) => fakeCtx({ settings: {}, secrets: {}, fetch }),
  targets: ['board', 'pub', 'hall'].map((key) => ({ kind: 'feed' as const, key, label: key })),
  wants: [{ posts: [{ network: 'village', id: '2' }] }],
  resolvable: ['board'],
  abortDeadlineMs: 200,
  ...change,
});
