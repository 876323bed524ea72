import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { ReplyAlarm } from './reply-alarm.js';

let database: Database;
let scene: Scene;
let ashford: SceneLibrary;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 1 } });
  ashford = await scene.library();
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

const warnings: string[] = [];
const log = { debug: () => {}, info: () => {}, warn: (message: string) => void warnings.push(message), error: (message: string) => void warnings.push(message) };
const tell = (kind: 'reply' | 'conversation'): Promise<void> => database.as(ashford.system, async (tx) => tx.hint({ kind, id: newId(), library: ashford.id }));

it('rings when it begins to listen and when a reply changes anywhere, also after its connection was lost', async () => {
  let rung = Promise.withResolvers<void>();
  let rings = 0;
  const nextRing = async (after: () => Promise<unknown>): Promise<void> => {
    rung = Promise.withResolvers();
    await after();
    await rung.promise;
  };
  const reopening = Promise.withResolvers<() => void>();
  const clock = {
    now: () => 0,
    after: (_ms: number, then: () => void) => {
      reopening.resolve(then);
      return () => {};
    },
  };
  const alarm = new ReplyAlarm(database, clock, log);
  await nextRing(async () =>
    alarm.start(() => {
      rings++;
      rung.resolve();
    }),
  );
  // What is told of a conversation rings nothing: only the reply's own ring is counted.
  await nextRing(async () => {
    await tell('conversation');
    await tell('reply');
  });
  expect(rings).toBe(2);
  await scene.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'earshot-outbox' and datname = current_database()`);
  const reopen = await reopening.promise;
  expect(warnings).toEqual(['The connection that tells of approved replies was lost']);
  await nextRing(async () => reopen());
  await nextRing(() => tell('reply'));
  await alarm.stop();
  await tell('reply');
  expect(rings).toBe(4);
});

it('keeps trying where the server cannot be reached, until it is stopped', async () => {
  const lost = Promise.withResolvers<void>();
  const nowhere = Object.assign(Object.create(database) as Database, { connection: () => ({ host: '127.0.0.1', port: 1 }) });
  let cancelled = 0;
  const clock = {
    now: () => 0,
    after: () => {
      lost.resolve();
      return () => void cancelled++;
    },
  };
  const alarm = new ReplyAlarm(nowhere, clock, log);
  alarm.start(() => {});
  await lost.promise;
  await alarm.stop();
  expect(cancelled).toBe(1);
});
