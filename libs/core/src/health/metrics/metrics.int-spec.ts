import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../../../../../test/support/whole-app.js';
import { ofInstallation, ofProcess } from './metric-list.js';

const token = 'for-prometheus-alone';
let scene: Scene;
let whole: WholeApp;
let library: SceneLibrary;
let page: string;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  library = await scene.library({ name: 'Ashford' });
  await setScene();
  whole = await startWholeApp(test, [], { EARSHOT_METRICS_TOKEN: token });
  const cookie = await sessionOf(scene, await scene.person(library, 'observer'));
  expect(await whole.ask(cookie, '{ myLibraries { edges { node { id } } } }')).toMatchObject({ data: {} });
  await whole.ask(cookie, 'mutation { stopLibrary(libraryId: "0190a1b2-0000-7000-8000-000000000000", what: all, why: "x") { id } }');
  page = await (await read(token)).text();
}, 60_000);
afterAll(async () => {
  await whole.close();
  await scene.close();
});

const read = (shown: string | undefined): Promise<Response> => fetch(`${whole.url}/metrics`, shown === undefined ? {} : { headers: { authorization: `Bearer ${shown}` } });

/** One channel an hour behind and late, one that is blind, a gap, a letter, replies and a stop. */
const setScene = async (): Promise<void> => {
  const account = await scene.account(library, { name: 'Hunter2 Town', health: 'troubled' });
  const channel = async (key: string, told: string): Promise<string> =>
    (await scene.query<{ id: string }>(`insert into channel(id, account_id, library_id, key, mode, pulse_ms, ${told.split(' := ')[0]}) values (gen_random_uuid(), $1, $2, $3, 'stream', 1000, ${told.split(' := ')[1]}) returning id`, [account, library.id, key]))[0]?.id ?? '';
  const late = await channel('hunter2', `heard_until, next_at := now() - interval '1 hour', now() - interval '10 minutes'`);
  await channel('blind', `blind_since, state, lease_until := now(), 'reading', now() + interval '1 hour'`);
  await scene.query(`insert into coverage_gap(id, channel_id, library_id, gap_to, why, noted_at) values (gen_random_uuid(), $1, $2, now(), 'hunter2', now() - interval '100 seconds')`, [late, library.id]);
  await scene.query(`insert into dead_letter(id, channel_id, library_id, why, digest) values (gen_random_uuid(), $1, $2, 'hunter2', 'x')`, [late, library.id]);
  const { post, conversation } = await scene.heard(library);
  const person = await scene.person(library);
  for (const state of ['approved', 'unknown'])
    await scene.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, due_at)
       values (gen_random_uuid(), $1, $2, $3, $4, gen_random_uuid(), 'hunter2', $5, $6, $6, 'person', 'hunter2', now() - interval '60 seconds')`, [library.id, conversation, account, post, state, person]);
  const other = await scene.library({ name: 'Elsewhere' });
  await scene.query(`insert into stop(id, library_id, what, why, by_name) values (gen_random_uuid(), $1, 'listening', 'hunter2', 'hunter2')`, [other.id]);
};

const valueOf = (sample: string): number => Number(page.split('\n').find((line) => line.startsWith(`${sample} `))?.slice(sample.length + 1));

describe('the metrics', () => {
  it('are for whoever shows the token', async () => {
    expect([(await read(undefined)).status, (await read('another-token-of-no-use')).status, (await read(token)).status]).toEqual([401, 401, 200]);
    expect((await read(token)).headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('are those of the list, each once, with no label value but those that are listed', () => {
    const told = [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    const all = [...Object.values(ofProcess), ...Object.values(ofInstallation)];
    expect(told).toEqual(all.map(({ name, type }) => `${name} ${type}`));
    for (const { name, labels = {} } of all.filter((metric) => metric !== ofProcess.build)) {
      for (const [, text = ''] of page.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, 'gm')))
        for (const [, label = '', value] of text.matchAll(/(\w+)="([^"]*)"/g)) if (label !== 'le') expect({ name, label, known: labels[label]?.includes(value ?? '') }).toEqual({ name, label, known: true });
    }
  });

  it('tell how listening, jobs and the outbox do', () => {
    expect(valueOf('earshot_database_up')).toBe(1);
    expect(valueOf('earshot_accounts{health="troubled"}')).toBe(1);
    expect([valueOf('earshot_channels{state="waiting"}'), valueOf('earshot_channels{state="reading"}'), valueOf('earshot_channels{state="paused"}')]).toEqual([1, 1, 0]);
    expect([valueOf('earshot_channels_blind'), valueOf('earshot_channels_late'), valueOf('earshot_gaps_open'), valueOf('earshot_dead_letters')]).toEqual([1, 1, 1, 1]);
    expect(valueOf('earshot_listening_lag_seconds{state="waiting"}')).toBeGreaterThanOrEqual(3_600);
    expect(valueOf('earshot_gap_oldest_seconds')).toBeGreaterThanOrEqual(100);
    expect([valueOf('earshot_replies{state="approved"}'), valueOf('earshot_replies{state="unknown"}'), valueOf('earshot_replies{state="failed"}')]).toEqual([1, 1, 0]);
    expect(valueOf('earshot_reply_oldest_due_seconds')).toBeGreaterThanOrEqual(60);
    expect(valueOf('earshot_stops{what="listening"}')).toBe(1);
    expect(valueOf('earshot_jobs{state="failed"}')).toBe(0);
  });

  it('tell how long this process took to answer, and what it holds', () => {
    expect(valueOf('earshot_request_seconds_count{kind="query",outcome="ok"}')).toBe(1);
    expect(valueOf('earshot_request_seconds_bucket{kind="query",outcome="ok",le="+Inf"}')).toBe(1);
    expect(valueOf('earshot_request_seconds_count{kind="mutation",outcome="refused"}')).toBe(1);
    expect(valueOf('earshot_memory_bytes{part="resident"}')).toBeGreaterThan(10_000_000);
    expect(valueOf('earshot_database_connections{pool="app",state="idle"}')).toBeGreaterThanOrEqual(1);
  });

  it('hold nothing that anybody wrote', () => {
    expect(page).not.toMatch(/hunter2|ashford|town/i);
  });
});

describe('a request to the whole application', () => {
  it('is named in every answer, by what its caller calls it', async () => {
    const named = { headers: { 'x-request-id': 'monitor-2026.11.27' } };
    for (const path of ['/health/live', '/health/ready', '/metrics', '/sign-in', '/nowhere', `/webhooks/${library.id}`]) {
      const answer = await fetch(`${whole.url}${path}`, named);
      expect({ path, id: answer.headers.get('x-request-id') }).toEqual({ path, id: 'monitor-2026.11.27' });
    }
  });
});

describe('without a token in the settings', () => {
  it('there are none', async () => {
    const test = await createTestDatabase();
    const bare = await startWholeApp(test, []);
    try {
      expect((await fetch(`${bare.url}/metrics`, { headers: { authorization: 'Bearer ' } })).status).toBe(404);
    } finally {
      await bare.close();
    }
  }, 60_000);
});
