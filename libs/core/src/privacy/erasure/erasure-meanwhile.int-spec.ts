import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Batch, type Post, type Profile, type SourceEvent, systemClock } from '@earshot/plugin-sdk';
import { tablesHolding } from '../../../../../test/support/everywhere.js';
import { JobsAtHand } from '../../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database, newId, type Tx } from '../../database/index.js';
import type { FoundEntry } from '../../follows/index.js';
import { OwnLists } from '../../follows/own-lists.js';
import { Authors, HearingRulesService, ListeningService } from '../../listening/index.js';
import { ChannelStore } from '../../plugins/index.js';
import { Permissions } from '../../staff/index.js';
import { Classifiers, Judge, type NamedClassifier } from '../../understanding/index.js';
import { Suppression } from '../suppression.js';
import { beginErasing } from './erase-person.js';
import { ErasureService } from './erasure.service.js';
import { personById } from './person-of.js';
import { SuppressionFile } from './suppression-file.js';

class NoClassifiers extends Classifiers {
  list(): readonly NamedClassifier[] {
    return [];
  }
}
/** Asked between screening and storing. */
class MeanwhileAuthors extends Authors {
  meanwhile: (() => Promise<unknown>) | undefined;
  async fetch(): Promise<readonly Profile[]> {
    await this.meanwhile?.();
    this.meanwhile = undefined;
    return [];
  }
}
/** Asked at the end of the transaction that stores. */
class MeanwhileChannels extends ChannelStore {
  meanwhile: (() => Promise<unknown>) | undefined;
  override async note(tx: Tx, channelId: string, told: Parameters<ChannelStore['note']>[2]): Promise<void> {
    await super.note(tx, channelId, told);
    await this.meanwhile?.();
    this.meanwhile = undefined;
  }
}

const suppression = new Suppression('test key');
const [authors, channels] = [new MeanwhileAuthors(), new MeanwhileChannels()];
let [folder, account, channelId]: [string, string, string] = [] as never;
let [database, scene]: [Database, Scene] = [] as never;
let [county, erasure, listener]: [SceneLibrary, ErasureService, ListeningService] = [] as never;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-meanwhile-'));
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 2 } });
  county = await scene.library({ name: 'Larch County' });
  account = await scene.account(county);
  channelId = newId();
  await scene.query(`insert into channel(id, account_id, library_id, key, mode, pulse_ms) values ($1, $2, $3, 'town', 'stream', 1000)`, [channelId, account, county.id]);
  await scene.follow(county, await scene.list(county), account, { kind: 'hashtag', key: 'ashford' });
  erasure = new ErasureService(database, suppression, new SuppressionFile(join(folder, 'suppressed')), new NoClassifiers(), new Permissions());
});
afterAll(async () => {
  await scene.close();
  await database.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  // Its rules are read once, before anybody is erased.
  listener = new ListeningService(database, new HearingRulesService(database, systemClock), suppression, authors, new NoClassifiers(), {
    clock: systemClock, channels, judge: new Judge(systemClock), jobs: new JobsAtHand(), classifierFailed: (classifier, error) => { throw new Error(`${classifier} failed`, { cause: error }); },
  });
});

const post = (id: string, by: string, { to, described = true, ...facts }: Partial<Post> & { to?: string; described?: boolean } = {}): SourceEvent => ({
  kind: 'post',
  post: {
    ref: { network: 'practice', id }, version: '1', url: `https://practice.example/${id}`, postedAt: new Date(Date.now() - 3_600_000), author: { network: 'practice', id: by }, text: `What is said in ${id}`, audience: 'public',
    mentions: [], tags: ['ashford'], media: [], refusals: [], ...(to === undefined ? {} : { inReplyTo: { network: 'practice', id: to } }), ...facts,
  },
  ...(described ? { author: { ref: { network: 'practice', id: by }, handle: `@${by}`, refusals: [] } } : {}),
});
const hear = (events: readonly SourceEvent[]) => listener.takeFetched({ accountId: account, libraryId: county.id, plugin: 'practice', channelId }, { events } as Batch<never>);
const known = async (who: string): Promise<string> => {
  await hear([post(`${who}-1`, who)]);
  return (await scene.query<{ id: string }>('select id from profile where remote_id = $1', [who]))[0]?.id ?? '';
};
/** Until somebody is seen waiting: both transactions are open at once. */
const untilOneWaits = async (): Promise<void> => {
  for (let waits = false; !waits; )
    waits = (await scene.query<{ waits: boolean }>(`select exists (select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())) as waits`))[0]?.waits === true;
};

describe('a batch that was screened before somebody was erased', () => {
  it('stores nothing of them, nor their names in what others say, where the erasure is through before it', async () => {
    const id = await known('aurelia');
    authors.meanwhile = () => erasure.erase(undefined, id);
    const taken = await hear([
      post('aurelia-2', 'aurelia'), post('answer-1', 'neighbour', { described: false, to: 'aurelia-1', text: 'Still here', mentions: [{ network: 'practice', id: 'aurelia' }] }),
    ]);
    expect(taken).toMatchObject({ kept: 1, dropped: { suppressed: 1 } });
    expect(await tablesHolding(scene, 'aurelia')).toEqual([]);
    expect(await scene.query(`select q.gone_why, p.mentions from post p join post q on q.id = p.parent_id where p.text = 'Still here'`)).toEqual([{ gone_why: 'erased', mentions: [] }]);
  });

  it('is reached by the erasure, which waits for it, where it is being stored', async () => {
    const id = await known('belisario');
    let erasing: Promise<unknown> = Promise.resolve();
    channels.meanwhile = () => {
      erasing = erasure.erase(undefined, id);
      return untilOneWaits();
    };
    expect(await hear([post('belisario-2', 'belisario'), post('answer-2', 'neighbour', { to: 'belisario-1', text: 'Ask belisario', mentions: [{ network: 'practice', id: 'belisario' }] })])).toMatchObject({ kept: 2 });
    expect(await erasing).toMatchObject({ counts: { posts: 2 } });
    expect(await tablesHolding(scene, 'belisario')).toEqual([]);
  });

  it('waits for an erasure that is under way, and is screened anew', async () => {
    const id = await known('corisande');
    let hearing: ReturnType<typeof hear> | undefined;
    await database.keeping(async (tx) => {
      const person = await personById(tx, id);
      if (person === undefined) throw new Error('nobody is known');
      await beginErasing(tx, person, { suppression, labels: new Map() });
      hearing = hear([post('corisande-2', 'corisande'), post('aside-3', 'other')]);
      await untilOneWaits();
    });
    expect(await hearing).toMatchObject({ kept: 1, dropped: { suppressed: 1 } });
    await erasure.erase(undefined, id);
    expect(await tablesHolding(scene, 'corisande')).toEqual([]);
  });
});

it('a follow that is added at the moment of an erasure ends with it', async () => {
  const id = await known('damaris');
  const [actor, list] = [await scene.person(county, 'librarian'), await scene.list(county)];
  const target = { kind: 'profile', network: 'practice', key: 'damaris', label: '@damaris' } as const;
  let erasing: Promise<unknown> = Promise.resolve();
  await database.as(actor, async (tx) => {
    const [found] = await new OwnLists(suppression).refuse<FoundEntry>(tx, county.id, [{ entry: { line: 1, text: '@damaris' }, targets: [target], accountId: account }]);
    expect(found?.refused).toBeUndefined();
    erasing = erasure.erase(undefined, id);
    await untilOneWaits();
    await tx.query(`insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category) values ($1, $2, $3, $4, 'profile', 'practice', 'damaris', '@damaris', 'bakes', 'other')`, [newId(), county.id, list, account]);
  });
  expect(await erasing).toMatchObject({ counts: { follows: 1 } });
  expect(await tablesHolding(scene, 'damaris')).toEqual([]);
});

it('what was not kept of whoever is erased is not remembered any more, nor what comes later', async () => {
  const id = await known('eleonore');
  const refused = (post_: string) => post(post_, 'eleonore', { refusals: [{ purpose: 'keep', sign: 'noarchive' }] });
  expect(await hear([refused('eleonore-2')])).toMatchObject({ dropped: { 'refused:keep': 1 } });
  const remembered = () => scene.query('select 1 from not_kept where author = $1', [suppression.profile('practice', 'eleonore')]);
  expect(await remembered()).toHaveLength(1);
  await erasure.erase(undefined, id);
  expect(await hear([refused('eleonore-2'), refused('eleonore-3')])).toMatchObject({ dropped: { suppressed: 2 } });
  expect(await remembered()).toEqual([]);
});
