import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database } from '../database/index.js';
import { FollowHistoryModel, type FollowHistoryRow } from './follow-history.model.js';
import { FollowsRepository } from './follows.repository.js';

let database: Database;
let scene: Scene;
let [county, ashford, elsewhere]: SceneLibrary[] = [];
let [account, list]: [string, string] = [] as never;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 2, worker: 1, listener: 1 } });
  county = await scene.library();
  ashford = await scene.library({ parent: county });
  elsewhere = await scene.library();
  [account, list] = [await scene.account(county), await scene.list(county)];
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

const historyFor = async (reader: SceneLibrary, follow: string): Promise<readonly FollowHistoryRow[]> => {
  const reads = database.reads(await scene.person(reader, 'observer'));
  try {
    return await new FollowsRepository().histories(reads, [follow]);
  } finally {
    await reads.close();
  }
};

describe('the week before a follow', () => {
  it('is written down with the follow, whoever makes it, and seen by those who hear by it', async () => {
    const addedAt = new Date('2026-03-08T10:00:00Z');
    const follow = await scene.follow(county as SceneLibrary, list, account, { added_at: addedAt });
    const [row] = await historyFor(ashford as SceneLibrary, follow);
    expect(FollowHistoryModel.fromRow(row as FollowHistoryRow)).toEqual({ state: 'waiting', since: new Date('2026-03-01T10:00:00Z'), until: addedAt, posts: 0, words: null });
    expect(await historyFor(county as SceneLibrary, follow)).toHaveLength(1);
    expect(await historyFor(elsewhere as SceneLibrary, follow)).toEqual([]);
  });
  it('is none of a timeline', async () => {
    const follow = await scene.follow(county as SceneLibrary, list, account, { kind: 'timeline', key: 'town' });
    expect(await historyFor(county as SceneLibrary, follow)).toEqual([]);
  });
  it('changes nothing of the follow when it comes in: no rule is read again for it, and no channel planned', async () => {
    const follow = await scene.follow(county as SceneLibrary, list, account);
    await scene.query('update account set plan_stale = false where id = $1', [account]);
    const changed = () => scene.query('select f.changed_xid::text, a.plan_stale from follow f join account a on a.id = f.account_id where f.id = $1', [follow]);
    const before = await changed();
    await database.listening((tx) => tx.query(`update follow_history set posts = 7, state = 'done' where follow_id = $1`, [follow]));
    expect(await changed()).toEqual(before);
  });
});
