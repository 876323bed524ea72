import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { EarshotProcess } from './earshot-process.js';
import { type OwnDatabase, openDatabase } from './own-database.js';

/** A monitor, and two processes on one database, each of which calls it by an address of its own. */
const names = ['one', 'two'] as const;
type Name = (typeof names)[number];

let database: OwnDatabase;
let monitor: Server;
const called: Name[] = [];
const processes = new Map<Name, EarshotProcess>();

beforeAll(async () => {
  monitor = createServer(({ url = '' }, response) => {
    called.push(url.slice(1) as Name);
    response.end('OK');
  });
  await new Promise<void>((resolve) => monitor.listen(0, '127.0.0.1', resolve));
  const { port } = monitor.address() as AddressInfo;
  database = await openDatabase();
  for (const name of names) processes.set(name, await database.start({ EARSHOT_ROLES: 'work', EARSHOT_HEARTBEAT_URL: `http://127.0.0.1:${port}/${name}` }));
}, 120_000);
afterAll(async () => {
  await database.close();
  monitor.close();
});

const jobs = (states: string): Promise<number> =>
  database.ask<{ count: number }>(`select count(*)::int as count from pgboss.job where name = 'health.heartbeat' and state in (${states})`).then((row) => row?.count ?? -1);
/** Who called. Does not wait for the minute to come round, but puts down what it does. */
const beat = async (): Promise<Name> => {
  const before = called.length;
  await database.owner.query(`insert into pgboss.job(name, data, policy, expire_seconds, retry_limit) values ('health.heartbeat', '{}', 'exclusive', 30, 0) on conflict do nothing`);
  const caller = await eventually('the monitor being called', () => Promise.resolve(called[before]), 90_000);
  await eventually('the call being over', async () => ((await jobs(`'created', 'retry', 'active'`)) === 0 ? true : undefined), 90_000);
  // One call a job; one whose process was killed at it may have called, or not.
  const [done, cut] = [await jobs(`'completed'`), await jobs(`'failed'`)];
  expect([called.length >= done, called.length <= done + cut, cut <= 1]).toEqual([true, true, true]);
  return caller;
};

describe('the heartbeat of two processes', () => {
  it('is called once by one of them, and by the other when that one dies', async () => {
    await eventually('the first minute’s call', () => Promise.resolve(called[0]), 90_000);
    const last = await beat();
    const left = names.find((name) => name !== last);
    await processes.get(last)?.kill();
    expect([await beat(), await beat()]).toEqual([left, left]);
    expect([...processes.values()].map(({ said }) => said).join('')).not.toContain('heartbeat');
  }, 300_000);
});
