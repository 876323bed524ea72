import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Batch, type Post, type Profile, type SourceEvent, systemClock } from '@earshot/plugin-sdk';
import { tablesHolding } from '../../../../../test/support/everywhere.js';
import { JobsAtHand } from '../../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { type TestDatabase, copyTestDatabase, createTestDatabase } from '../../../../../test/support/test-database.js';
import { ProfilesRepository } from '../../conversations/profiles.repository.js';
import { Database, newId } from '../../database/index.js';
import { Authors, HearingRulesService, ListeningService } from '../../listening/index.js';
import { ChannelStore } from '../../plugins/index.js';
import { type Actor, Permissions } from '../../staff/index.js';
import { Classifiers, Judge, type NamedClassifier } from '../../understanding/index.js';
import { Suppression } from '../suppression.js';
import { ErasureService } from './erasure.service.js';
import { SuppressionFile } from './suppression-file.js';

class NoClassifiers extends Classifiers {
  list(): readonly NamedClassifier[] {
    return [];
  }
}
class NoAuthors extends Authors {
  async fetch(): Promise<readonly Profile[]> {
    return [];
  }
}

const suppression = new Suppression('test key');
let [folder, path]: [string, string] = [] as never;
let test: TestDatabase;
let [database, scene]: [Database, Scene] = [] as never;
let [county, ashford, elsewhere]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [chief, ada]: [Actor, Actor] = [] as never;
let account: string;

const erasureOn = (on: Database): ErasureService => new ErasureService(on, suppression, new SuppressionFile(path), new NoClassifiers(), new Permissions());
const listenerOn = (on: Database): ListeningService =>
  new ListeningService(on, new HearingRulesService(on, systemClock), suppression, new NoAuthors(), new NoClassifiers(), {
    clock: systemClock, channels: new ChannelStore(), judge: new Judge(systemClock), jobs: new JobsAtHand(), classifierFailed: (classifier, error) => { throw new Error(`${classifier} failed`, { cause: error }); },
  });
const open = (of: TestDatabase): Promise<Database> => Database.open({ connections: of.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 2 } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earshot-suppressed-'));
  test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await open(test);
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  elsewhere = await scene.library({ name: 'Elsewhere' });
  [chief, ada] = [{ id: await scene.person(county, 'administrator'), kind: 'person' }, { id: await scene.person(ashford, 'administrator'), kind: 'person' }];
  account = await scene.account(county);
  await scene.follow(county, await scene.list(county), account, { kind: 'hashtag', key: 'ashford' });
});
afterAll(async () => {
  await scene.close();
  await database.close();
  await rm(folder, { recursive: true });
});
let [made, answers] = [0, 0];
beforeEach(() => {
  path = join(folder, `suppressed-${++made}`);
});

const at = new Date(Date.now() - 3_600_000);
const post = (id: string, by: string, facts: Partial<Post> & { to?: string } = {}): SourceEvent => {
  const { to, ...rest } = facts;
  return {
    kind: 'post',
    post: {
      ref: { network: 'practice', id }, version: '1', url: `https://practice.example/${id}`, postedAt: at, author: { network: 'practice', id: by }, text: `What ${id} says`, audience: 'public',
      mentions: [], tags: ['ashford'], media: [], refusals: [], ...(to === undefined ? {} : { inReplyTo: { network: 'practice', id: to } }), ...rest,
    },
    author: { ref: { network: 'practice', id: by }, handle: `@${by}`, name: `${by} Persson`, bio: `I am ${by}`, url: `https://practice.example/@${by}`, refusals: [] },
  };
};
const hear = (events: readonly SourceEvent[], on = database) => listenerOn(on).takeFetched({ accountId: account, libraryId: county.id, plugin: 'practice' }, { events } as Batch<never>);
const profileOf = async (by: string): Promise<string> => (await scene.query<{ id: string }>('select id from profile where remote_id = $1', [by]))[0]?.id ?? '';

/** Somebody, with everything that can be stored of them. */
const bring = async (who: string): Promise<string> => {
  await hear([
    post(`${who}-1`, who, { ref: { network: 'practice', id: `${who}-1`, local: { host: 'town.example', id: `${who}-1` } }, text: `I, ${who}, wonder how a cellar stays dry in spring`, html: `<p>I, ${who}, wonder</p>` }),
    post(`answer-${++answers}`, 'neighbour', { to: `${who}-1`, text: `Ask the mill, @${who}!`, mentions: [{ network: 'practice', id: who }] }),
    post(`aside-${answers}`, 'other', { text: `A fine evening with ${who} Persson`, mentions: [{ network: 'practice', id: who }] }),
  ]);
  const [conversation] = await scene.query<{ id: string; post: string }>(`select c.id, p.id as post from conversation c join post p using (thread_id) where p.remote_id = $1`, [`${who}-1`]);
  await scene.query(`insert into note(id, library_id, conversation_id, author_id, body) values ($1, $2, $3, $4, $5)`, [newId(), county.id, conversation?.id, chief.id, `${who} wrote: "wonder how a cellar stays dry in spring". Ring ${who} Persson.`]);
  await scene.query(`insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by) values ($1, $2, $3, $4, $5, $6, $7, $8)`, [newId(), county.id, conversation?.id, account, conversation?.post, newId(), `@${who} come on Thursday`, chief.id]);
  await scene.finding(conversation?.post ?? '', { restated: `${who}'s cellar` });
  const list = await scene.list(county);
  await scene.follow(county, list, account, { key: who, label: `@${who}`, reason: `${who} runs the cellar club` });
  await scene.query(`insert into channel(id, account_id, library_id, key, mode, pulse_ms, targets) values ($1, $2, $3, $4, 'poll', 1000, $5)`, [newId(), account, county.id, `profile:${who}`, JSON.stringify([{ kind: 'profile', key: who, label: `@${who}` }])]);
  return profileOf(who);
};

describe('erasing somebody', () => {
  it('leaves their name and words in no column of the whole database, and gives a receipt of numbers', async () => {
    const id = await bring('quintilla');
    expect(await tablesHolding(scene, 'quintilla')).toEqual(['channel', 'finding', 'follow', 'note', 'post', 'post_alias', 'profile', 'reply']);
    const receipt = await erasureOn(database).erase(chief, id);
    expect(await tablesHolding(scene, 'quintilla')).toEqual([]);
    expect(await tablesHolding(scene, 'stays dry in spring')).toEqual([]);
    expect(receipt).toMatchObject({ id: expect.any(String), at: expect.any(Date), counts: { posts: 1, mentions: 2, redacted: 3, withdrawn: 1, follows: 1 } });
    expect(await scene.query('select by_actor, counts from erasure where id = $1', [receipt.id])).toEqual([{ by_actor: chief.id, counts: receipt.counts }]);
    expect(await scene.query(`select action, detail from audit where subject_id = $1`, [id])).toEqual([{ action: 'profile.erased', detail: { receipt: receipt.id } }]);
    expect(await readFile(path, 'utf8')).not.toContain('quintilla');
  });

  it('leaves the posts of others, whose findings keep their places', async () => {
    const id = await bring('rosalba');
    await erasureOn(database).erase(chief, id);
    const others = await scene.query<{ text: string; mentions: string[] }>(`select text, mentions from post where text like 'Ask the mill, @█%' or text like 'A fine evening with █%' order by text`);
    expect(others).toEqual(expect.arrayContaining([{ text: 'Ask the mill, @███████!', mentions: [] }, { text: 'A fine evening with ███████████████', mentions: [] }]));
  });

  it('lets nothing of theirs in again, by the next reading or an import, and keeps answers to them in their place', async () => {
    const id = await bring('severin');
    const [before] = await scene.query<{ thread_id: string }>(`select thread_id from post where remote_id = 'severin-1'`);
    await erasureOn(database).erase(chief, id);
    const again = await hear([
      post('severin-1', 'severin'), post('severin-9', 'severin'), post('severin-8', 'neighbour', { tags: [], to: 'severin-1', text: 'Still here', mentions: [{ network: 'practice', id: 'severin' }] }),
    ].filter((event) => event.kind !== 'post' || event.post.ref.id !== 'severin-8' || delete (event as { author?: Profile }).author));
    expect(again).toMatchObject({ kept: 1, dropped: { suppressed: 2 } });
    expect((await scene.query<{ thread_id: string }>(`select thread_id from post where text = 'Still here'`))[0]?.thread_id).toBe(before?.thread_id);
    expect(await scene.query(`select 1 from profile where remote_id = 'severin'`)).toEqual([]);
    expect(await scene.query(`select 1 from post where 'practice severin' = any(mentions)`)).toEqual([]);
  });

  it('is for the administrators of every consortium that hears them, and not of a branch; the machine\'s may always', async () => {
    const id = await bring('tiberio');
    const erasure = erasureOn(database);
    await expect(erasure.erase(ada, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(erasure.erase({ id: chief.id, kind: 'token', scopes: ['administer'] }, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const [thread] = await scene.query<{ thread_id: string }>(`select thread_id from post where remote_id = 'tiberio-1'`);
    await scene.conversation(elsewhere, thread?.thread_id ?? '');
    await expect(erasure.erase(chief, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await erasure.erase(undefined, id)).toMatchObject({ counts: { posts: 1 } });
    await expect(erasure.erase(undefined, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('does not take an account of a library for a person', async () => {
    const us = await scene.profile();
    const mine = await scene.account(county, { profile_id: us });
    await expect(erasureOn(database).erase(undefined, us)).rejects.toMatchObject({ code: 'CONFLICT' });
    // Nor does the next start.
    expect(await new SuppressionFile(path).read()).toEqual([]);
    await scene.query('update account set removed_at = now() where id = $1', [mine]);
  });

  it('says before what it would reach', async () => {
    const id = await bring('ulrica');
    const held = await erasureOn(database).preview(chief, id);
    expect(Object.fromEntries(held.filter(({ rows }) => rows > 0).map(({ table, rows }) => [table, rows]))).toEqual({ post: 1, post_alias: 1, finding: 1, hearing: 1, profile: 1, follow: 1, note: 1, reply: 1, timeline: 1 });
    expect(await tablesHolding(scene, 'ulrica')).toContain('post');
  });
});

describe('somebody who said more than one transaction takes', () => {
  /** 130 posts more in 70 threads; in each tenth a neighbour names them, and a note quotes what they said in another. */
  const talkative = async (who: string): Promise<string> => {
    const [id, neighbour] = [await bring(who), await scene.profile()];
    await scene.query(`create temp table spoken on commit preserve rows as select n, gen_random_uuid() as thread, gen_random_uuid() as conversation from generate_series(0, 69) n`);
    await scene.query('insert into thread(id) select thread from spoken');
    await scene.query('insert into conversation(id, library_id, thread_id, last_post_at) select conversation, $1, thread, now() from spoken', [county.id]);
    await scene.query(
      `insert into post(id, network, remote_id, thread_id, known, posted_at, heard_at, author_id, text)
       select gen_random_uuid(), 'practice', case m when 0 then 'answer-' || thread else $1 || n || '-' || m end, thread, true, now(), now(), case m when 0 then $2 else $3 end::uuid,
         case m when 0 then 'As ' || $1 || ' says' else 'I have told of cellar ' || n || ' and of its ' || m || ' doors to the north ' || $1 end
       from spoken, generate_series(0, 2) m where case m when 0 then n % 10 = 0 when 2 then n < 60 else true end`, [who, neighbour, id]);
    await scene.query(
      `insert into note(id, library_id, conversation_id, author_id, body) select gen_random_uuid(), $1, conversation, $2, 'Quoted: told of cellar ' || 69 - n || ' and of its 1 doors to the north ' || $3 from spoken where n % 10 = 0`,
      [county.id, chief.id, who]);
    await scene.query('drop table spoken');
    return id;
  };
  const halves = async (id: string): Promise<readonly unknown[]> =>
    scene.query(`select thread_id from post where author_id = $1 group by thread_id having bool_or(gone_at is null) and bool_or(gone_at is not null)`, [id]);
  /** What staff see of who they are. */
  const namesOf = async (id: string): Promise<unknown> => {
    const reads = database.reads(chief.id);
    try {
      return await new ProfilesRepository().find(reads, id);
    } finally {
      await reads.close();
    }
  };
  /** Lets so many of the keeper's transactions through, and no more. */
  const brokenOff = (after: number): Database => {
    let left = after;
    return new Proxy(database, {
      get: (target, name) => (name === 'keeping' ? (work: never) => (left-- > 0 ? target.keeping(work) : Promise.reject(new Error('killed'))) : Reflect.get(target, name)),
    });
  };

  it('goes whole, in portions, and the receipt counts all of it', async () => {
    const id = await talkative('zenobius');
    const keeping = jest.spyOn(database, 'keeping');
    expect(await erasureOn(database).erase(chief, id)).toMatchObject({ counts: { posts: 131, mentions: 9, follows: 1 } });
    expect(keeping.mock.calls.length).toBeGreaterThan(8);
    keeping.mockRestore();
    expect([await tablesHolding(scene, 'zenobius'), await tablesHolding(scene, 'told of cellar')]).toEqual([[], []]);
  });

  it('is erased by the next start, wherever the erasure was killed; meanwhile nobody sees their name, or half of a conversation', async () => {
    const left: number[] = [];
    for (const transactions of [2, 6, 8, 11]) {
      const who = `yorick${transactions}`;
      const id = await talkative(who);
      await expect(erasureOn(brokenOff(transactions)).erase(undefined, id)).rejects.toThrow('killed');
      expect(await halves(id)).toEqual([]);
      expect(await namesOf(id)).toMatchObject({ handle: null, name: null, bio: null });
      expect(await hear([post(`${who}-new`, who)])).toMatchObject({ kept: 0, dropped: { suppressed: 1 } });
      left.push((await scene.query('select 1 from post where author_id = $1 and gone_at is null', [id])).length);
      expect(await erasureOn(database).reapply()).toBe(1);
      expect([await tablesHolding(scene, who), await tablesHolding(scene, 'told of cellar')]).toEqual([[], []]);
      expect(await erasureOn(database).reapply()).toBe(0);
    }
    expect(new Set(left).size).toBeGreaterThan(2);
  });

  it('is erased once, by two who do so at one time', async () => {
    const id = await talkative('wulfstan');
    const both = await Promise.allSettled([erasureOn(database).erase(undefined, id), erasureOn(database).erase(undefined, id)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'NOT_FOUND' } });
    expect(await tablesHolding(scene, 'wulfstan')).toEqual([]);
  });
});

describe('a database from a backup', () => {
  it('is rid of whoever was erased since, as soon as Earshot starts on it', async () => {
    const id = await bring('valeriana');
    await scene.close();
    await database.close();
    const backup = await copyTestDatabase(test);
    [scene, database] = [await Scene.open(test), await open(test)];
    await erasureOn(database).erase(chief, id);

    const restored = await open(backup);
    const there = await Scene.open(backup);
    expect(await tablesHolding(there, 'valeriana')).not.toEqual([]);
    expect(await erasureOn(restored).reapply()).toBe(1);
    expect(await tablesHolding(there, 'valeriana')).toEqual([]);
    expect(await hear([post('valeriana-1', 'valeriana'), post('valeriana-7', 'valeriana')], restored)).toMatchObject({ kept: 0, dropped: { suppressed: 2 } });
    expect(await erasureOn(restored).reapply()).toBe(0);
    await there.close();
    await restored.close();
  });

  it('and where the journal was lost, it is written again from the database', async () => {
    const id = await bring('wendelin');
    await erasureOn(database).erase(chief, id);
    const written = (await new SuppressionFile(path).read()).map(({ hash }) => hash.toString('hex'));
    await rm(path);
    expect(await erasureOn(database).reapply()).toBe(0);
    const renewed = (await new SuppressionFile(path).read()).map(({ hash }) => hash.toString('hex'));
    expect(renewed).toEqual(expect.arrayContaining(written));
  });
});

describe('what is known of somebody', () => {
  it('is handed out whole, by the register, and that it was asked for is logged', async () => {
    const id = await bring('xaver');
    const known = (await erasureOn(database).known(chief, id)) as Record<string, Record<string, unknown>[]>;
    expect(known['profile']).toEqual([expect.objectContaining({ handle: '@xaver', name: 'xaver Persson', bio: 'I am xaver' })]);
    expect(known['post']).toEqual([expect.objectContaining({ text: 'I, xaver, wonder how a cellar stays dry in spring', remote_id: 'xaver-1' })]);
    expect(known['finding']).toEqual([expect.objectContaining({ restated: "xaver's cellar" })]);
    expect(known['note']).toHaveLength(1);
    expect(await scene.query(`select action from audit where subject_id = $1`, [id])).toEqual([{ action: 'profile.exported' }]);
  });
  it.each(['@yolanda', 'YOLANDA', 'https://practice.example/@yolanda/', 'https://practice.example/yolanda-1'])('is found by %s', async (text) => {
    const id = (await profileOf('yolanda')) || (await bring('yolanda'));
    expect((await erasureOn(database).find(chief, text)).map((person) => person.id)).toEqual([id]);
    expect(await erasureOn(database).find({ id: await scene.person(elsewhere, 'administrator'), kind: 'person' }, text)).toEqual([]);
  });
  it.each(['', ' ', 'a\u0000b'])('is not found by %j', async (text) => {
    await expect(erasureOn(database).find(chief, text)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
