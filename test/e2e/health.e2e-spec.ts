import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseGate } from '../support/database-gate.js';
import { eventually } from '../support/eventually.js';
import type { EarshotProcess } from './earshot-process.js';
import { type OwnDatabase, openDatabase } from './own-database.js';

/** One Earshot whose database comes and goes: what it says of itself meanwhile. */
let database: OwnDatabase;
let gate: DatabaseGate;
let earshot: EarshotProcess;
let url: string;

beforeAll(async () => {
  database = await openDatabase();
  gate = await DatabaseGate.open(database.postgres.adminConfig());
  earshot = database.run(['start'], { DATABASE_URL: gate.url('earshot'), EARSHOT_METRICS_TOKEN: 'for-prometheus-alone' });
  [url = ''] = await earshot.until(/http:\/\/127\.0\.0\.1:\d+/);
}, 120_000);
afterAll(async () => {
  await earshot.kill();
  await gate.end();
  await database.close();
});

interface Told { readonly code: number; readonly seconds: number; readonly body: { readonly status: string; readonly reasons?: readonly string[] } }

const ask = async (path: string): Promise<Told> => {
  const begun = performance.now();
  const answer = await fetch(`${url}/health/${path}`);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return { code: answer.status, seconds: (performance.now() - begun) / 1_000, body: (await answer.json()) as Told['body'] };
};
const readyIs = (code: number): Promise<Told> =>
  eventually(`ready answering ${code}`, async () => {
    const told = await ask('ready');
    return told.code === code ? told : undefined;
  }, 60_000);
/** What a dashboard does that comes back: connects, and asks at once. */
const comeBack = async (): Promise<string> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  return Buffer.concat(await socket.toArray() as Buffer[]).toString().slice(0, 'HTTP/1.1 200'.length);
};
/** Connections that nobody has accepted yet: Linux tells of them in the row of the listening socket. */
const waitingAt = (port: number): number => {
  const row = readFileSync('/proc/net/tcp', 'utf8').split('\n').map((line) => line.trim().split(/\s+/)).find(([, local = '', , state]) => state === '0A' && local.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`));
  return Number.parseInt(row?.[4]?.split(':')[1] ?? '0', 16);
};
const metrics = (): Promise<string> => fetch(`${url}/metrics`, { headers: { authorization: 'Bearer for-prometheus-alone' } }).then((answer) => answer.text());

describe('a whole Earshot', () => {
  it('is live and ready', async () => {
    expect((await readyIs(200)).body).toEqual({ status: 'ready' });
    expect(await ask('live')).toMatchObject({ code: 200, body: { status: 'live' } });
    expect(await metrics()).toMatch(/^earshot_database_up 1$/m);
  }, 90_000);

  it('answers everybody who comes back at once while it is busy with something else', async () => {
    // As many as a large consortium's staff, where this machine lets a server have so many wait.
    const many = Math.min(1_000, Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8')) - 24);
    earshot.child.kill('SIGSTOP');
    const answers = Promise.allSettled(Array.from({ length: many }, comeBack));
    await eventually('all of them waiting', async () => waitingAt(Number(new URL(url).port)) === many || undefined);
    earshot.child.kill('SIGCONT');
    const told = (await answers).map((answer) => (answer.status === 'fulfilled' ? answer.value : String(answer.reason)));
    expect(told.filter((answer) => answer !== 'HTTP/1.1 200')).toEqual([]);
  }, 60_000);

  it.each([
    ['refuses', /^The database (refuses connections|cannot be reached)\.$/],
    ['mute', /^The database (does not answer within 2 s|cannot be reached)\.$/],
  ] as const)('whose database %s stays live, says so in words, waits for nothing, and is ready again by itself', async (mode, words) => {
    await gate.turn(mode);
    const away = await readyIs(503);
    expect(away.body).toEqual({ status: 'not-ready', reasons: [expect.stringMatching(words)] });
    // However many ask, and whatever hangs.
    const told = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n % 2 === 0 ? 'ready' : 'live')));
    expect(told.map(({ code }) => code)).toEqual(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? 503 : 200)));
    expect(Math.max(...told.map(({ seconds }) => seconds))).toBeLessThan(4);
    // What was read a moment ago is told for five seconds.
    const page = await eventually('metrics that say that the database is away', async () => {
      const read = await metrics();
      return /^earshot_database_up 0$/m.test(read) ? read : undefined;
    });
    expect(page).toMatch(/^earshot_ready 0$/m);
    expect(page).toMatch(/^earshot_memory_bytes\{part="resident"\} \d+$/m);
    await gate.turn('open');
    expect((await readyIs(200)).body).toEqual({ status: 'ready' });
  }, 120_000);

  it('that is asked to stop while its database is mute is ready for nobody from that moment on, and ends all the same', async () => {
    await gate.turn('mute');
    earshot.child.kill('SIGTERM');
    await earshot.until(/SIGTERM: stopping/);
    const begun = performance.now();
    const told: unknown[] = [];
    // Until it takes no connection any more, which is soon: what is under way is answered.
    for (let open = true; open; )
      await ask('ready').then(({ code, body }) => told.push([code, body.reasons]), () => (open = false));
    expect(told.filter((answer) => JSON.stringify(answer) !== '[503,["Earshot is stopping."]]')).toEqual([]);
    expect(await earshot.end()).toBe(0);
    expect((performance.now() - begun) / 1_000).toBeLessThan(40);
    expect(earshot.said).toMatch(/Stopped\.\n$/);
  }, 90_000);
});
