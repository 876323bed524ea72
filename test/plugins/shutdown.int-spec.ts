import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@earshot/core/database';
import { definePlugin } from '@earshot/plugin-sdk';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Listening } from '../../apps/server/src/listening.role.js';
import { type Parts, stopServer } from '../../apps/server/src/stop-server.js';
import { Working } from '../../apps/server/src/working.role.js';
import { SteadyClient } from '../../libs/core/src/database/steady-client.js';
import { eventually } from '../support/eventually.js';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { type TestDatabase, createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';
import { withStreamSource } from './with-stream-source.js';

/** A network that takes a reply and answers when the test says so. */
class SlowNetwork {
  readonly begun = Promise.withResolvers<void>();
  readonly answer = Promise.withResolvers<void>();
  readonly plugin = definePlugin({
    id: 'with-slow-responder', version: '1', sdk: '^0.1.0', networks: ['fixture'],
    responder: {
      abilities: async () => ({ reply: 'yes', length: { limit: 500, unit: 'grapheme' }, can: [] }),
      send: async ({ key }) => {
        this.begun.resolve();
        await this.answer.promise;
        return { network: 'fixture', id: `reply ${key}` };
      },
      find: async () => 'cannot-tell',
    },
  });
}

let test: TestDatabase;
let scene: Scene;
let library: SceneLibrary;
let network: SlowNetwork;
let whole: WholeApp;
let logged: { readonly message: string; readonly facts: Record<string, unknown> }[];
let parts: Parts;

beforeEach(async () => {
  [test, network, logged] = [await createTestDatabase(), new SlowNetwork(), []];
  scene = await Scene.open(test);
  library = await scene.library();
  whole = await startWholeApp(test, [withStreamSource, network.plugin]);
  const log = { debug: () => {}, info: () => {}, error: () => {}, warn: (message: string, facts?: object) => void logged.push({ message, facts: facts as Record<string, unknown> }) };
  parts = { app: whole.app, database: whole.database, started: { stop: () => Promise.resolve() }, log };
  await hear();
  await whole.app.get(Listening).start();
  await whole.app.get(Working).start();
  await eventually('the stream being read', async () => (await channel())?.lease_holder ?? undefined);
}, 60_000);
afterEach(async () => {
  network.answer.resolve();
  await scene.close();
});

const hear = async (): Promise<void> => {
  const account = await scene.account(library, { plugin: 'with-stream-source' });
  await scene.follow(library, await scene.list(library), account, { kind: 'feed', network: 'fixture', key: 'a', label: 'a' });
};
const channel = async () => (await scene.query<{ lease_holder: string | null; state: string }>('select lease_holder, state from channel'))[0];

/** A reply that is on its way, held by its network. */
const sending = async (): Promise<string> => {
  const account = await scene.account(library, { plugin: 'with-slow-responder' });
  const [person, thread, author, id] = [await scene.person(library), await scene.thread(), await scene.profile({ network: 'fixture' }), newId()];
  const post = await scene.post(thread, { network: 'fixture', author_id: author });
  const conversation = await scene.conversation(library, thread, { top_post_id: post });
  await scene.query(
    `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, approved_text, state, drafted_by, approved_by, approved_kind, approved_at, due_at)
     values ($1, $2, $3, $4, $5, $6, 'On the shelf.', 'On the shelf.', 'approved', $7, $7, 'person', now(), now())`, [id, library.id, conversation, account, post, newId(), person]);
  await network.begun.promise;
  return id;
};
const stateOf = async (reply: string): Promise<string | undefined> => (await scene.query<{ state: string }>('select state from reply where id = $1', [reply]))[0]?.state;

/** Holds whatever reads libraries. */
const holdLibraries = async (): Promise<{ free(): Promise<void> }> => {
  const holder = new SteadyClient(test.owner);
  await holder.connect();
  await holder.query('begin; lock table library in access exclusive mode');
  return { free: () => holder.end() };
};
const waits = (): Promise<unknown> =>
  eventually('a statement waiting', async () => ((await scene.query(`select 1 from pg_locks where not granted and relation = 'library'::regclass and database = (select oid from pg_database where datname = current_database())`)).length > 0 ? true : undefined));

const subscribe = (cookie: Record<string, string>): { readonly client: Client; readonly told: Promise<unknown>; readonly closed: Promise<unknown> } => {
  class Socket extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { headers: { ...cookie, origin: whole.url } });
    }
  }
  const closed = Promise.withResolvers<unknown>();
  const client = createClient({ url: `${whole.url.replace('http', 'ws')}/graphql`, webSocketImpl: Socket, retryAttempts: 0, on: { closed: (event) => closed.resolve((event as { code: number }).code) } });
  const results = client.iterate({ query: 'subscription { changed { kind } }' });
  return { client, told: results.next(), closed: closed.promise };
};

describe('a stop', () => {
  it('answers the request under way, closes the subscription, finishes the reply, and gives the channel back: nothing is cut', async () => {
    const cookie = await sessionOf(scene, await scene.person(library, 'observer'));
    const reply = await sending();
    const { told, closed } = subscribe(cookie);
    await told;
    const held = await holdLibraries();
    const answer = whole.ask(cookie, '{ myLibraries { edges { node { id } } } }');
    await waits();

    const stopping = stopServer(parts);
    // Going away, in the words of WebSocket.
    expect(await closed).toBe(1001);
    await eventually('nobody being let in any more', () => fetch(`${whole.url}/health/live`).then(() => undefined, () => true));
    await held.free();
    expect(await answer).toMatchObject({ data: { myLibraries: { edges: [{ node: { id: library.id } }] } } });
    expect(await stateOf(reply)).toBe('sending');
    network.answer.resolve();
    expect(await stopping).toEqual({ cut: false });
    expect([await stateOf(reply), logged]).toEqual(['sent', []]);
    expect(await channel()).toEqual({ lease_holder: null, state: 'waiting' });
  }, 60_000);

  it('does not wait for ever: what is under way after its time is cut, and told of; the rest was given back, and the reply is to be asked about', async () => {
    const reply = await sending();
    expect(await stopServer(parts, 2_000)).toEqual({ cut: true });
    expect(logged).toEqual([{ message: expect.stringContaining('Not everything was done in time'), facts: expect.objectContaining({ seconds: 2, replies: 1, channels: 0 }) }]);
    expect(await channel()).toEqual({ lease_holder: null, state: 'waiting' });
    // Its lease runs out, and whoever comes next asks the network whether it arrived.
    expect(await scene.query('select state, lease_until > now() as leased from reply where id = $1', [reply])).toEqual([{ state: 'sending', leased: true }]);
  }, 60_000);
});
