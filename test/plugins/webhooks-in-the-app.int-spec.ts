import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';
import { silent } from './events.js';
import { signed, withWebhooks } from './with-webhooks.js';

let scene: Scene;
let town: SceneLibrary;
let app: WholeApp;
let account: string;
let channel: string;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  town = await scene.library();
  app = await startWholeApp(test, [withWebhooks, { ...withWebhooks, id: 'without-webhooks', source: { ...silent, plan: () => [], async *read() {} } }], { EARSHOT_PUBLIC_URL: 'https://earshot.library.example' });
  account = await scene.account(town, { plugin: 'with-webhooks' });
  await scene.follow(town, await scene.list(town), account, { kind: 'feed', network: 'fixture', key: 'courier', label: 'The Courier' });
  channel = '019caf00-0000-7000-8000-00000000c0de';
  await scene.query(`insert into channel(id, account_id, library_id, key, mode, pulse_ms, targets, failures, state_words) values ($1, $2, $3, 'courier', 'poll', 60000, '[{"kind":"feed","key":"courier","label":"The Courier"}]', 3, 'not reachable')`, [channel, account, town.id]);
});
afterAll(async () => {
  await app.close();
  await scene.close();
});

const deliver = (told: object, to = account): Promise<Response> => {
  const body = JSON.stringify(told);
  return fetch(`${app.url}/webhooks/${to}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...signed(body) } });
};
const stored = () => scene.query<{ remote_id: string; account_id: string }>(`select p.remote_id, f.account_id from post p join hearing h on h.post_id = p.id join follow f on f.id = h.follow_id order by 1`);

describe('webhooks, in the whole application', () => {
  it('are heard by the channel that they name, without cookie or token, and a delivery that comes again is stored once', async () => {
    for (let time = 0; time < 3; time++) expect((await deliver({ posts: ['w1', 'broken'], channel: 'courier' })).status).toBe(202);
    expect((await Promise.all([1, 2, 3].map(() => deliver({ posts: ['w2'], channel: 'courier' })))).map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await stored()).toEqual(['broken', 'w1', 'w2'].map((remote_id) => ({ remote_id, account_id: account })));
  });
  it('are counted at their channel, whose reading they leave as it was', async () => {
    expect(await scene.query('select outcome, times::int from channel_count where channel_id = $1 order by 1', [channel])).toEqual([{ outcome: 'kept', times: 3 }, { outcome: 'unreadable', times: 3 }]);
    expect(await scene.query('select times from dead_letter where channel_id = $1', [channel])).toEqual([{ times: 3 }]);
    expect(await scene.query('select failures, state_words, heard_until, cursor from channel where id = $1', [channel])).toEqual([{ failures: 3, state_words: 'not reachable', heard_until: null, cursor: null }]);
  });
  it('bring nothing in that nobody follows', async () => {
    expect((await deliver({ posts: ['stranger'] })).status).toBe(202);
    expect((await deliver({ posts: ['stranger'], channel: 'elsewhere' })).status).toBe(202);
    expect((await stored()).map(({ remote_id }) => remote_id)).not.toContain('stranger');
  });
  it('have an address that administrators are told', async () => {
    const quiet = await scene.account(town, { plugin: 'without-webhooks' });
    const urls = async (role: 'administrator' | 'librarian'): Promise<unknown> =>
      (await app.ask(await sessionOf(scene, await scene.person(town, role)), 'query($a: ID!, $b: ID!) { a: account(id: $a) { webhookUrl } b: account(id: $b) { webhookUrl } }', { a: account, b: quiet })).data;
    expect(await urls('administrator')).toEqual({ a: { webhookUrl: `https://earshot.library.example/webhooks/${account}` }, b: { webhookUrl: null } });
    expect(await urls('librarian')).toEqual({ a: { webhookUrl: null }, b: { webhookUrl: null } });
  });
});
