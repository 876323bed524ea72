import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Target } from '@earshot/plugin-sdk';
import { Scene } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { KnownRepository } from './known.repository.js';

let database: Database;
let scene: Scene;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 1 } });
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

it('reads of a channel what it is of, and not the thousands who are known by their posts', async () => {
  const library = await scene.library({ name: 'Ashford' });
  const account = await scene.account(library);
  const kinds = ['feed', 'list', 'search', 'timeline'] as const;
  const some: readonly Target[] = kinds.map((kind) => ({ kind, key: `a ${kind}`, label: kind }));
  const many: readonly Target[] = Array.from({ length: 8_000 }, (_, number) => ({ kind: 'profile', key: `did:plc:${number}`, label: `@p${number}` }));
  const all = [...some.slice(0, 2), ...many, { kind: 'hashtag', key: 'mill', label: '#mill' }, { kind: 'mentions', key: 'us', label: 'Us' }, ...some.slice(2)];
  const [channel] = await scene.query<{ id: string }>(
    `insert into channel(id, account_id, library_id, key, mode, pulse_ms, targets) values ($1, $2, $3, 'profiles', 'stream', 60000, $4::jsonb) returning id`, [newId(), account, library.id, JSON.stringify(all)]);
  const known = new KnownRepository();
  const read = async (id = channel?.id ?? '') => (await database.listening((tx) => known.plan(tx, id))).targets;
  expect(await read()).toEqual(some);
  expect(await read()).toEqual(some);
  await scene.query('update channel set targets = $2::jsonb, plan_version = plan_version + 1 where id = $1', [channel?.id, JSON.stringify([...many, some[0]])]);
  expect(await read()).toEqual(some.slice(0, 1));
  expect(await read(newId())).toEqual([]);
});
