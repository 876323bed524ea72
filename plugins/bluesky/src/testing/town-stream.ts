import { type Batch, type Clock, type OpenChannel, type SourceEvent, systemClock, type Target } from '@earshot/plugin-sdk';
import { type FakeClock, fakeClock, fakeCtx } from '@earshot/plugin-testing';
import { settingsSchema } from '../settings.js';
import { readStream } from '../stream/read-stream.js';
import type { StreamCursor } from '../stream/stream-cursor.js';
import { signIn } from './bluesky-ctx.js';
import { did, DIRECTORY, FakeBluesky, NOW, SERVICE } from './fake-bluesky.js';
import { JetstreamDouble, type JetstreamOptions } from './jetstream-double.js';
import type { Said } from './jetstream-frames.js';

const POSTS = 'app.bsky.feed.post';

/** Waits of less than a second are real, so that sockets work; longer ones pass when a test says so. */
export const patientClock = (): FakeClock => {
  const fake = fakeClock(NOW);
  return { ...fake, now: fake.now, advance: fake.advance, after: (ms, then) => (ms < 1_000 ? (systemClock as Clock).after(ms, then) : fake.after(ms, then)), get waiting() { return fake.waiting; } };
};

/** As the host of plugins opens a socket. */
export const connect = (url: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.addEventListener('open', () => resolve(socket));
    socket.addEventListener('error', () => reject(Object.assign(new Error('refused'), { name: 'RemoteError', kind: 'unreachable', facts: {} })));
  });

export const aPostBy = (name: string, text: string, change: Partial<Said & { kind: 'commit' }> = {}): Said => {
  const rkey = text.replaceAll(/[^A-Za-z0-9]/g, '-');
  return { kind: 'commit', did: did(name), operation: 'create', collection: POSTS, rkey, cid: `bafyrei${rkey}`, record: { $type: POSTS, text, createdAt: NOW.toISOString() }, ...change };
};

/** A town, its Jetstreams on real sockets, and a plugin that listens to them. */
export class TownStream {
  readonly world = new FakeBluesky();
  readonly clock = patientClock();
  readonly hosts: JetstreamDouble[] = [];
  readonly connected: string[] = [];
  /** Strangers go on talking while a test waits, as on any large network. */
  murmurs = true;
  /** Waited for before whoever connects is told that the socket is open. */
  opens: (url: string) => Promise<void> | void = () => {};
  private tick = 0;

  async host(options: JetstreamOptions = {}): Promise<JetstreamDouble> {
    const host = await JetstreamDouble.start({ now: () => this.nowUs(), ...options });
    this.hosts.push(host);
    return host;
  }

  nowUs(): number {
    return this.clock.now() * 1_000 + (this.tick += 1) % 1_000;
  }

  async stop(): Promise<void> {
    for (const host of this.hosts) await host.stop();
  }

  /** Begins to read, as the host of plugins does: one batch ahead. */
  listen(names: readonly string[], told: { readonly cursor?: StreamCursor; readonly jetstream?: readonly string[]; readonly relays?: readonly string[]; readonly blind?: true; readonly compress?: boolean } = {}) {
    const jetstream = told.jetstream ?? this.hosts.map(({ address }) => address);
    const settings = settingsSchema.parse({ handle: '@library.example', service: SERVICE, directory: DIRECTORY, jetstream, relays: told.relays ?? [], compress: told.compress ?? false });
    const ctx = fakeCtx({
      settings, secrets: signIn, clock: this.clock,
      fetch: (input, init) => (String(input).startsWith('http://127.0.0.1') ? fetch(input, init) : this.world.fetch(input, init)),
      connect: async (url) => {
        this.connected.push(url);
        const socket = await connect(url);
        await this.opens(url);
        return socket;
      },
    });
    const changes: ((targets: readonly Target[]) => void)[] = [];
    const targetOf = (name: string): Target => ({ kind: 'profile', key: name.startsWith('did:') ? name : did(name), label: name });
    const channel: OpenChannel<StreamCursor> = {
      key: 'profiles', mode: 'stream', pulseMs: 60_000, retarget: 'live', targets: names.map(targetOf), ...(told.cursor === undefined ? {} : { cursor: told.cursor }), ...(told.blind === undefined ? {} : { blind: told.blind }),
      changes: (async function* () { for (;;) yield await new Promise<readonly Target[]>((resolve) => changes.push(resolve)); })(),
    };
    const batches: Batch<StreamCursor>[] = [];
    const iterator = readStream(channel, ctx, this.clock);
    let wake = (): void => undefined;
    let failed: { error: unknown } | undefined;
    const done = (async () => {
      try {
        for await (const batch of iterator) {
          batches.push(batch);
          wake();
        }
      } catch (error) {
        failed = { error };
      }
      wake();
    })();
    const events = (): readonly SourceEvent[] => batches.flatMap((batch) => batch.events);
    /** Waits for what a test wants to see; time passes only where it says so. */
    const until = async (isMet: () => boolean): Promise<void> => {
      while (!isMet()) {
        if (failed !== undefined) throw failed.error;
        if (this.murmurs) for (const host of this.hosts) host.say(aPostBy('stranger', 'murmur'));
        await new Promise<void>((resolve) => { wake = resolve; setTimeout(resolve, 10); });
      }
    };
    const texts = (): readonly string[] => events().flatMap((event) => (event.kind === 'post' ? [event.post.text] : []));
    return {
      ctx, batches, events, until, texts,
      heard: (...wanted: readonly string[]) => until(() => wanted.every((text) => texts().includes(text))),
      follow: (all: readonly string[]) => void changes.shift()?.(all.map(targetOf)),
      cursor: () => batches.findLast((batch) => batch.cursor !== undefined)?.cursor,
      heardUntil: () => Math.max(0, ...batches.flatMap((batch) => batch.heardUntil?.getTime() ?? [])),
      kinds: () => events().map(({ kind }) => kind),
      stop: async () => { ctx.stop(); await done; if (failed !== undefined) throw failed.error; },
    };
  }
}
