import { createInterface } from 'node:readline';
import bluesky from '@earshot/plugin-bluesky';
import type { Batch, Target } from '@earshot/plugin-sdk';
import { syntheticDid } from '../../../plugins/bluesky/src/testing/synthetic-events.ts';

/**
 * The bluesky plugin's reader by itself, as the host reads it: the channels that it plans, each at its cursor, one batch pulled ahead. Told
 * `{"jetstream","service","followed","compress","from"}`. Answers `status`, `away` (stops reading, as a process that is not there), `back` (reads on from its
 * cursors), and `posts` with what it heard.
 */
interface Told {
  readonly jetstream: string;
  /** Where the account signs in. */
  readonly service: string;
  /** How many. */
  readonly followed: number;
  readonly compress: boolean;
  /** Microseconds since 1970. */
  readonly from: number;
}

type Source = NonNullable<typeof bluesky.source>;
type Ctx = Parameters<Source['read']>[1];
type Cursor = NonNullable<Parameters<Source['read']>[0]['cursor']>;

const told = JSON.parse(process.argv[2] ?? '{}') as Told;
const { source, account } = bluesky;
if (source === undefined || account === undefined) throw new Error('the plugin has no source');

const posts = new Set<string>();
const others: Record<string, number> = {};
const store = new Map<string, unknown>();
const cursors = new Map<string, Cursor>();
const until = new Map<string, number>();
let secrets = account.secrets?.parse({ appPassword: 'aaaa-bbbb-cccc-dddd' });

const connect = async (url: string, protocols: readonly string[] = []): Promise<WebSocket> => {
  const socket = new WebSocket(url, [...protocols]);
  await new Promise<void>((opened, failed) => {
    socket.addEventListener('open', () => opened(), { once: true });
    socket.addEventListener('error', () => failed(new Error(`no socket at ${url.slice(0, 100)}`)), { once: true });
  });
  return socket;
};

const log = { debug: () => undefined, info: () => undefined, warn: (message: string, facts?: object) => console.error(message, facts ?? ''), error: (message: string, facts?: object) => console.error(message, facts ?? '') };

const contextOf = (abort: AbortSignal): Ctx => ({
  settings: account.settings.parse({ handle: '@library.example', service: told.service, directory: told.service, jetstream: [told.jetstream], compress: told.compress }),
  secrets: { read: () => secrets, replace: (next: typeof secrets) => ((secrets = next), Promise.resolve()) },
  fetch, connect, log, abort, progress: () => undefined, now: () => new Date(),
  store: { get: (key: string) => Promise.resolve(store.get(key)), set: (key: string, value: unknown) => (store.set(key, value), Promise.resolve()) },
}) as unknown as Ctx;

const take = (key: string, { events, cursor, heardUntil }: Batch<Cursor>): void => {
  if (cursor !== undefined) cursors.set(key, cursor);
  if (heardUntil !== undefined) until.set(key, heardUntil.getTime());
  for (const event of events) {
    if (event.kind === 'post') posts.add(event.post.ref.id ?? '');
    else others[event.kind] = (others[event.kind] ?? 0) + 1;
  }
};

const targets = Array.from({ length: told.followed }, (_, n): Target => ({ kind: 'profile', key: syntheticDid(n), label: syntheticDid(n) }));
const channels = source.plan(targets);
let stop = new AbortController();

const read = (): Promise<void>[] =>
  channels.map(async (channel) => {
    const cursor = cursors.get(channel.key) ?? ({ at: told.from } as Cursor);
    try {
      for await (const batch of source.read({ ...channel, cursor, changes: (async function* () {})() }, contextOf(stop.signal))) take(channel.key, batch);
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  });

let reading = read();
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'away') {
    stop.abort();
    await Promise.all(reading);
  } else if (line === 'back') {
    stop = new AbortController();
    reading = read();
  }
  // The channel that is least far.
  const heardUntil = Math.min(...channels.map(({ key }) => until.get(key) ?? 0));
  console.log(JSON.stringify({ channels: channels.length, count: posts.size, others, heardUntil, ...(line === 'posts' ? { posts: [...posts] } : {}) }));
}
stop.abort();
await Promise.all(reading);
process.exit();
