import { type AddressInfo } from 'node:net';
import { type Server, createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Secret } from '../config/index.js';
import { Database } from '../database/index.js';
import { Heartbeat } from './heartbeat.js';
import type { Ready } from './readiness.js';

let database: Database;
let scene: Scene;
let library: SceneLibrary;
let monitor: Server;
let url: string;
let [called, answer]: [string[], { status: number; headers?: Record<string, string> }] = [[], { status: 200 }];
let logged: string[];
let ready: Ready;
let heartbeat: Heartbeat;

beforeAll(async () => {
  const test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 2 } });
  scene = await Scene.open(test);
  library = await scene.library();
  monitor = createServer((request, response) => {
    called.push(`${request.method} ${request.url}`);
    response.writeHead(answer.status, answer.headers).end('OK');
  });
  await new Promise<void>((resolve) => monitor.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(monitor.address() as AddressInfo).port}`;
});
afterAll(async () => {
  monitor.close();
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  await scene.query('truncate account cascade');
  await scene.query('delete from stop');
  [called, answer, logged, ready] = [[], { status: 200 }, [], { ready: true, reasons: [], remarks: [] }];
  heartbeat = at(`${url}/ping/hunter2`);
});

const at = (address: string | undefined): Heartbeat => {
  const log = { debug: () => {}, error: () => {}, info: (message: string) => void logged.push(message), warn: (message: string, facts?: object) => void logged.push(`${message} ${JSON.stringify(facts ?? {})}`) };
  return new Heartbeat({ url: address === undefined ? undefined : new Secret(address), readiness: { look: () => Promise.resolve(ready) }, database, log }, new JobsAtHand());
};
/** A channel that is due since ten minutes ago and that nobody reads. */
const late = async (): Promise<void> => {
  const account = await scene.account(library);
  await scene.query(`insert into channel(id, account_id, library_id, key, mode, pulse_ms, next_at) values (gen_random_uuid(), $1, $2, 'x', 'poll', 1000, now() - interval '10 minutes')`, [account, library.id]);
};

describe('the heartbeat', () => {
  it('calls the address while all is well, also a private one, since its administrator named it', async () => {
    await heartbeat.beat();
    await heartbeat.beat();
    expect(called).toEqual(['GET /ping/hunter2', 'GET /ping/hunter2']);
    expect(logged).toEqual([]);
  });

  it('is held back while this process is not ready, which is logged once, and so is that it goes on', async () => {
    ready = { ready: false, reasons: ['The database refuses connections.'], remarks: [] };
    await heartbeat.beat();
    await heartbeat.beat();
    expect(called).toEqual([]);
    expect(logged).toEqual(['The heartbeat is held back: The database refuses connections. {}']);
    ready = { ready: true, reasons: [], remarks: [] };
    await heartbeat.beat();
    await heartbeat.beat();
    expect(called).toHaveLength(2);
    expect(logged.slice(1)).toEqual(['The heartbeat is sent again']);
  });

  it('is held back where listening is silently stuck, and not where somebody stopped it', async () => {
    await late();
    await heartbeat.beat();
    expect(called).toEqual([]);
    await scene.query(`insert into stop(id, library_id, what, why, by_name) values (gen_random_uuid(), null, 'listening', 'x', 'x')`);
    await heartbeat.beat();
    expect(called).toHaveLength(1);
  });

  it.each([
    ['refuses', () => url, { status: 500 }, 'The heartbeat was answered with 500 {}'],
    ['leads elsewhere', () => url, { status: 302, headers: { location: 'http://169.254.169.254/' } }, 'The heartbeat was answered with 302 {}'],
    ['is away', () => 'http://127.0.0.1:1', { status: 200 }, /^The heartbeat could not be sent \{"error":"\w+"\}$/],
  ])('to a monitor that %s is logged once, without the address', async (_, where, given, words) => {
    answer = given;
    heartbeat = at(`${where()}/ping/hunter2`);
    for (let n = 0; n < 3; n++) await heartbeat.beat();
    expect(logged).toEqual([expect.stringMatching(words)]);
    expect(logged.join(' ')).not.toMatch(/hunter2|127\.0\.0\.1|169\.254/);
  });

  it('calls nobody where no address is set', async () => {
    await at(undefined).beat();
    expect([called, logged]).toEqual([[], []]);
  });
});
