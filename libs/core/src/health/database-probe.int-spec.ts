import { type AddressInfo, type Socket, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Scene } from '../../../../test/support/scene.js';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/test-database.js';
import { DatabaseProbe } from './database-probe.js';

let test: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  test = await createTestDatabase();
  scene = await Scene.open(test);
});
afterAll(() => scene.close());

describe('the probe of the database', () => {
  it('finds nothing wrong with one that answers and has had all migrations', async () => {
    expect(await new DatabaseProbe(test.config('listener')).look()).toEqual({});
  });

  it.each([
    ['refuses connections', () => ({ ...test.config('listener'), host: '127.0.0.1', port: 1 }), 'The database refuses connections.'],
    ['does not know us', () => ({ ...test.config('listener'), password: 'hunter2' }), 'The database does not let us in.'],
    ['is not there', () => ({ ...test.config('listener'), database: 'nowhere' }), 'The database is not there.'],
  ])('says in words that it %s, without a name and an address', async (_, connection, words) => {
    expect(await new DatabaseProbe(connection()).look()).toEqual({ wrong: words });
  });

  it('opens one connection, however many ask at once', async () => {
    const before = await connections();
    const probe = new DatabaseProbe(test.config('listener'));
    const seen = await Promise.all(Array.from({ length: 50 }, () => probe.look()));
    expect(new Set(seen).size).toBe(1);
    expect((await connections()) - before).toBe(1);
  });
});

describe('a schema of another version', () => {
  afterEach(() => scene.query(`delete from migrations where name = 'Newer'`));

  it('that is newer is no trouble; one that lacks a migration is', async () => {
    await scene.query(`insert into migrations(timestamp, name) values (1, 'Newer')`);
    expect(await new DatabaseProbe(test.config('listener')).look()).toEqual({ newer: true });
    await scene.query(`update migrations set name = 'Stopped' where name = 'Stops1700000000002'`);
    try {
      expect(await new DatabaseProbe(test.config('listener')).look()).toEqual({ wrong: 'The database lacks migrations of this program: Stops1700000000002.' });
    } finally {
      await scene.query(`update migrations set name = 'Stops1700000000002' where name = 'Stopped'`);
    }
  });
});

describe('a server that takes the connection and says nothing', () => {
  it('is told of at the deadline, and not waited for', async () => {
    const held = new Set<Socket>();
    const server = createServer((socket) => {
      held.add(socket);
      socket.on('error', () => undefined).resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const probe = new DatabaseProbe({ ...test.config('listener'), host: '127.0.0.1', port: (server.address() as AddressInfo).port }, 200);
      const begun = performance.now();
      expect(await probe.look()).toEqual({ wrong: expect.stringMatching(/^The database (does not answer within 0\.2 s|cannot be reached|does not answer)\.$/) });
      expect(performance.now() - begun).toBeLessThan(5_000);
    } finally {
      for (const socket of held) socket.destroy();
      server.close();
    }
  });
});

/** How many were ever made to this database. */
const connections = async (): Promise<number> => {
  const [row] = await scene.query<{ sessions: number }>('select sessions::int as sessions from pg_stat_database where datname = current_database()');
  return row?.sessions ?? 0;
};
