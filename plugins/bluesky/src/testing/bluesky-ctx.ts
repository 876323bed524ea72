import type { Batch, SourceEvent, Target, Want } from '@earshot/plugin-sdk';
import { fakeClock, fakeCtx, type FakeCtx } from '@earshot/plugin-testing';
import { type BlueskyCursor } from '../cursor.js';
import { type BlueskySecrets, type BlueskySettings, secretsSchema, settingsSchema } from '../settings.js';
import { blueskySource } from '../source.js';
import { DIRECTORY, type FakeBluesky, NOW, SERVICE } from './fake-bluesky.js';

export type TestCtx = FakeCtx<BlueskySettings, BlueskySecrets>;

export const signIn = secretsSchema.parse({ appPassword: 'aaaa-bbbb-cccc-dddd' });

/** A context on that network, at its time. */
export const ctxOn = (world: FakeBluesky, secrets: BlueskySecrets = signIn, fetch: typeof globalThis.fetch = world.fetch as typeof globalThis.fetch): TestCtx =>
  fakeCtx({ settings: settingsSchema.parse({ handle: '@library.example', service: SERVICE, directory: DIRECTORY }), secrets, fetch, clock: fakeClock(NOW) });

export interface Collected {
  readonly batches: readonly Batch<BlueskyCursor>[];
  readonly events: readonly SourceEvent[];
  readonly cursor: BlueskyCursor | undefined;
}

export const collect = async (batches: AsyncIterable<Batch<BlueskyCursor>>): Promise<Collected> => {
  const all = await Array.fromAsync(batches);
  return { batches: all, events: all.flatMap(({ events }) => events), cursor: all.findLast(({ cursor }) => cursor !== undefined)?.cursor };
};

/** One reading of the channel of one target. */
export const read = async (target: Target, ctx: TestCtx, cursor?: BlueskyCursor): Promise<Collected> => {
  const [channel] = blueskySource.plan([target]);
  if (channel === undefined) throw new Error(`no channel for ${target.key}`);
  return collect(blueskySource.read({ ...channel, changes: (async function* () {})(), ...(cursor === undefined ? {} : { cursor }) }, ctx));
};

export const ask = (want: Want, ctx: TestCtx): Promise<Collected> => collect(blueskySource.fetch(want, ctx));

export const postsIn = (events: readonly SourceEvent[]) => events.flatMap((event) => (event.kind === 'post' ? [event.post] : []));
export const profilesIn = (events: readonly SourceEvent[]) => events.flatMap((event) => (event.kind === 'profile' ? [event.profile] : []));
