import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Batch, type Clock, type Post, type Profile, type ProfileGone, type SourceEvent, type Want, systemClock } from '@earshot/plugin-sdk';
import fc from 'fast-check';
import pg from 'pg';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { tablesHolding } from '../../../../test/support/everywhere.js';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { ChannelStore, LeaseLost, type PluginHost, type PluginRegistry } from '../plugins/index.js';
import { Suppression } from '../privacy/index.js';
import { Classifiers, Judge, type NamedClassifier } from '../understanding/index.js';
import { AskAuthorsAgain } from './ask-again.js';
import { HearingRulesService } from './hearing-rules.service.js';
import { Authors, ListeningService } from './listening.service.js';
import { SentPostsInThreads } from './sent-posts.js';
import { WhyService } from './why/why.service.js';

const wondering: NamedClassifier = {
  id: 'fixture/wondering',
  classifier: {
    version: '1', languages: 'any', when: 'with-store', labels: [{ id: 'need.implicit', title: 'unspoken need', effects: { attention: 0.8 } }],
    classify: (heard) => Promise.resolve(heard.map(({ post }) => (post.text.startsWith('I wonder') ? [{ label: 'need.implicit', score: 0.9, spans: [[0, 8]] as const }] : []))),
  },
};
class FixtureClassifiers extends Classifiers {
  list(): readonly NamedClassifier[] {
    return [wondering];
  }
}
/** Nobody whom a batch does not describe can be described: unless a test says so. */
class FixtureAuthors extends Authors {
  known = new Map<string, Profile>();
  gone = new Map<string, ProfileGone>();
  asked: string[] = [];
  fetch(_account: string, refs: readonly { readonly id?: string }[]): Promise<readonly (Profile | ProfileGone)[]> {
    this.asked.push(...refs.map((ref) => ref.id ?? ''));
    return Promise.resolve(refs.flatMap((ref) => this.gone.get(ref.id ?? '') ?? this.known.get(ref.id ?? '') ?? []));
  }
}

let test: TestDatabase;
let database: Database;
let scene: Scene;
let consortium: SceneLibrary;
let ashford: SceneLibrary;
let account: string;
const authors = new FixtureAuthors();
const listeners: ListeningService[] = [];

const listener = (on: Database, clock: Clock = systemClock): ListeningService =>
  new ListeningService(on, new HearingRulesService(on, clock), new Suppression('test key'), authors, new FixtureClassifiers(), {
    clock: systemClock, channels: new ChannelStore(), judge: new Judge(systemClock), jobs: new JobsAtHand(), classifierFailed: (classifier, error) => { throw new Error(`${classifier} failed`, { cause: error }); },
  });

beforeAll(async () => {
  test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 2, worker: 1, listener: 4 } });
  scene = await Scene.open(test);
  consortium = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: consortium });
  await scene.query(`insert into service_area(id, library_id, kind, value) values ($1, $2, 'name', 'Ashford')`, [newId(), ashford.id]);
  const us = await scene.profile({ remote_id: 'library' });
  account = await scene.account(consortium, { profile_id: us });
  const list = await scene.list(consortium);
  await scene.follow(consortium, list, account, { key: 'club' });
  await scene.follow(consortium, list, account, { kind: 'hashtag', key: 'ashford' });
  listeners.push(listener(database), listener(database));
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

/** An hour ago: what is older than three days is ranked otherwise. */
const at = new Date(Date.now() - 3_600_000);
const post = (id: string, facts: Partial<Post> & { by?: string; to?: string } = {}): SourceEvent => {
  const { by = 'club', to, ...rest } = facts;
  return {
    kind: 'post',
    post: {
      ref: { network: 'practice', id }, version: '1', url: `https://practice.example/${id}`, postedAt: at, author: { network: 'practice', id: by }, text: `What ${id} says`, audience: 'public',
      mentions: [], tags: [], media: [], refusals: [], ...(to === undefined ? {} : { inReplyTo: { network: 'practice', id: to } }), ...rest,
    },
    author: profile(by),
  };
};
const profile = (id: string, facts: Partial<Profile> = {}): Profile => ({ ref: { network: 'practice', id }, handle: `@${id}`, refusals: [], ...facts });
const origin = () => ({ accountId: account, libraryId: consortium.id, plugin: 'practice' });
const hear = (events: readonly SourceEvent[], by = 0) => (listeners[by] as ListeningService).takeFetched(origin(), { events } as Batch<never>);
const rowOf = async (id: string) => (await scene.query<Record<string, unknown>>(`select * from post where network = 'practice' and remote_id = $1`, [id]))[0];
/** The conversations over a post, with the names of their libraries. */
const conversationsOf = (id: string) =>
  scene.query<{ id: string; name: string; state: string; reasons: { kind: string }[] }>(
    `select c.id, l.name, c.state, c.reasons from conversation c join post p using (thread_id) join library l on l.id = c.library_id where p.remote_id = $1 and c.merged_into is null`, [id]);

describe('what is heard', () => {
  it('keeps what a followed profile says, opens one conversation, says why', async () => {
    expect(await hear([post('a1', { text: 'I wonder who in Ashford can fix a loom' })])).toEqual({ events: 1, kept: 1, dropped: {}, conversations: 1, findings: 1 });
    const [conversation] = await conversationsOf('a1');
    expect(conversation?.name).toBe('Ashford');
    expect(conversation?.reasons.map((reason) => reason.kind)).toContain('place');
    expect(await scene.query('select cause, routed_by from hearing where conversation_id = $1', [conversation?.id])).toEqual([{ cause: 'followed', routed_by: { place: { by: 'text', value: 'Ashford' } } }]);
  });
  it('hears what a channel brings first by the follow for which it was planned a moment ago', async () => {
    // Of this process nothing is older than a second, since none passes here.
    const late = listener(database, { ...systemClock, now: () => 0 });
    const channelId = newId();
    await scene.query(`insert into channel(id, account_id, library_id, key, mode, pulse_ms) values ($1, $2, $3, 'late', 'stream', 1000)`, [channelId, account, consortium.id]);
    const brings = (id: string) => late.takeFetched({ ...origin(), channelId }, { events: [post(id, { by: 'late-club' })] });
    expect((await brings('late1')).dropped).toEqual({ unmatched: 1 });
    await scene.follow(consortium, await scene.list(consortium), account, { key: 'late-club' });
    expect((await brings('late2')).dropped).toEqual({ unmatched: 1 });
    await scene.query('update channel set plan_version = plan_version + 1 where id = $1', [channelId]);
    expect(await brings('late3')).toMatchObject({ kept: 1, dropped: {} });
  });
  it('notes how many wrote in private and where that is opened, and when that changed', async () => {
    const told = async () => (await scene.query<{ waiting: number | null; waiting_url: string | null; waiting_at: Date | null }>('select waiting, waiting_url, waiting_at from account where id = $1', [account]))[0];
    const waiting = (conversations: number): SourceEvent => ({ kind: 'waiting', conversations, url: 'https://practice.example/conversations' });
    await hear([waiting(5), waiting(2)]);
    const first = await told();
    expect(first).toEqual({ waiting: 2, waiting_url: 'https://practice.example/conversations', waiting_at: expect.any(Date) });
    await hear([waiting(2)], 1);
    expect(await told()).toEqual(first);
    await hear([waiting(0)]);
    expect(await told()).toEqual({ waiting: null, waiting_url: null, waiting_at: null });
  });
  it('drops what nobody follows, counts it, and stores nothing of it', async () => {
    expect((await hear([post('b1', { by: 'stranger' })])).dropped).toEqual({ unmatched: 1 });
    expect(await rowOf('b1')).toBeUndefined();
    expect(await scene.query(`select 1 from profile where remote_id = 'stranger'`)).toEqual([]);
  });
  it('keeps a stranger who speaks under a followed post, also when the reply stands before it in the batch', async () => {
    expect((await hear([post('c2', { by: 'somebody', to: 'c1' }), post('c1')])).kept).toBe(2);
    expect((await hear([post('c3', { by: 'another', to: 'c2' })])).kept).toBe(1);
    expect(await conversationsOf('c3')).toHaveLength(1);
    expect((await rowOf('c3'))?.['thread_id']).toBe((await rowOf('c1'))?.['thread_id']);
  });
  it('leaves with the consortium what names no place', async () => {
    await hear([post('d1')]);
    expect((await conversationsOf('d1')).map((each) => each.name)).toEqual(['Larch County']);
  });
  it('is heard once, however often it is delivered', async () => {
    await hear([post('e1'), post('e1')]);
    const again = await hear([post('e1')]);
    expect(again).toMatchObject({ kept: 0, conversations: 0 });
    expect(await scene.query(`select posts from thread where id = $1`, [(await rowOf('e1'))?.['thread_id']])).toEqual([{ posts: 1 }]);
  });
});

describe('what a follow brought', () => {
  const brought = async (key: string): Promise<unknown> =>
    (await scene.query('select l.name, d.heard from follow_day d join follow f on f.id = d.follow_id join library l on l.id = d.library_id where f.key = $1 order by l.name', [key])).map(({ name, heard }) => [name, heard]);

  /** Follows, as a listener that knows it. */
  const follow = async (key: string): Promise<number> => {
    await scene.follow(consortium, await scene.list(consortium), account, { key });
    return listeners.push(listener(database)) - 1;
  };

  it('is counted in posts, once each, also those of conversations that it brought before', async () => {
    const by = await follow('shop');
    const shop = { by: 'shop', text: 'Open in Ashford' };
    await hear([post('s1', shop), post('s2', { ...shop, to: 's1' }), post('s3', shop)], by);
    expect(await brought('shop')).toEqual([['Ashford', 3]]);
    // What a stranger answers is heard by its thread; what was heard is not heard again; and another version is no other post.
    await hear([post('s4', { ...shop, to: 's1' }), post('s5', { by: 'somebody', to: 's4', text: 'Nice, Ashford' }), post('s3', shop), post('s2', { ...shop, to: 's1', version: '2' })], by);
    expect(await brought('shop')).toEqual([['Ashford', 4]]);
  });
  it('is counted for a follow that comes later, where it hears what was stored before', async () => {
    await hear([post('t1', { by: 'paper', tags: ['ashford'], text: 'In Ashford #ashford' })]);
    await hear([post('t1', { by: 'paper', tags: ['ashford'], text: 'In Ashford #ashford' })], await follow('paper'));
    expect(await brought('paper')).toEqual([['Ashford', 1]]);
  });
});

describe('consent', () => {
  const refuses = (purpose: Profile['refusals'][number]['purpose']): Partial<Profile> => ({ refusals: [{ purpose, sign: 'says so in the bio' }] });
  const said = (id: string, by: string, refusal: Partial<Profile>, facts: Partial<Post> = {}): SourceEvent => ({ ...post(id, { by, ...facts }), author: profile(by, refusal) }) as SourceEvent;

  it('does not hear by hashtag whoever asks not to be searched, and does hear them in a thread', async () => {
    expect((await hear([said('f1', 'shy', refuses('search'), { tags: ['Ashford'] })])).dropped).toEqual({ 'refused:search': 1 });
    await hear([post('f0')]);
    expect((await hear([said('f2', 'shy', refuses('search'), { inReplyTo: { network: 'practice', id: 'f0' } })])).kept).toBe(1);
    expect((await rowOf('f2'))?.['search']).toBeNull();
  });
  it('lets go of what a hashtag let in when its author asks not to be searched, however often it was told since', async () => {
    await hear([post('f3', { by: 'later-shy', tags: ['ashford'] })]);
    await hear([post('f3', { by: 'later-shy', tags: ['ashford'] })]);
    await hear([{ kind: 'profile', profile: profile('later-shy', refuses('search')) }]);
    expect(await rowOf('f3')).toMatchObject({ text: null, gone_why: 'refused' });
  });
  it('does not classify whoever refuses it', async () => {
    await hear([post('g0')]);
    expect(await hear([said('g1', 'private', refuses('classify'), { text: 'I wonder', inReplyTo: { network: 'practice', id: 'g0' } })])).toMatchObject({ kept: 1, findings: 0 });
  });
  it('hears whoever addresses us, whatever they refuse', async () => {
    expect((await hear([said('h1', 'nobot', refuses('keep'), { mentions: [{ network: 'practice', id: 'library' }] })])).kept).toBe(1);
    expect((await conversationsOf('h1'))[0]?.reasons[0]).toEqual({ kind: 'addressed' });
  });
  it('asks for an author whom nobody described before it decides', async () => {
    authors.known.set('unknown-1', profile('unknown-1', refuses('keep')));
    const { author: _, ...bare } = post('i1', { by: 'unknown-1', tags: ['ashford'] }) as Extract<SourceEvent, { kind: 'post' }>;
    expect((await hear([bare])).dropped).toEqual({ 'refused:keep': 1 });
    expect(authors.asked).toContain('unknown-1');
  });
  it.each(['suspended', 'blocked-us'] as const)('hears nobody of whom it is told, when it asks, that they are gone: %s', async (why) => {
    authors.gone.set(`leaver-${why}`, { kind: 'profile-gone', ref: { network: 'practice', id: `leaver-${why}` }, why });
    const { author: _, ...bare } = post(`i4-${why}`, { by: `leaver-${why}`, tags: ['ashford'] }) as Extract<SourceEvent, { kind: 'post' }>;
    expect((await hear([bare])).dropped).toEqual({ 'author-gone': 1 });
    expect(await rowOf(`i4-${why}`)).toBeUndefined();
  });
  it('heeds what is put on a post without another version of it', async () => {
    const [first, again] = [{ text: 'I wonder about rye' }, { text: 'I wonder about rye', refusals: [{ purpose: 'classify', sign: 'label !no-bots on the post' }, { purpose: 'answer', sign: 'threadgate' }] }] as const;
    await hear([post('i5', first)]);
    const [conversation] = await conversationsOf('i5');
    const draft = newId();
    await scene.query(`insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by) select $1, c.library_id, c.id, $2, c.top_post_id, $3, 'hello', $4 from conversation c where c.id = $5`, [draft, account, newId(), consortium.system, conversation?.id]);
    await hear([post('i5', again)]);
    expect(await rowOf('i5')).toMatchObject({ text: 'I wonder about rye', refusals: again.refusals });
    expect(await scene.query('select 1 from finding f join post p on p.id = f.post_id where p.remote_id = $1', ['i5'])).toEqual([]);
    expect(await scene.query('select state from reply where id = $1', [draft])).toEqual([{ state: 'withdrawn' }]);
  });
  it('asks once: whoever was described is known from then on', async () => {
    authors.known.set('unknown-2', profile('unknown-2', { name: 'Una Known' }));
    const bare = (id: string): SourceEvent => {
      const { author: _, ...event } = post(id, { by: 'unknown-2', tags: ['ashford'] }) as Extract<SourceEvent, { kind: 'post' }>;
      return event;
    };
    expect((await hear([bare('i2')])).kept).toBe(1);
    expect((await hear([bare('i3')])).kept).toBe(1);
    expect(authors.asked.filter((id) => id === 'unknown-2')).toEqual(['unknown-2']);
    expect(await scene.query(`select name from profile where remote_id = 'unknown-2'`)).toEqual([{ name: 'Una Known' }]);
  });
  it('lets nobody listen to what is unlisted, unless it speaks to us', async () => {
    expect((await hear([post('j1', { audience: 'unlisted' })])).dropped).toEqual({ 'not-public': 1 });
    expect((await hear([post('j2', { audience: 'unlisted', mentions: [{ network: 'practice', id: 'library' }] })])).kept).toBe(1);
  });
  it('heeds what somebody refuses later in what they said before', async () => {
    await hear([post('r0'), post('r1', { by: 'changing', to: 'r0' })]);
    await hear([{ kind: 'profile', profile: profile('changing', refuses('keep')) }]);
    expect(await rowOf('r1')).toMatchObject({ text: null, gone_why: 'refused' });
    expect(await rowOf('r0')).toMatchObject({ gone_why: null });
  });
  it('lets go of what may not be kept in a newer version', async () => {
    await hear([post('s1'), post('s2', { tags: ['ashford'], by: 'editor' })]);
    const refused = { refusals: [{ purpose: 'keep', sign: 'says so below the post' }] } as const;
    expect((await hear([post('s1', { version: '2', ...refused }), post('s2', { version: '2', by: 'editor', audience: 'unlisted' })])).dropped).toEqual({ 'refused:keep': 1, 'not-public': 1 });
    expect([(await rowOf('s1'))?.['gone_why'], (await rowOf('s2'))?.['gone_why'], (await rowOf('s1'))?.['text']]).toEqual(['refused', 'hidden', null]);
  });
  it('does not hear a person whom the library does not hear', async () => {
    await hear([post('k1', { by: 'noisy', tags: ['ashford'] })]);
    const [row] = await scene.query<{ id: string }>(`select id from profile where remote_id = 'noisy'`);
    await scene.query(`insert into do_not_list(id, library_id, act, target, profile_id, reason, by_actor) values ($1, $2, 'hear', 'profile', $3, 'spam', $4)`, [newId(), consortium.id, row?.id, consortium.system]);
    const fresh = listener(database);
    expect((await fresh.takeFetched(origin(), { events: [post('k2', { by: 'noisy', tags: ['ashford'] })] })).dropped).toEqual({ 'not-heard': 1 });
  });
});

describe('why a post is here, or is not', () => {
  /** A network that shows these events to whoever asks for a post. */
  const showing = (...events: readonly SourceEvent[]): WhyService => {
    const host = { fetch: async function* (): AsyncIterable<Batch<never>> { yield await Promise.resolve({ events }); } } as unknown as PluginHost;
    const registry = { find: () => ({ source: {}, networks: ['practice'] }), plugins: [{ networks: ['elsewhere', 'practice'] }] } as unknown as PluginRegistry;
    return new WhyService(database, host, registry, listeners[0] as ListeningService, new Suppression('test key'));
  };
  const address = (id: string): string => `https://practice.example/${id}`;

  it('names the follow that let it in', async () => {
    await hear([post('ag0')]);
    expect(await showing().why(undefined, address('ag0'))).toEqual({ verdict: 'kept', words: [expect.stringMatching(/^Larch County hears it because @followed-\d+ is followed \(chamber of commerce\), on the list "List \d+"\.$/)] });
    const stranger = { id: await scene.person(await scene.library({ name: 'Elsewhere' })), kind: 'person' } as const;
    expect(await showing().why(stranger, address('ag0'))).toMatchObject({ verdict: 'unknown' });
  });
  it('judges again what was dropped, and stores nothing of it', async () => {
    const shy = { ...post('ag1', { by: 'shyer', tags: ['ashford'] }), author: profile('shyer', { refusals: [{ purpose: 'search', sign: 'indexable: false' }] }) } as SourceEvent;
    expect(await showing(shy).why(undefined, address('ag1'))).toEqual({ verdict: 'not-kept', words: ['Not kept: heard by hashtag or search, and its author asks not to be indexed (indexable: false).'] });
    expect(await showing(post('ag2', { by: 'nobody' })).why(undefined, address('ag2'))).toMatchObject({ verdict: 'not-kept', words: [expect.stringContaining('nothing that is followed lets it in')] });
    expect(await showing(post('ag3')).why(undefined, address('ag3'))).toMatchObject({ verdict: 'would-be-kept' });
    expect([await rowOf('ag1'), await rowOf('ag3')]).toEqual([undefined, undefined]);
  });
  it('remembers for whom it is asked, without words, what a refusal or a list of ours kept out, and when; the network is not asked', async () => {
    const refused = (id: string): SourceEvent => ({ ...post(id, { by: 'hidden', tags: ['ashford'] }), author: profile('hidden', { refusals: [{ purpose: 'search', sign: '#noindex in bio' }] }) }) as SourceEvent;
    await hear([post('ah0', { by: 'pest', tags: ['ashford'] })]);
    const [pest] = await scene.query<{ id: string }>(`select id from profile where remote_id = 'pest'`);
    await scene.query(`insert into do_not_list(id, library_id, act, target, profile_id, reason, by_actor) values ($1, $2, 'hear', 'profile', $3, 'spam', $4)`, [newId(), consortium.id, pest?.id, consortium.system]);
    const listening = listener(database);
    const taken = await listening.takeFetched(origin(), { events: [refused('ah1'), post('ah2', { by: 'pest', tags: ['ashford'] }), post('ah3', { by: 'nobody-at-all' })] });
    expect(taken.dropped).toEqual({ 'refused:search': 1, 'not-heard': 1, unmatched: 1 });

    const decided = { verdict: 'not-kept', decidedAt: expect.any(Date) };
    const first = await showing().why(undefined, address('ah1'));
    expect(first).toEqual({ ...decided, words: [expect.stringMatching(/^Not kept: heard by hashtag or search, and its author asks not to be indexed \(#noindex in bio\)\. Decided at \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/)] });
    expect(await showing().why(undefined, 'ah1')).toEqual(first);
    expect(await showing().why(undefined, address('ah2'))).toEqual({ ...decided, words: [expect.stringContaining('on the list of whom the library does not hear. Decided at')] });
    expect(await showing().why(undefined, address('ah3'))).toMatchObject({ verdict: 'unknown' });
    const stranger = { id: await scene.person(await scene.library({ name: 'Far Away' })), kind: 'person' } as const;
    expect(await showing().why(stranger, address('ah1'))).toMatchObject({ verdict: 'unknown' });

    const suppressed = new Suppression('test key');
    expect(await scene.query('select channel_id, cause, purpose, sign, author = $2 as theirs from not_kept where post = $1', [suppressed.post('practice', 'ah1'), suppressed.profile('practice', 'hidden')]))
      .toEqual([{ channel_id: null, cause: 'search', purpose: 'search', sign: '#noindex in bio', theirs: true }]);
    expect(await tablesHolding(scene, 'ah1')).toEqual([]);
    expect(await scene.query('select 1 from not_kept where post = $1', [suppressed.post('practice', 'ah3')])).toEqual([]);
  });
  it('writes a decision that is taken again and again once a day, and one that changed at once', async () => {
    const shy = (purpose: 'search' | 'keep'): SourceEvent => ({ ...post('ai1', { by: 'wavering', tags: ['ashford'] }), author: profile('wavering', { refusals: [{ purpose, sign: 'their sign' }] }) }) as SourceEvent;
    const row = async (): Promise<unknown> => (await scene.query('select purpose, at, xmin from not_kept where post = $1', [new Suppression('test key').post('practice', 'ai1')]))[0];
    await hear([shy('search')]);
    const before = await row();
    await hear([shy('search')]);
    expect(await row()).toEqual(before);
    await scene.query(`update not_kept set at = at - interval '25 hours' where post = $1`, [new Suppression('test key').post('practice', 'ai1')]);
    await hear([shy('search')]);
    expect(await row()).toEqual({ purpose: 'search', at: expect.any(Date), xmin: expect.anything() });
    expect(((await row()) as { at: Date }).at.getTime()).toBeGreaterThan(Date.now() - 3_600_000);
    await hear([shy('keep')]);
    expect(await row()).toMatchObject({ purpose: 'keep' });
  });
  it('says what became of what is gone, and that nobody knows', async () => {
    await hear([post('ag4')]);
    await hear([{ kind: 'post-gone', ref: { network: 'practice', id: 'ag4' }, why: 'deleted' }]);
    expect(await showing().why(undefined, address('ag4'))).toEqual({ verdict: 'gone', words: ['It was here and is gone: its author deleted it.'] });
    expect(await showing().why(undefined, address('never'))).toMatchObject({ verdict: 'unknown' });
    await expect(showing().why(undefined, ' ')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('asking again', () => {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  /** What the network says of those whom it is asked for: those in `gone` are there no more, and of others nothing is said. */
  const gone = new Set<string>();
  const telling = () => ({
    async *fetch(_account: string, want: Want): AsyncIterable<Batch<never>> {
      const refs = 'profiles' in want ? want.profiles : [];
      const leavers = refs.filter(({ id = '' }) => gone.has(id));
      yield { events: [
        ...(await authors.fetch('', refs.filter((ref) => !leavers.includes(ref)) as readonly { readonly id?: string }[])).map((each) => ('kind' in each ? each : { kind: 'profile' as const, profile: each })),
        ...leavers.map((ref) => ({ kind: 'profile-gone' as const, ref, why: 'suspended' as const })),
      ] };
    },
  });
  const again = (): AskAuthorsAgain => new AskAuthorsAgain(database, telling(), listeners[0] as ListeningService, { checkNow: () => Promise.reject(new Error('no post is asked for here')) }, log);
  const oldWord = (id: string): Promise<unknown> => scene.query(`update profile set told_at = now() - interval '8 days' where remote_id = $1`, [id]);

  it('has what an author refuses since heeded in what is stored', async () => {
    await hear([post('ac0'), post('ac1', { by: 'fickle', to: 'ac0' })]);
    authors.known.set('fickle', profile('fickle', { refusals: [{ purpose: 'keep', sign: '#noarchive in bio' }] }));
    await again().author(account, { network: 'practice', id: 'fickle' });
    expect(await rowOf('ac1')).toMatchObject({ text: null, gone_why: 'refused' });
  });
  it('sweeps those whose word is a week old, once, and nobody of whom nothing is stored', async () => {
    await hear([post('ad0'), post('ad1', { by: 'steady', to: 'ad0' })]);
    authors.known.set('steady', profile('steady'));
    await oldWord('steady');
    expect(await again().sweep(() => Promise.resolve(account))).toBe(1);
    expect(await again().sweep(() => Promise.resolve(account))).toBe(0);
    expect(authors.asked.filter((id) => id === 'steady')).toEqual(['steady']);
  });
  it('lets go of what those said who are gone since, and is held up by nobody of whom nothing is told', async () => {
    await hear([post('af0'), ...Array.from({ length: 41 }, (_, n) => post(`af-silent-${n}`, { by: `silent-${n}`, to: 'af0' })), post('af1', { by: 'suspended-since', to: 'af0' })]);
    await scene.query(`update profile set told_at = now() - interval '9 days' where remote_id like 'silent-%'`);
    await oldWord('suspended-since');
    gone.add('suspended-since');
    expect(await again().sweep(() => Promise.resolve(account))).toBe(40);
    while ((await again().sweep(() => Promise.resolve(account))) > 0);
    expect(await rowOf('af1')).toMatchObject({ text: null, gone_why: 'author-gone' });
  });
  it('leaves what is known where a network does not answer', async () => {
    await hear([post('ae0', { by: 'club' })]);
    const silent = new AskAuthorsAgain(database, { fetch: () => { throw new Error('no answer'); } }, listeners[0] as ListeningService, { checkNow: () => Promise.reject(new Error('no post is asked for here')) }, log);
    await silent.author(account, { network: 'practice', id: 'club' });
    expect(await rowOf('ae0')).toMatchObject({ gone_why: null });
  });
});

describe('whoever tells us to stop', () => {
  it('is not written to by the library whose account they told, nor by those below; what was not sent is withdrawn', async () => {
    await hear([post('aa0', { by: 'asker-3', tags: ['ashford'], text: 'I wonder who mends looms' })]);
    const [conversation] = await conversationsOf('aa0');
    const draft = newId();
    await scene.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by) select $1, c.library_id, c.id, $2, c.top_post_id, $3, 'hello', $4 from conversation c where c.id = $5`,
      [draft, account, newId(), consortium.system, conversation?.id]);
    expect((await hear([post('aa1', { by: 'asker-3', to: 'aa0', text: '@library STOP', mentions: [{ network: 'practice', id: 'library' }] })])).kept).toBe(1);
    const entries = `select l.name, d.act, d.reason, d.by_actor from do_not_list d join profile p on p.id = d.profile_id join library l on l.id = d.library_id where p.remote_id = 'asker-3'`;
    expect(await scene.query(entries)).toEqual([{ name: 'Larch County', act: 'contact', reason: 'asked-us', by_actor: null }]);
    expect(await scene.query('select state from reply where id = $1', [draft])).toEqual([{ state: 'withdrawn' }]);
    expect(await scene.query(`select detail from timeline where conversation_id = $1 and kind = 'withdrawn'`, [conversation?.id])).toEqual([{ detail: { reply: draft, because: 'do-not-contact' } }]);
    await hear([post('aa2', { by: 'asker-3', text: 'stop', mentions: [{ network: 'practice', id: 'library' }] })]);
    expect(await scene.query(entries)).toHaveLength(1);
  });
  it('in a thread, and not to us, tells somebody else', async () => {
    await hear([post('ab0'), post('ab1', { by: 'asker-4', to: 'ab0', text: 'Stop!' })]);
    expect(await scene.query(`select 1 from do_not_list d join profile p on p.id = d.profile_id where p.remote_id = 'asker-4'`)).toEqual([]);
  });
});

describe('edits and deletions', () => {
  it('keeps the newest text only', async () => {
    await hear([post('l1', { version: '2026-11-20T10:00:00Z' })]);
    await hear([post('l1', { version: '2026-11-20T11:00:00Z', text: 'better said' })]);
    await hear([post('l1', { version: '2026-11-20T10:30:00Z', text: 'a late delivery' })]);
    expect(await rowOf('l1')).toMatchObject({ text: 'better said' });
    expect((await rowOf('l1'))?.['edited_at']).not.toBeNull();
  });
  it('takes out of notes what an edit took back', async () => {
    await hear([post('l2', { text: 'My sister Una lost her job at the mill last week. Where can she turn to?' })]);
    const [conversation] = await conversationsOf('l2');
    await scene.query(`insert into note(id, library_id, conversation_id, author_id, body) values ($1, $2, $3, $4, $5)`, [
      newId(), consortium.id, conversation?.id, consortium.system, 'Says "My sister Una lost her job at the mill last week" and asks "Where can she turn to?": Thursday desk']);
    await hear([post('l2', { version: '2', text: 'Where can she turn to?' })]);
    expect(await scene.query('select body from note where conversation_id = $1', [conversation?.id])).toEqual([{ body: 'Says "[…]" and asks "Where can she turn to?": Thursday desk' }]);
  });
  it('empties a deleted post everywhere, keeps its place, and never takes it back', async () => {
    await hear([post('m1', { text: 'I wonder about looms', html: '<p>I wonder about looms</p>' }), post('m2', { by: 'x', to: 'm1' })]);
    await hear([{ kind: 'post-gone', ref: { network: 'practice', id: 'm1' }, why: 'deleted' }]);
    expect(await rowOf('m1')).toMatchObject({ text: null, html: null, search: null, gone_why: 'deleted' });
    expect(await scene.query('select 1 from finding where post_id = $1', [(await rowOf('m1'))?.['id']])).toEqual([]);
    expect((await hear([post('m1', { version: '2' })])).kept).toBe(0);
    expect((await rowOf('m2'))?.['parent_id']).toBe((await rowOf('m1'))?.['id']);
  });
  it('lets in nothing that was deleted before it came', async () => {
    await hear([{ kind: 'post-gone', ref: { network: 'practice', id: 'n1' }, why: 'deleted' }]);
    expect((await hear([post('n1')])).dropped).toEqual({ suppressed: 1 });
  });
  it('finds a post by the name that one host gave it', async () => {
    const ref = { network: 'practice', id: 'o1', local: { host: 'town.example', id: '77' } };
    await hear([post('o1', { ref })]);
    await hear([{ kind: 'post-gone', ref: { network: 'practice', local: ref.local }, why: 'deleted' }]);
    expect((await rowOf('o1'))?.['text']).toBeNull();
  });
  it('empties everything of an author who is gone', async () => {
    await hear([post('p0'), post('p1', { by: 'leaver', to: 'p0' })]);
    await hear([{ kind: 'profile-gone', ref: { network: 'practice', id: 'leaver' }, why: 'deleted' }]);
    expect(await rowOf('p1')).toMatchObject({ text: null, gone_why: 'author-gone' });
    expect(await scene.query(`select handle, name from profile where remote_id = 'leaver'`)).toEqual([{ handle: null, name: null }]);
    expect((await hear([post('p2', { by: 'leaver', to: 'p0' })])).dropped).toEqual({ 'author-gone': 1 });
  });
  it('lets no markup through but the plainest', async () => {
    await hear([post('q1', { html: '<p onclick="x()">Hello <script>alert(1)</script><a href="javascript:x()">a</a> <a href="https://a.example">b</a></p>' })]);
    expect((await rowOf('q1'))?.['html']).toBe('<p>Hello <a rel="nofollow noopener noreferrer" target="_blank">a</a> <a href="https://a.example" rel="nofollow noopener noreferrer" target="_blank">b</a></p>');
  });
});

describe('threads', () => {
  /** A tree of posts in one thread: each answers an earlier one. */
  const tree = fc.array(fc.nat(), { minLength: 2, maxLength: 12 }).map((picks) => picks.map((pick, index) => (index === 0 ? undefined : pick % index)));
  let run = 0;

  it('are the same whatever the order, duplication, batching and interleaving of two processes', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.array(fc.tuple(fc.nat(), fc.boolean(), fc.integer({ min: 1, max: 4 })), { minLength: 4, maxLength: 30 }), async (parents, picks) => {
        const name = (index: number): string => `t${run}-${index}`;
        run++;
        const all = parents.map((parent, index) => post(name(index), parent === undefined ? {} : { by: 'club', to: name(parent) }));
        // Every post at least once, in an order of the picks' own, some of them again.
        const order = [...all.keys()].sort((a, b) => ((picks[a % picks.length]?.[0] ?? 0) % 97) - ((picks[b % picks.length]?.[0] ?? 0) % 97) || a - b);
        const stream = [...order, ...picks.map(([pick]) => pick % all.length)].map((index) => all[index] as SourceEvent);
        const turns: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
        for (let index = 0, turn = 0; index < stream.length; turn++) {
          const [, second, size] = picks[turn % picks.length] as [number, boolean, number];
          const events = stream.slice(index, (index += size));
          const by = second ? 1 : 0;
          turns[by] = (turns[by] as Promise<unknown>).then(() => hear(events, by));
        }
        await Promise.all(turns);
        const rows = await scene.query<{ remote_id: string; thread_id: string; parent: string | null; known: boolean }>(
          `select p.remote_id, p.thread_id, q.remote_id as parent, p.known from post p left join post q on q.id = p.parent_id where p.remote_id = any($1)`, [all.map((_, index) => name(index))]);
        expect(new Map(rows.map((row) => [row.remote_id, row.parent]))).toEqual(new Map(parents.map((parent, index) => [name(index), parent === undefined ? null : name(parent)])));
        expect(rows.every((row) => row.known)).toBe(true);
        expect(new Set(rows.map((row) => row.thread_id)).size).toBe(1);
        expect(await scene.query(`select posts from thread where id = $1`, [rows[0]?.thread_id])).toEqual([{ posts: all.length }]);
        expect(await conversationsOf(name(0))).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('wait for another transaction that holds the same parent, and find its thread', async () => {
    const other = new pg.Client(test.owner);
    await other.connect();
    await other.query('begin');
    const [thread, parent] = [newId(), newId()];
    await other.query('insert into thread(id) values ($1)', [thread]);
    await other.query(`insert into post(id, network, remote_id, thread_id) values ($1, 'practice', 'held', $2)`, [parent, thread]);
    const hearing = hear([post('waits', { to: 'held' })]);
    // The listener is seen waiting for the other's insert before that commits: both transactions are open at once.
    for (let waits = false; !waits; ) waits = (await scene.query<{ waits: boolean }>(`select exists (select 1 from pg_stat_activity where wait_event = 'transactionid' and application_name = 'earshot-listener') as waits`))[0]?.waits === true;
    await other.query('commit');
    await other.end();
    expect(await hearing).toMatchObject({ kept: 1 });
    expect((await rowOf('waits'))?.['thread_id']).toBe(thread);
  });

  it('merge with their conversations: the one with an assignee survives, the other leads to it, an approval is void', async () => {
    const person = await scene.person(consortium);
    await hear([post('u3', { to: 'u2' })]);
    await hear([post('u1')]);
    const [older] = await conversationsOf('u3');
    const [younger] = await conversationsOf('u1');
    await scene.query('update conversation set assignee_id = $2 where id = $1', [younger?.id, person]);
    await scene.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by, state, approved_by, approved_kind, approved_text, approved_at)
       values ($1, $2, $3, $4, (select id from post where remote_id = 'u3'), $5, 'hello', $6, 'approved', $6, 'person', 'hello', now())`,
      [newId(), consortium.id, older?.id, account, newId(), person]);
    await hear([post('u2', { to: 'u1' })]);
    const [survivor, ...more] = await conversationsOf('u1');
    expect(more).toEqual([]);
    expect(survivor?.id).toBe(younger?.id);
    expect(await scene.query('select merged_into from conversation where id = $1', [older?.id])).toEqual([{ merged_into: younger?.id }]);
    expect(await scene.query('select state, approved_by, conversation_id from reply where conversation_id = $1', [younger?.id])).toEqual([{ state: 'draft', approved_by: null, conversation_id: younger?.id }]);
    expect((await scene.query<{ kind: string }>('select kind from timeline where conversation_id = $1 order by kind', [younger?.id])).map((row) => row.kind)).toEqual(['approval-voided', 'merged', 'opened', 'opened']);
  });
});

describe('the lease', () => {
  it('stores posts and cursor together, or neither', async () => {
    const channelId = newId();
    await scene.query(`insert into channel(id, account_id, library_id, key, mode, pulse_ms, lease_token) values ($1, $2, $3, 'town', 'stream', 1000, 5)`, [channelId, account, consortium.id]);
    const lease = { ...origin(), channelId, token: '4' };
    await expect((listeners[0] as ListeningService).take(lease, { events: [post('v1')], cursor: { at: 1 } })).rejects.toThrow(LeaseLost);
    expect(await rowOf('v1')).toBeUndefined();
    expect(await (listeners[0] as ListeningService).take({ ...lease, token: '5' }, { events: [post('v1'), post('v2', { by: 'stranger' })], cursor: { at: 1 } })).toMatchObject({ kept: 1 });
    expect(await scene.query('select cursor from channel where id = $1', [channelId])).toEqual([{ cursor: { at: 1 } }]);
    expect(await scene.query('select outcome, times::int from channel_count where channel_id = $1 order by outcome', [channelId])).toEqual([{ outcome: 'kept', times: 1 }, { outcome: 'unmatched', times: 1 }]);
  });
});

describe('what no channel brought', () => {
  it('is counted at its account, each decision with what it stores, and by nothing where nothing was decided', async () => {
    const own = await scene.account(consortium);
    const fetched = (events: readonly SourceEvent[]) => (listeners[0] as ListeningService).takeFetched({ ...origin(), accountId: own }, { events } as Batch<never>);
    await hear([post('aj0')]);
    await fetched([post('aj1', { by: 'passer-by', to: 'aj0' }), post('aj2', { by: 'refuser', to: 'aj0', refusals: [{ purpose: 'keep', sign: 'noarchive' }] }), post('aj3', { by: 'stranger' })]);
    await fetched([post('aj1', { by: 'passer-by', to: 'aj0' }), post('aj4', { by: 'stranger' }), { kind: 'unreadable', why: 'no date', digest: 'aj' }]);
    await fetched([{ kind: 'profile', profile: profile('passer-by') }]);
    expect(await scene.query('select library_id, outcome, times::int from account_count where account_id = $1 order by outcome', [own]))
      .toEqual([['kept', 1], ['refused:keep', 1], ['unmatched', 2], ['unreadable', 1]].map(([outcome, times]) => ({ library_id: consortium.id, outcome, times })));
    expect(await scene.query('select 1 from channel_count n join channel c on c.id = n.channel_id where c.account_id = $1', [own])).toEqual([]);
  });
});

describe('whoever answers us', () => {
  it('reopens what was answered', async () => {
    await hear([post('w1', { by: 'asker', tags: ['ashford'], text: 'I wonder' }), post('w2', { by: 'library', to: 'w1' })]);
    const [conversation] = await conversationsOf('w1');
    await scene.query(`update conversation set state = 'answered', waiting_on = 'author' where id = $1`, [conversation?.id]);
    await hear([post('w3', { by: 'asker', to: 'w2' })]);
    expect(await scene.query('select state, waiting_on from conversation where id = $1', [conversation?.id])).toEqual([{ state: 'open', waiting_on: 'us' }]);
    expect((await scene.query<{ kind: string }>('select kind from timeline where conversation_id = $1', [conversation?.id])).map((row) => row.kind)).toContain('answered-back');
  });
  it('does so once: told again, by a look at the thread, it reopens nothing', async () => {
    const answer = post('w6', { by: 'asker-3', to: 'w5' });
    await hear([post('w4', { by: 'asker-3', tags: ['ashford'], text: 'I wonder' }), post('w5', { by: 'library', to: 'w4' }), answer]);
    const [conversation] = await conversationsOf('w4');
    await scene.query(`update conversation set state = 'answered', waiting_on = 'author' where id = $1`, [conversation?.id]);
    await hear([answer]);
    expect(await scene.query('select state, waiting_on from conversation where id = $1', [conversation?.id])).toEqual([{ state: 'answered', waiting_on: 'author' }]);
    expect(await scene.query(`select count(*)::int as times from timeline where conversation_id = $1 and kind = 'answered-back'`, [conversation?.id])).toEqual([{ times: 1 }]);
  });
});

describe('a post of ours', () => {
  it('that is answered before its place is known, and after it is known to be sent, waits for us', async () => {
    await hear([post('x1', { by: 'asker-4', tags: ['ashford'], text: 'I wonder' })]);
    const [conversation] = await conversationsOf('x1');
    await scene.query(`update conversation set state = 'answered', waiting_on = 'author' where id = $1`, [conversation?.id]);
    await hear([post('x3', { by: 'asker-4', to: 'x2', mentions: [{ network: 'practice', id: 'library' }] })]);
    await new SentPostsInThreads(database).noteSent({ network: 'practice', id: 'x2' }, { postId: (await rowOf('x1'))?.['id'] as string }, account);
    expect(await scene.query(`select c.id, c.state, c.waiting_on from conversation c join post p using (thread_id) where p.remote_id = 'x1' and c.merged_into is null`)).toEqual([{ id: conversation?.id, state: 'open', waiting_on: 'us' }]);
  });
  it('has its place as soon as it is sent, so that its answer is heard as answering us', async () => {
    await hear([post('z1', { by: 'asker-2', tags: ['ashford'], text: 'I wonder' })]);
    await new SentPostsInThreads(database).noteSent({ network: 'practice', id: 'z2' }, { postId: (await rowOf('z1'))?.['id'] as string }, account);
    expect((await hear([post('z3', { by: 'asker-2', to: 'z2' })])).kept).toBe(1);
    expect((await conversationsOf('z1'))[0]?.reasons[0]).toEqual({ kind: 'answered-back' });
  });
});

describe('a finding', () => {
  it('weighs nothing that a library marked as wrong', async () => {
    await hear([post('y1', { text: 'I wonder about rye' })]);
    const [conversation] = await conversationsOf('y1');
    await scene.query(`insert into finding_mark(id, library_id, conversation_id, post_id, label, "right", by_actor) select $1, $2, $3, id, 'need.implicit', false, $4 from post where remote_id = 'y1'`,
      [newId(), consortium.id, conversation?.id, consortium.system]);
    await hear([post('y2', { to: 'y1' })]);
    await hear([{ kind: 'post-gone', ref: { network: 'practice', id: 'y2' }, why: 'deleted' }]);
    expect((await conversationsOf('y1'))[0]?.reasons).toEqual([]);
  });
});
