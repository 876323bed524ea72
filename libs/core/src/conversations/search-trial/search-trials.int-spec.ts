import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '@earshot/plugin-sdk';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database, newId, type ReadScope } from '../../database/index.js';
import { FollowsRepository } from '../../follows/index.js';
import { heardOrder, HeardTextsRepository } from './heard-texts.repository.js';
import { type SearchTrial, SearchTrialsService } from './search-trials.service.js';
import { overInWords } from './trial-words.js';

const now = Date.parse('2026-05-20T12:00:00Z');
const daysAgo = (days: number): Date => new Date(now - days * 86_400_000);

let database: Database;
let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [ada, ben]: [string, string] = [] as never;
const trials = new SearchTrialsService(new HeardTextsRepository(), new FollowsRepository(), { ...systemClock, now: () => now });

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 2, worker: 1, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  [ada, ben] = [await scene.person(ashford), await scene.person(millbrook)];
  const [account, list, above] = [await scene.account(county), await scene.list(ashford), await scene.list(county)];
  await scene.follow(ashford, list, account);
  await scene.follow(county, above, account);
  await scene.follow(county, above, account, { kind: 'timeline', key: 'town' });
  await scene.follow(millbrook, await scene.list(millbrook), account);
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

const reading = async <T>(actor: string, read: (reads: ReadScope) => Promise<T>): Promise<T> => {
  const reads = database.reads(actor);
  try {
    return await read(reads);
  } finally {
    await reads.close();
  }
};
const say = async (text: string, told: object = {}): Promise<string> => {
  const thread = await scene.thread();
  const post = await scene.post(thread, { text, heard_at: daysAgo(1), posted_at: daysAgo(1), ...told });
  await scene.conversation(ashford, thread, { top_post_id: post });
  return post;
};
const test = (text: string, days = 30): Promise<SearchTrial> =>
  reading(ada, async (reads) => {
    const trial = await trials.test(reads, { text, libraryId: ashford.id, days });
    if ('message' in trial) throw new Error(trial.message);
    return trial;
  });

it('says over what it listens, what it would have found, and what it will not hear', async () => {
  await say('A wine cellar in my basement?');
  await say('Bierkeller zu verkaufen', { lang: 'de' });
  await say('The cellar is for sale', { heard_at: daysAgo(10) });
  await say('An old cellar story', { heard_at: daysAgo(40) });
  const shy = await say('My secret cellar');
  await scene.query('update post set search = null where id = $1', [shy]);
  const channel = newId();
  await scene.query(`insert into channel(id, account_id, library_id, key, mode, pulse_ms) select $1, id, library_id, 'town', 'poll', 1000 from account limit 1`, [channel]);
  const gap = (days: number, state: string, why: string): Promise<unknown> =>
    scene.query(`insert into coverage_gap(id, channel_id, library_id, gap_from, gap_to, why, state) values ($1, $2, $3, $4, $5, $6, $7)`, [newId(), channel, county.id, daysAgo(days + 1), daysAgo(days), why, state]);
  await gap(2, 'lost', 'The cursor was too old.');
  await gap(3, 'closed', 'The stream was cut.');
  await gap(50, 'lost', 'Long ago.');
  const trial = await test('(cellar OR zeppelin) -"for sale"');
  expect(trial).toMatchObject({ asRead: '(cellar OR zeppelin) -"for sale"', heard: 4, found: 1, capped: false, since: daysAgo(30), until: new Date(now) });
  expect(overInWords(trial.over)).toBe('2 profiles on practice, 1 timeline on practice, what addresses you, and the threads under these');
  expect(trial.notHeard).toEqual([
    'Whatever else is said on these networks: a search opens nothing. To hear more, follow who says it, or let the search ask a network that searches itself.',
    'Of a timeline, what no search narrows it to: it lets nothing in by itself, and so nothing of it could be tried.',
    'One post of people who ask not to be found by searching: they are heard, and no search looks at them.',
    'Answers under what is followed where they come after its thread was last looked at: a thread is looked at for three days from its newest post, and not once it is closed.',
    'Perhaps not all that was said on practice from 2026-05-17 12:00 UTC to 2026-05-18 12:00 UTC: The cursor was too old.',
    'What was said before 2026-05-10: nothing was heard before, or it is not kept any more.',
    'In these days nobody said zeppelin.',
  ]);
  expect((await test('cellar', 60)).found).toBe(3);
});

it('shows what it found page by page, each once', async () => {
  const said = await Promise.all(Array.from({ length: 5 }, (_, n) => say(`Telescope number ${n}`, { heard_at: daysAgo(2 + (n % 2)) })));
  const trial = await test('telescope');
  const seen: string[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = heardOrder.page({ first: 2, ...(after === undefined ? {} : { after }) });
    const { edges, pageInfo } = page.connection(await reading(ada, (reads) => trials.page(reads, trial, page)), (row) => row.id);
    seen.push(...edges.map(({ node }) => node));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  }
  expect(seen.sort()).toEqual(said.sort());
  expect(trial.found).toBe(5);
});

it('tells the place of what is no search, and lets nobody look into another library', async () => {
  expect(await reading(ada, (reads) => trials.test(reads, { text: 'wine OR', libraryId: ashford.id, days: 30 }))).toMatchObject({ kind: 'unexpected', offset: 7 });
  await expect(reading(ben, (reads) => trials.test(reads, { text: 'wine', libraryId: ashford.id, days: 30 }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(test('wine', 0)).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'days' });
});

it('makes a search of what posts share and others do not', async () => {
  const posts = [await say('How do I mend a loom?'), await say('My loom squeaks'), await say('Is there a loom to borrow?')];
  const other = await say('How do I mend a kettle?');
  const suggested = await reading(ada, (reads) => trials.suggest(reads, ashford.id, posts));
  expect(suggested).toMatchObject({ text: 'loom', ofPosts: 3, findsOfPosts: 3, findsOfHeard: 0, terms: [{ term: 'loom', inPosts: 3, inHeard: 0 }] });
  await scene.query('update post set search = null where id = any($1::uuid[])', [posts]);
  expect(await reading(ada, (reads) => trials.suggest(reads, ashford.id, posts))).toBeUndefined();
  await expect(reading(ben, (reads) => trials.suggest(reads, millbrook.id, [other]))).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'postIds' });
  await expect(reading(ada, (reads) => trials.suggest(reads, ashford.id, []))).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'postIds' });
});
