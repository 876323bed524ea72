import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Batch, type Post, type Profile, type SourceEvent, systemClock } from '@earshot/plugin-sdk';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database } from '../database/index.js';
import { Notices } from '../notices/index.js';
import { ChannelStore } from '../plugins/index.js';
import { Suppression } from '../privacy/index.js';
import { Classifiers, Judge } from '../understanding/index.js';
import { HearingRulesService } from './hearing-rules.service.js';
import { Authors, ListeningService } from './listening.service.js';
import { SentPostsInThreads } from './sent-posts.js';

/** Posts of our own: what is said under them is one conversation of the library that began it, whatever is heard first. */
class NoClassifiers extends Classifiers {
  list(): readonly [] {
    return [];
  }
}
class NoAuthors extends Authors {
  fetch(): Promise<readonly Profile[]> {
    return Promise.resolve([]);
  }
}

let database: Database;
let scene: Scene;
let [county, ashford]: [SceneLibrary, SceneLibrary] = [] as never;
let [account, own]: [string, string] = [] as never;
let sent: SentPostsInThreads;
const listeners: ListeningService[] = [];
const told: { readonly conversationId?: string; readonly what: string }[] = [];

beforeAll(async () => {
  const test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 2, worker: 1, listener: 6 } });
  scene = await Scene.open(test);
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  account = await scene.account(county, { profile_id: await scene.profile({ remote_id: 'library' }) });
  own = await scene.account(ashford, { profile_id: await scene.profile({ remote_id: 'ashford-library' }) });
  await scene.follow(county, await scene.list(county), account, { key: 'club' });
  const notices = { tell: async (_: unknown, __: string, occasion: { readonly what: string }) => void told.push(occasion) } as unknown as Notices;
  sent = new SentPostsInThreads(database, notices);
  for (const _ of [0, 1])
    listeners.push(new ListeningService(database, new HearingRulesService(database, systemClock), new Suppression('test key'), new NoAuthors(), new NoClassifiers(), {
      clock: systemClock, channels: new ChannelStore(), judge: new Judge(systemClock), jobs: new JobsAtHand(), notices, classifierFailed: (classifier, error) => { throw new Error(`${classifier} failed`, { cause: error }); },
    }));
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

const ref = (id: string) => ({ network: 'practice', id });
const post = (id: string, { by = 'neighbour', to, ...facts }: Partial<Post> & { by?: string; to?: string } = {}): SourceEvent => ({
  kind: 'post',
  post: {
    ref: ref(id), version: '1', url: `https://practice.example/${id}`, postedAt: new Date(), author: ref(by), text: `What ${id} says`, audience: 'public', mentions: [], tags: [], media: [], refusals: [],
    ...(to === undefined ? {} : { inReplyTo: ref(to) }), ...facts,
  },
  author: { ref: ref(by), handle: `@${by}`, refusals: [] },
});
const hear = (events: readonly SourceEvent[], by = 0) => (listeners[by] as ListeningService).takeFetched({ accountId: account, libraryId: county.id, plugin: 'practice' }, { events } as Batch<never>);

/** A conversation that Ashford begins from the county's account. */
const begin = async (): Promise<{ conversation: string; thread: string }> => {
  const thread = await scene.thread();
  return { thread, conversation: await scene.conversation(ashford, thread, { state: 'begun' }) };
};
/** All that is handled of the thread of a post. */
const handled = (id: string) =>
  scene.query<{ id: string; library_id: string; state: string; waiting_on: string | null }>(
    `select c.id, c.library_id, c.state, c.waiting_on from conversation c join post p using (thread_id) where p.remote_id = $1 and c.merged_into is null`, [id]);
const timeline = async (conversation: string): Promise<string[]> => (await scene.query<{ kind: string }>('select kind from timeline where conversation_id = $1 order by at', [conversation])).map(({ kind }) => kind);
const tellings = (conversation: string): number => told.filter(({ what, conversationId }) => what === 'answered' && conversationId === conversation).length;
const open = (conversation: string) => [{ id: conversation, library_id: ashford.id, state: 'open', waiting_on: 'us' }];
const begun = (conversation: string) => [{ id: conversation, library_id: ashford.id, state: 'begun', waiting_on: null }];

describe('a post of our own', () => {
  it('stands in the thread that was begun for it, which is looked at again, and waits for nobody', async () => {
    const { conversation, thread } = await begin();
    await sent.noteSent(ref('a1'), { threadId: thread }, account);
    expect(await scene.query(`select thread_id, parent_id, known from post where remote_id = 'a1'`)).toEqual([{ thread_id: thread, parent_id: null, known: false }]);
    expect(await handled('a1')).toEqual(begun(conversation));
    expect(await scene.query('select account_id from thread_look where thread_id = $1', [thread])).toEqual([{ account_id: account }]);
    expect(tellings(conversation)).toBe(0);
  });

  it('is answered by whoever speaks under it, at the library that began it and at no other, and once where its place is given twice and the answer told twice', async () => {
    const { conversation, thread } = await begin();
    await sent.noteSent(ref('b1'), { threadId: thread }, account);
    expect(await hear([post('b2', { to: 'b1' })])).toMatchObject({ kept: 1, conversations: 0 });
    await sent.noteSent(ref('b1'), { threadId: thread }, account);
    await hear([post('b2', { to: 'b1' })], 1);
    expect(await handled('b1')).toEqual(open(conversation));
    expect([await timeline(conversation), tellings(conversation)]).toEqual([['answered-back'], 1]);
    expect(await scene.query('select cause from hearing where conversation_id = $1 order by cause', [conversation])).toEqual([{ cause: 'addressed' }, { cause: 'thread' }]);
  });

  it('is answered as well by whoever speaks to another in its thread', async () => {
    const { conversation, thread } = await begin();
    await sent.noteSent(ref('c1'), { threadId: thread }, account);
    await hear([post('c3', { to: 'c2', root: ref('c1') })]);
    expect([await handled('c1'), tellings(conversation)]).toEqual([open(conversation), 1]);
  });

  it('stays begun where its source brings it, afterwards', async () => {
    const { conversation, thread } = await begin();
    await sent.noteSent(ref('d1'), { threadId: thread }, account);
    await hear([post('d1', { by: 'library' })]);
    expect(await scene.query(`select known, text from post where remote_id = 'd1'`)).toEqual([{ known: true, text: 'What d1 says' }]);
    expect([await handled('d1'), tellings(conversation)]).toEqual([begun(conversation), 0]);
  });
});

describe('before we are told that it was sent', () => {
  it('its source may bring it', async () => {
    const { conversation, thread } = await begin();
    await scene.follow(county, await scene.list(county), account, { key: 'library' });
    await hear([post('e1', { by: 'library' })]);
    await sent.noteSent(ref('e1'), { threadId: thread }, account);
    const [one, ...more] = await handled('e1');
    // The county heard it before by its own list, and keeps what it handles.
    expect([one, ...more].filter((each) => each?.library_id === ashford.id)).toEqual(begun(conversation));
    await hear([post('e2', { to: 'e1' })]);
    expect((await handled('e1')).filter((each) => each.library_id === ashford.id)).toEqual(open(conversation));
    await scene.query(`update follow set removed_at = now() where key = 'library'`);
  });

  it('somebody may answer who names us: there is one conversation, the one that was begun, and who began it is told', async () => {
    const { conversation, thread } = await begin();
    expect(await hear([post('f2', { to: 'f1', mentions: [ref('ashford-library')] })])).toMatchObject({ kept: 1, conversations: 1 });
    await sent.noteSent(ref('f1'), { threadId: thread }, own);
    expect(await handled('f1')).toEqual(open(conversation));
    expect(await handled('f2')).toEqual(open(conversation));
    expect([(await timeline(conversation)).includes('answered-back'), tellings(conversation)]).toEqual([true, 1]);
  });

  it('somebody may answer whom we follow, without a name of ours', async () => {
    const { conversation, thread } = await begin();
    await hear([post('g2', { to: 'g1', by: 'club' })]);
    await sent.noteSent(ref('g1'), { threadId: thread }, account);
    expect((await handled('g1')).filter((each) => each.library_id === ashford.id)).toEqual(open(conversation));
    expect(tellings(conversation)).toBe(1);
  });

  it.each([0, 1, 2, 3])('or all at once, in two processes (%d)', async (round) => {
    const { conversation, thread } = await begin();
    const [ours, theirs] = [`h${round}`, `i${round}`];
    const place = async (): Promise<void> => {
      for (;;)
        try {
          return await sent.noteSent(ref(ours), { threadId: thread }, own);
        } catch (error) {
          if (!['ThreadsMoved', 'NamesMoved'].includes((error as Error).name)) throw error;
        }
    };
    const answers = (by: number) => hear([post(theirs, { to: ours, mentions: [ref('ashford-library')] })], by);
    await Promise.all([place(), answers(0), place(), answers(1)]);
    expect(await handled(ours)).toEqual(open(conversation));
    expect((await scene.query('select distinct thread_id from post where remote_id = any($1)', [[ours, theirs]]))).toHaveLength(1);
    expect(tellings(conversation)).toBeGreaterThan(0);
  });
});
