import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Batch, type Post, type SourceEvent, systemClock, type Target } from '@earshot/plugin-sdk';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { searchChangedJob } from '../follows/searches/index.js';
import { ChannelStore } from '../plugins/index.js';
import { Suppression } from '../privacy/index.js';
import { Classifiers, Judge } from '../understanding/index.js';
import { HearingRulesService } from './hearing-rules.service.js';
import { Authors, ListeningService } from './listening.service.js';
import { WeighSearched } from './weigh-searched.js';

class NoClassifiers extends Classifiers {
  list(): [] {
    return [];
  }
}
class NoAuthors extends Authors {
  fetch(): Promise<[]> {
    return Promise.resolve([]);
  }
}

let database: Database;
let scene: Scene;
let [county, ashford]: [SceneLibrary, SceneLibrary] = [] as never;
let [account, list, follow]: [string, string, string] = [] as never;
let rules: HearingRulesService;
let listening: ListeningService;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 2 } });
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  account = await scene.account(ashford);
  list = await scene.list(ashford);
  follow = await scene.follow(ashford, list, account, { key: 'club' });
  rules = new HearingRulesService(database, systemClock);
  listening = new ListeningService(database, rules, new Suppression('test key'), new NoAuthors(), new NoClassifiers(), {
    clock: systemClock, channels: new ChannelStore(), judge: new Judge(systemClock), jobs: new JobsAtHand(), classifierFailed: (_, error) => { throw error; },
  });
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

let said = 0;
const hear = async (text: string, facts: Partial<Post> & { by?: string } = {}): Promise<{ id: string; dropped: object }> => {
  const { by = 'club', ...rest } = facts;
  const id = rest.ref?.id ?? `p${++said}`;
  const event: SourceEvent = {
    kind: 'post',
    post: {
      ref: { network: 'practice', id }, version: '1', url: `https://practice.example/${id}`, postedAt: new Date(Date.now() - 3_600_000), author: { network: 'practice', id: by }, text, audience: 'public',
      mentions: [], tags: [], media: [], refusals: [], ...rest,
    },
    author: { ref: { network: 'practice', id: by }, handle: `@${by}`, refusals: [] },
  };
  rules.refresh();
  const { dropped } = await listening.takeFetched({ accountId: account, libraryId: ashford.id, plugin: 'practice' }, { events: [event] } as Batch<never>);
  return { id, dropped };
};
const conversationOf = async (id: string) =>
  (await scene.query<{ id: string; rank: number; reasons: { kind: string; name?: string }[] }>('select c.id, c.rank, c.reasons from conversation c join post p using (thread_id) where p.remote_id = $1', [id]))[0];
const raisedBy = async (id: string) =>
  (await scene.query<{ search_id: string }>('select m.search_id from search_match m join post p on p.id = m.post_id where p.remote_id = $1 order by 1', [id])).map((row) => row.search_id);

it('raises what follows bring and a search of the library, or of one above it, finds, and says which', async () => {
  const cellars = await scene.search(ashford, 'cellar -"for sale"', { name: 'Cellars' });
  const wine = await scene.search(county, 'wine', { name: 'Wine' });
  const elsewhere = await scene.search(await scene.library({ parent: county }), 'cellar');
  const chatter = await hear('A fine day in town');
  const found = await hear('Somebody built a wine cellar');
  expect(await raisedBy(found.id)).toEqual([cellars, wine].sort());
  expect(await raisedBy(found.id)).not.toContain(elsewhere);
  const [conversation, other] = [await conversationOf(found.id), await conversationOf(chatter.id)];
  expect(conversation?.reasons.filter(({ kind }) => kind === 'search').map(({ name }) => name).sort()).toEqual(['Cellars', 'Wine']);
  expect(conversation?.rank).toBeGreaterThan((other?.rank ?? 0) + 1);
  expect(await raisedBy((await hear('A cellar for sale')).id)).toEqual([]);
});

it('lets sink what a search raised once it ended, and raises it again when that is undone', async () => {
  const search = await scene.search(ashford, 'turret', { name: 'Turrets' });
  const { id } = await hear('We built a turret');
  const chatter = await conversationOf((await hear('A fine day')).id);
  const jobs = new JobsAtHand();
  new WeighSearched(database, new NoClassifiers(), jobs);
  const weighed = async (set: string) => {
    await scene.query(`update saved_search set ${set} where id = $1`, [search]);
    await database.listening((tx) => jobs.enqueue(tx, searchChangedJob, { searchId: search }, {}));
    await jobs.work();
    const { rank = 0, reasons = [] } = (await conversationOf(id)) ?? {};
    return [rank > (chatter?.rank ?? 0) + 1, reasons.map(({ name }) => name).includes('Turrets')];
  };
  expect(await weighed('removed_at = now()')).toEqual([false, false]);
  expect(await weighed('removed_at = null')).toEqual([true, true]);
  expect(await weighed(`does = 'narrow'`)).toEqual([false, false]);
});

it('forgets what a newer version of a post does not say any more', async () => {
  const search = await scene.search(ashford, 'attic');
  const { id } = await hear('In my attic');
  expect(await raisedBy(id)).toEqual([search]);
  await hear('In my garden', { ref: { network: 'practice', id }, version: '2' });
  expect(await raisedBy(id)).toEqual([]);
});

it('lets nothing in by a search, whatever it finds', async () => {
  await scene.search(ashford, 'zeppelin');
  expect((await hear('A zeppelin!', { by: 'stranger' })).dropped).toEqual({ unmatched: 1 });
});

it('raises nothing of whoever asks not to be found by searching', async () => {
  await scene.search(ashford, 'loom');
  expect(await raisedBy((await hear('My loom', { refusals: [{ purpose: 'search', sign: 'noindex' }] })).id)).toEqual([]);
});

it('narrows a list to what a search finds, from the next batch on, and until the search ends', async () => {
  const other = await scene.list(ashford);
  await scene.follow(ashford, other, account, { key: 'paper' });
  expect((await hear('Chess tonight', { by: 'paper' })).dropped).toEqual({});
  const search = await scene.search(ashford, 'chess', { does: 'narrow' });
  await scene.query('insert into narrowing(id, library_id, search_id, list_id) values ($1, $2, $3, $4)', [newId(), ashford.id, search, other]);
  expect((await hear('Bridge tonight', { by: 'paper' })).dropped).toEqual({ unmatched: 1 });
  const heard = await hear('Chess again', { by: 'paper' });
  expect(heard.dropped).toEqual({});
  expect(await raisedBy(heard.id)).toEqual([]);
  await scene.query(`update saved_search set text = 'bridge' where id = $1`, [search]);
  expect((await hear('Bridge at last', { by: 'paper' })).dropped).toEqual({});
  await scene.query('update saved_search set removed_at = now() where id = $1', [search]);
  expect((await hear('Whatever', { by: 'paper' })).dropped).toEqual({});
});

it('lets in of a timeline only what a search narrows it to', async () => {
  const timeline = await scene.follow(ashford, list, account, { kind: 'timeline', key: 'town' });
  const targets: Target[] = [{ kind: 'timeline', key: 'town', label: 'Town' }];
  const [channel] = await scene.query<{ id: string }>(
    `insert into channel(id, account_id, library_id, key, mode, pulse_ms, targets, lease_token) values ($1, $2, $3, 'town', 'poll', 1000, $4::jsonb, 1) returning id`, [newId(), account, ashford.id, JSON.stringify(targets)]);
  const hearByTimeline = async (text: string): Promise<object> => {
    const id = `p${++said}`;
    const lease = { channelId: channel?.id ?? '', accountId: account, libraryId: ashford.id, plugin: 'practice', token: '1' } as unknown as Parameters<ListeningService['take']>[0];
    rules.refresh();
    const event = { kind: 'post', post: { ref: { network: 'practice', id }, version: '1', url: `https://practice.example/${id}`, postedAt: new Date(), author: { network: 'practice', id: 'anybody' }, text, audience: 'public', mentions: [], tags: [], media: [], refusals: [] },
      author: { ref: { network: 'practice', id: 'anybody' }, handle: '@anybody', refusals: [] } } as const;
    return (await listening.take(lease, { events: [event], cursor: {} } as Batch<unknown>)).dropped;
  };
  expect(await hearByTimeline('Who has a ferret?')).toEqual({ unmatched: 1 });
  const search = await scene.search(ashford, 'ferret', { does: 'narrow' });
  await scene.query('insert into narrowing(id, library_id, search_id, follow_id) values ($1, $2, $3, $4)', [newId(), ashford.id, search, timeline]);
  expect(await hearByTimeline('Who has a ferret?')).toEqual({});
  expect(await hearByTimeline('Who has a dog?')).toEqual({ unmatched: 1 });
  expect(await scene.query('select cause from hearing where follow_id = $1', [timeline])).toEqual([{ cause: 'search' }]);
});

it('takes a change while it goes on: each follow and search is added and removed alone', async () => {
  const before = (await rules.current()).matcher;
  const [second] = [await scene.follow(ashford, list, account, { key: 'radio' })];
  rules.refresh();
  expect((await rules.current()).matcher).toBe(before);
  expect((await hear('On air', { by: 'radio' })).dropped).toEqual({});
  await scene.query('update follow set removed_at = now() where id = any($1::uuid[])', [[second, follow]]);
  expect((await hear('Off air', { by: 'radio' })).dropped).toEqual({ unmatched: 1 });
  expect((await hear('Closed', { by: 'club' })).dropped).toEqual({ unmatched: 1 });
});
