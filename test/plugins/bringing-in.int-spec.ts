import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@earshot/core/database';
import { HearingRulesService } from '@earshot/core/listening';
import { RetentionService } from '@earshot/core/privacy';
import { AskAuthorsAgain } from '../../libs/core/src/listening/ask-again.js';
import { LivingThreads } from '../../libs/core/src/listening/living/living-threads.js';
import { ReChecks } from '../../libs/core/src/listening/re-checks/re-checks.js';
import { AskAgain } from '../../libs/core/src/privacy/contact/may-answer.js';
import { tokenAt } from '../garbage/office.js';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';
import { withByHand } from './with-by-hand.js';
import { withClassifier } from './with-classifier.js';
import { CountedCalls, withCountedCalls } from './with-counted-calls.js';

type Caller = Readonly<Record<string, string>>;
interface Shown {
  readonly __typename: string;
  readonly id: string;
  readonly broughtIn: { readonly accountId: string } | null;
  readonly topPost: { readonly id: string } | null;
  readonly [field: string]: unknown;
}

const calls = new CountedCalls();
let [app, without]: [WholeApp, WholeApp] = [] as never;
let scene: Scene;
let [county, ashford, millbrook, elsewhere]: [SceneLibrary, SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let ada: string;
let as: Readonly<Record<'head' | 'ada' | 'ben' | 'observer' | 'mia' | 'eve' | 'program', Caller>>;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  app = await startWholeApp(test, [withClassifier, withCountedCalls(calls), withByHand]);
  without = await startWholeApp(test, [withClassifier]);
}, 60_000);
afterAll(async () => {
  await app?.close();
  await without?.close();
  await scene?.close();
});
beforeEach(async () => {
  county = await scene.library({ name: 'County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  elsewhere = await scene.library({ name: 'Elsewhere' });
  const head = await scene.person(county, 'administrator');
  ada = await scene.person(ashford, 'librarian', { name: 'Ada' });
  const [ben, observer, mia, eve] = [await scene.person(ashford), await scene.person(ashford, 'observer'), await scene.person(millbrook), await scene.person(elsewhere)];
  as = {
    head: await sessionOf(scene, head), ada: await sessionOf(scene, ada), ben: await sessionOf(scene, ben), observer: await sessionOf(scene, observer), mia: await sessionOf(scene, mia), eve: await sessionOf(scene, eve),
    program: (await tokenAt(scene, ashford, ada)).caller,
  };
});
// Nobody is ever asked about anything.
afterEach(() => expect(calls.asked.splice(0)).toEqual([]));

const conversation = `id state waitingOn hiddenAt why reasons { code } topPost { id text url lang network author { handle } goneWhy } topFinding { label } hearings { cause routedByPlace } broughtIn { place at by { name } accountId takenBackAt }
  posts { edges { node { text parentId url goneWhy author { handle } } } } timeline { edges { node { kind actorId detail } } } replies { id state url } notes { body }`;
const fields = `__typename ... on UserError { code message } ... on Conversation { ${conversation} }`;
const ask = async <T>(caller: Caller, query: string, variables: object, at = app): Promise<T> => {
  const { data, errors } = await at.ask(caller, query, variables);
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0] as T;
};
const refusal = async (caller: Caller, query: string, variables: object): Promise<unknown> => (await app.ask(caller, query, variables)).errors?.[0]?.extensions['code'];
const bringing = `mutation($input: BringInInput!) { bringIn(input: $input) { ${fields} } }`;
const bring = (caller: Caller, input: object = {}, at = app): Promise<Shown> => ask(caller, bringing, { input: { libraryId: ashford.id, place: 'desk', text: 'I wonder how to build a wine cellar', ...input } }, at);
const read = (caller: Caller, id: string): Promise<Shown | null> => ask(caller, `query($id: ID!) { conversation(id: $id) { ${conversation} } }`, { id });
const takeBack = (caller: Caller, id: string): Promise<Shown> => ask(caller, `mutation($id: ID!) { takeBackBroughtIn(conversationId: $id) { ${fields} } }`, { id });
const places = async (caller: Caller, variables: object = {}): Promise<unknown> =>
  (await ask<{ edges: { node: unknown }[] }>(caller, 'query($libraryId: ID!, $beginning: String, $first: Int, $after: Cursor) { broughtInPlaces(libraryId: $libraryId, beginning: $beginning, first: $first, after: $after) { edges { node { name times } } } }', { libraryId: ashford.id, ...variables })).edges.map(({ node }) => node);
const stored = async (): Promise<number> => (await scene.query<{ posts: number }>(`select count(*)::int as posts from post where brought_in and gone_at is null and starts_with(remote_id, $1)`, [ashford.id]))[0]?.posts ?? 0;
const edges = (shown: Shown | null, name: 'posts' | 'timeline'): readonly Record<string, unknown>[] => (shown?.[name] as { edges: { node: Record<string, unknown> }[] }).edges.map(({ node }) => node);

describe('what is brought in', () => {
  it('has its conversation, is judged, waits for the library, and tells where it comes from', async () => {
    const made = await bring(as.ada, { text: 'I wonder how to build\r\na wine cellar', url: 'https://groups.example/parents/7', author: ' Pat  Doe ', lang: 'en-GB', place: ' Facebook:  Parents of Ashford ' });
    expect(made).toMatchObject({
      __typename: 'Conversation', state: 'open', waitingOn: 'us', why: expect.stringContaining('brought in by hand · unspoken need 0.90'),
      topPost: { text: 'I wonder how to build\na wine cellar', url: 'https://groups.example/parents/7', lang: 'en-GB', network: 'by-hand', author: { handle: 'Pat Doe' } },
      topFinding: { label: 'need.implicit' }, hearings: [{ cause: 'brought_in' }],
      broughtIn: { place: 'Facebook: Parents of Ashford', by: { name: 'Ada' }, at: expect.any(String), takenBackAt: null },
    });
    expect(edges(made, 'timeline')).toContainEqual({ kind: 'brought_in', actorId: ada, detail: '{"place":"Facebook: Parents of Ashford"}' });
    const list = await ask<{ edges: { node: { id: string } }[] }>(as.ben, 'query($l: ID!) { conversations(libraries: [$l], text: "cellar") { edges { node { id } } } }', { l: ashford.id });
    expect(list.edges.map(({ node }) => node.id)).toEqual([made.id]);
  });

  it('keeps no author where none was typed, and of two of one name knows not that they are one', async () => {
    const profiles = async (): Promise<number> => (await scene.query<{ n: number }>('select count(*)::int as n from profile where starts_with(remote_id, $1)', [ashford.id]))[0]?.n ?? 0;
    expect((await bring(as.ada)).topPost).toMatchObject({ author: null, url: null });
    expect(await profiles()).toBe(0);
    for (const _ of [1, 2]) await bring(as.ada, { author: 'Pat Doe' });
    expect(await profiles()).toBe(2);
  });

  it('stands below what was said before it, which its classifiers are told', async () => {
    const made = await bring(as.ada, { before: 'Damp again this year.' });
    expect(edges(made, 'posts')).toMatchObject([{ text: 'Damp again this year.', parentId: null }, { text: 'I wonder how to build a wine cellar', parentId: expect.any(String) }]);
    expect(made.topPost).toMatchObject({ text: 'I wonder how to build a wine cellar' });
    const [seen] = await scene.query(`select restated from finding where label = 'context.seen' and post_id = $1`, [made.topPost?.id]);
    expect(seen).toMatchObject({ restated: expect.stringContaining('Damp again this year.') });
  });

  it('stays at the library that brought it in, whose words are nobody else\'s, also where the same link is brought in by two', async () => {
    const url = 'https://groups.example/parents/8';
    await scene.query(`insert into service_area(id, library_id, kind, value) values ($1, $2, 'name', 'Millbrook')`, [newId(), millbrook.id]);
    app.app.get(HearingRulesService).refresh();
    const [ours, theirs] = [await bring(as.ada, { url, text: 'I wonder about Millbrook' }), await bring(as.mia, { libraryId: millbrook.id, url })];
    expect(ours.id).not.toBe(theirs.id);
    expect(ours.hearings).toEqual([{ cause: 'brought_in', routedByPlace: null }]);
    expect(await read(as.mia, ours.id)).toBeNull();
    const threads = await scene.query('select count(distinct thread_id)::int as threads, count(*)::int as conversations from conversation where id = any($1)', [[ours.id, theirs.id]]);
    expect(threads).toEqual([{ threads: 2, conversations: 2 }]);
    // Their account is one, of the whole tree; another consortium has its own.
    const other = await bring(as.eve, { libraryId: elsewhere.id });
    expect([theirs.broughtIn?.accountId === ours.broughtIn?.accountId, other.broughtIn?.accountId === ours.broughtIn?.accountId]).toEqual([true, false]);
    const [account] = await scene.query<{ library_id: string }>('select library_id from account where id = $1', [ours.broughtIn?.accountId]);
    expect(account?.library_id).toBe(county.id);
  });

  it('is raised by the searches of its library', async () => {
    await scene.search(ashford, 'cellar', { name: 'Cellars' });
    app.app.get(HearingRulesService).refresh();
    expect((await bring(as.ada)).why).toEqual(expect.stringContaining('found by your search “Cellars”'));
  });

  it('is told apart from what was heard, by whoever asks why it is there', async () => {
    const made = await bring(as.ada, { url: 'https://groups.example/parents/9' });
    const why = (caller: Caller): Promise<unknown> => ask(caller, 'query { why(post: "https://groups.example/parents/9") { verdict words } }', {});
    expect(await why(as.ada)).toEqual({ verdict: 'kept', words: ['Ashford hears it because its staff brought it in by hand.'] });
    await takeBack(as.ada, made.id);
    expect(await why(as.ada)).toMatchObject({ verdict: 'unknown' });
    // Whoever asks why lets a network be asked for an address that is not here.
    calls.asked.splice(0);
  });
});

describe('the key', () => {
  it('brings in once what is sent twice, also at once, and also in other words', async () => {
    const key = newId();
    const [one, other] = await Promise.all([bring(as.ada, { key }), bring(as.ada, { key })]);
    const third = await bring(as.ben, { key, text: 'Something else', place: 'telephone' });
    expect([other.id, third.id]).toEqual([one.id, one.id]);
    expect(edges(third, 'timeline').filter(({ kind }) => kind === 'brought_in')).toHaveLength(1);
    expect(await places(as.ada)).toEqual([{ name: 'desk', times: 1 }]);
    expect(await stored()).toBe(1);
    // Of another library it is another key.
    expect((await bring(as.mia, { key, libraryId: millbrook.id })).id).not.toBe(one.id);
  });

  it('brings in what was broken off before, of which nothing was stored', async () => {
    const [key, noting] = [newId(), 'execute on function note_brought_in(uuid, uuid, uuid, uuid, uuid, text, uuid)'];
    await scene.query(`revoke ${noting} from earshot_listener`);
    try {
      expect(await refusal(as.ada, bringing, { input: { libraryId: ashford.id, key, place: 'desk', text: 'Words', author: 'Pat Doe' } })).toBe('INTERNAL');
    } finally {
      await scene.query(`grant ${noting} to earshot_listener`);
    }
    expect([await stored(), await places(as.ada), await scene.query('select 1 from profile where starts_with(remote_id, $1)', [ashford.id])]).toEqual([0, [], []]);
    expect(await bring(as.ada, { key })).toMatchObject({ __typename: 'Conversation' });
  });

  it('brings nothing back that was taken back, or whose time was over', async () => {
    const [back, over] = [newId(), newId()];
    await takeBack(as.ada, (await bring(as.ada, { key: back })).id);
    await bring(as.ada, { key: over });
    await scene.query(`update conversation set keep_until = now() - interval '1 day' where library_id = $1`, [ashford.id]);
    await app.app.get(RetentionService).letGo([ashford.id], new AbortController().signal);
    for (const key of [back, over]) expect(await bring(as.ada, { key })).toMatchObject({ __typename: 'BroughtInBefore', code: 'BROUGHT_IN_BEFORE' });
    expect(await stored()).toBe(0);
  });
});

describe('what cannot be brought in', () => {
  it.each([
    ['no words', { text: ' \n ' }], ['words that cannot be stored', { text: 'a\u0000b' }], ['more words than a post has', { text: 'x'.repeat(50_001) }], ['no place', { place: ' ' }], ['a place of many words', { place: 'x'.repeat(101) }],
    ['an address that runs', { url: 'javascript:alert(1)' }], ['an address that is none', { url: 'groups' }], ['an address of a file', { url: 'file:///etc/passwd' }], ['a long name', { author: 'x'.repeat(201) }], ['a language that is none', { lang: '!' }], ['a key that is none', { key: 'once' }],
  ])('is %s', async (_, input) => {
    expect(await refusal(as.ada, bringing, { input: { libraryId: ashford.id, place: 'desk', text: 'Words', ...input } })).toBe('BAD_INPUT');
    expect(await stored()).toBe(0);
  });

  it('is anything by whoever may not', async () => {
    const at = (libraryId: string): object => ({ input: { libraryId, place: 'desk', text: 'Words' } });
    expect(await refusal(as.observer, bringing, at(ashford.id))).toBe('FORBIDDEN');
    expect(await refusal(as.ada, bringing, at(millbrook.id))).toBe('NOT_FOUND');
    expect(await refusal(as.ada, bringing, at(county.id))).toBe('NOT_FOUND');
    expect(await stored()).toBe(0);
    // Programs bring in for whoever gave them that right.
    expect(await bring(as.program)).toMatchObject({ __typename: 'Conversation' });
  });

  it('is anything where an administrator turned it off, or no plugin is there for it', async () => {
    const { broughtIn } = await bring(as.ada);
    const turn = (state: string): Promise<unknown> => ask(as.head, 'mutation($id: ID!, $s: AccountState!) { turnAccount(accountId: $id, state: $s) { state } }', { id: broughtIn?.accountId, s: state });
    await turn('off');
    expect(await bring(as.mia, { libraryId: millbrook.id })).toMatchObject({ code: 'BRINGING_IN_OFF' });
    await turn('on');
    expect(await bring(as.mia, { libraryId: millbrook.id })).toMatchObject({ __typename: 'Conversation' });
    expect(await bring(as.ada, {}, without)).toMatchObject({ code: 'BRINGING_IN_OFF' });
  });
});

it('is brought in also while nobody listens and nothing is sent', async () => {
  await ask(as.head, 'mutation($l: ID!) { stopLibrary(libraryId: $l, what: all, why: "a storm") { __typename } }', { l: county.id });
  expect(await bring(as.ada)).toMatchObject({ __typename: 'Conversation', topFinding: { label: 'need.implicit' } });
});

describe('an answer', () => {
  const draft = async (made: Shown, text = 'We have three books on that.'): Promise<{ id: string; version: number }> =>
    ask(as.ada, 'mutation($c: ID!, $p: ID!, $a: ID!, $t: String!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: $t) { __typename ... on Reply { id version } ... on UserError { code message } } }', { c: made.id, p: made.topPost?.id, a: made.broughtIn?.accountId, t: text });

  it('is drafted and checked, given by hand, and then is a sent reply that a conversation ends with', async () => {
    const made = await bring(as.ada, { place: 'telephone', author: 'Pat Doe' });
    const { id, version } = await draft(made, 'We have {{how many}} books on that.');
    const checks = await ask<{ code: string }[]>(as.ada, 'query($id: ID!) { replyChecks(id: $id) { ... on Check { code } } }', { id });
    expect(checks.map(({ code }) => code)).toEqual(expect.arrayContaining(['REPLY_BY_HAND', 'PLACEHOLDERS_LEFT']));
    const edited = await ask<{ version: number }>(as.ada, 'mutation($id: ID!) { editReply(id: $id, text: "We have three books on that.") { ... on Reply { version } } }', { id });
    expect(edited.version).toBeGreaterThan(version);
    expect(await ask(as.ada, 'mutation($id: ID!, $v: Int!) { approveReply(id: $id, version: $v) { __typename ... on UserError { message } } }', { id, v: edited.version })).toMatchObject({ __typename: 'ReplyByHand', message: expect.stringContaining('by hand') });
    const given = await ask(as.ada, 'mutation($id: ID!, $v: Int!) { replyWrittenByHand(id: $id, version: $v) { __typename ... on Reply { state url } } }', { id, v: edited.version });
    expect(given).toEqual({ __typename: 'Reply', state: 'sent', url: null });
    expect(await read(as.ada, made.id)).toMatchObject({ state: 'answered', waitingOn: 'author' });
    // Whoever they were, they are nobody whom one could follow.
    expect(await ask(as.ada, 'query($l: ID!) { followSuggestions(libraryId: $l) { edges { node { label } } } }', { l: ashford.id })).toEqual({ edges: [] });
    const closed = await ask(as.ada, 'mutation($c: ID!) { close(conversationId: $c, outcome: referred, unmetNeed: "a cooper") { ... on Conversation { state } } }', { c: made.id });
    expect(closed).toEqual({ state: 'closed' });
    const unmet = await ask<{ edges: { node: { need: string } }[] }>(as.ada, 'query($l: ID!) { unmetNeeds(libraryId: $l) { edges { node { need } } } }', { l: ashford.id });
    expect(unmet.edges).toEqual([{ node: { need: 'a cooper' } }]);
  });

  it('is the neighbour\'s where the thread was handed over to them, by the same account', async () => {
    const made = await bring(as.ada, { author: 'Pat Doe' });
    await ask(as.ada, 'mutation($c: ID!, $l: ID!) { handOverToLibrary(conversationId: $c, toLibraryId: $l, note: "yours") { ... on Conversation { id } ... on UserError { code } } }', { c: made.id, l: millbrook.id });
    const [theirs] = await scene.query<{ id: string }>('select id from conversation where library_id = $1', [millbrook.id]);
    expect(await read(as.mia, theirs?.id ?? '')).toMatchObject({ topPost: { text: 'I wonder how to build a wine cellar' }, broughtIn: null });
    const drafted = await ask(as.mia, 'mutation($c: ID!, $p: ID!, $a: ID!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: "Yes.") { __typename } }', { c: theirs?.id, p: made.topPost?.id, a: made.broughtIn?.accountId });
    expect(drafted).toEqual({ __typename: 'Reply' });
    expect(await takeBack(as.mia, theirs?.id ?? '')).toMatchObject({ code: 'NOT_BROUGHT_IN' });
    // It is theirs for as short a time, and whoever brought it in takes it back from both.
    await app.app.get(RetentionService).workOut();
    const kept = await scene.query(`select kept_as, round(extract(epoch from keep_until - now()) / 86400)::int as days from conversation where thread_id = (select thread_id from conversation where id = $1) order by 1`, [made.id]);
    expect(kept).toEqual([{ kept_as: 'brought-in', days: 7 }, { kept_as: 'brought-in', days: 7 }]);
    await takeBack(as.ada, made.id);
    expect(await read(as.mia, theirs?.id ?? '')).toMatchObject({ topPost: null, posts: { edges: [{ node: { text: null, goneWhy: 'taken_back' } }] } });
  });
});

describe('nobody', () => {
  it('is asked about it: not when somebody looks again, drafts, or whatever looks after threads and posts by itself', async () => {
    const listening = await scene.account(ashford, { plugin: 'with-counted-calls', settings: { account: 'listening' } });
    const made = await bring(as.ada, { author: 'Pat Doe', url: 'https://groups.example/parents/10' });
    expect(await scene.query('select 1 from thread_look w join conversation c using (thread_id) where c.id = $1', [made.id])).toEqual([]);
    expect(await scene.query('select 1 from post where brought_in and ask_at is not null')).toEqual([]);
    await scene.query(`update post set heard_at = heard_at - interval '30 days' where brought_in`);
    await scene.query(`update profile set told_at = now() - interval '30 days' where network = 'by-hand'`);
    await ask(as.ada, 'mutation($id: ID!) { lookAgain(id: $id) { __typename } }', { id: made.id });
    await ask(as.ada, 'mutation($c: ID!, $p: ID!, $a: ID!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: "Yes.") { __typename } }', { c: made.id, p: made.topPost?.id, a: made.broughtIn?.accountId });
    const abort = new AbortController().signal;
    await app.app.get(LivingThreads).lookAtDue(abort);
    await app.app.get(ReChecks).checkDue(abort);
    const [asked, everyNetwork] = [[] as string[], app.app.get<AskAgain, AskAuthorsAgain>(AskAgain)];
    await everyNetwork.sweep(async (network) => void asked.push(network) as undefined);
    expect(asked).toEqual(['by-hand']);
    await scene.query(`update account set state = 'off' where id = $1`, [listening]);
  });
});

describe('its time', () => {
  const kept = async (id: string): Promise<unknown> => {
    await app.app.get(RetentionService).workOut();
    return (await scene.query('select kept_as, round(extract(epoch from keep_until - now()) / 86400)::int as days, round(extract(epoch from words_until - now()) / 86400)::int as words from conversation where id = $1', [id]))[0];
  };

  it('is the shortest that the library knows, whoever said it and whatever they need', async () => {
    const [unnamed, named] = [await bring(as.ada), await bring(as.ada, { author: 'Pat Doe' })];
    for (const { id } of [unnamed, named]) expect(await kept(id)).toEqual({ kept_as: 'brought-in', days: 7, words: 7 });
    await scene.query(`insert into retention_policy(library_id, kind, days) values ($1, 'no-need', 3)`, [county.id]);
    await scene.query('update conversation set keep_until = null where id = $1', [named.id]);
    expect(await kept(named.id)).toEqual({ kept_as: 'brought-in', days: 3, words: 3 });
  });

  it('of the words is as short where it was answered, and the answer stays', async () => {
    const made = await bring(as.ada, { author: 'Pat Doe', url: 'https://groups.example/parents/14' });
    await scene.query(`update conversation set state = 'answered' where id = $1`, [made.id]);
    expect(await kept(made.id)).toEqual({ kept_as: 'answered', days: 1095, words: 7 });
    await scene.query(`update conversation set words_until = now() - interval '1 day' where id = $1`, [made.id]);
    await app.app.get(RetentionService).letGo([ashford.id], new AbortController().signal);
    // With the words go the address and the name.
    expect(edges(await read(as.ada, made.id), 'posts')).toEqual([{ text: null, parentId: null, url: null, goneWhy: 'expired', author: { handle: null } }]);
  });

  it('leaves the count of its place, without a word of it', async () => {
    await bring(as.ada, { author: 'Pat Doe', url: 'https://groups.example/parents/11' });
    await scene.query(`update conversation set keep_until = now() - interval '1 day' where library_id = $1`, [ashford.id]);
    await app.app.get(RetentionService).letGo([ashford.id], new AbortController().signal);
    expect(await stored()).toBe(0);
    expect(await scene.query('select 1 from profile where starts_with(remote_id, $1)', [ashford.id])).toEqual([]);
    expect(await places(as.ada)).toEqual([{ name: 'desk', times: 1 }]);
  });
});

describe('taking back', () => {
  it('takes the words, the address and the name out of every copy, hides the conversation, and is done once', async () => {
    const made = await bring(as.ada, { author: 'Pat Doe', url: 'https://groups.example/parents/12', before: 'Damp again' });
    await ask(as.ada, 'mutation($c: ID!) { addNote(conversationId: $c, body: "Pat Doe says: I wonder how to build a wine cellar") { __typename } }', { c: made.id });
    await ask(as.ada, 'mutation($c: ID!, $p: ID!, $a: ID!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: "Yes.") { __typename } }', { c: made.id, p: made.topPost?.id, a: made.broughtIn?.accountId });
    const back = await takeBack(as.ben, made.id);
    expect(back).toMatchObject({ __typename: 'Conversation', hiddenAt: expect.any(String), waitingOn: null, topPost: null, replies: [{ state: 'withdrawn' }], broughtIn: { takenBackAt: expect.any(String) } });
    expect(edges(back, 'posts')).toEqual([expect.objectContaining({ text: null, url: null, goneWhy: 'taken_back' }), expect.objectContaining({ text: null, url: null, goneWhy: 'taken_back' })]);
    expect(edges(back, 'timeline').filter(({ kind }) => kind === 'taken_back')).toHaveLength(1);
    const everything = JSON.stringify([
      back, await scene.query('select * from post where starts_with(remote_id, $1)', [ashford.id]), await scene.query('select * from profile where starts_with(remote_id, $1)', [ashford.id]),
      await scene.query('select * from note where library_id = $1', [ashford.id]), await scene.query('select * from finding where post_id = $1', [made.topPost?.id]),
    ]);
    for (const word of ['cellar', 'Pat Doe', 'Damp', 'parents/12']) expect(everything).not.toContain(word);
    expect(edges(await takeBack(as.ada, made.id), 'timeline').filter(({ kind }) => kind === 'taken_back')).toHaveLength(1);
    expect(await places(as.ada)).toEqual([]);
  });

  it('goes on where it was broken off once the words were gone', async () => {
    const made = await bring(as.ada);
    await scene.query(`update post set text = null, html = null, search = null, gone_at = now(), gone_why = 'taken-back' where id = $1`, [made.topPost?.id]);
    expect(await takeBack(as.ada, made.id)).toMatchObject({ hiddenAt: expect.any(String), broughtIn: { takenBackAt: expect.any(String) } });
  });

  it('leaves a reply that was given', async () => {
    const made = await bring(as.ada);
    const { id, version } = await ask<{ id: string; version: number }>(as.ada, 'mutation($c: ID!, $p: ID!, $a: ID!) { draftReply(conversationId: $c, toPostId: $p, accountId: $a, text: "Yes.") { ... on Reply { id version } } }', { c: made.id, p: made.topPost?.id, a: made.broughtIn?.accountId });
    await ask(as.ada, 'mutation($id: ID!, $v: Int!) { replyWrittenByHand(id: $id, version: $v) { __typename } }', { id, v: version });
    expect(await takeBack(as.ada, made.id)).toMatchObject({ replies: [{ state: 'sent' }], topPost: null });
  });

  it('is for what was brought in, and for those whose it is', async () => {
    const [made, heard] = [await bring(as.ada), await scene.heard(ashford)];
    expect(await takeBack(as.ada, heard.conversation)).toMatchObject({ code: 'NOT_BROUGHT_IN' });
    const taking = 'mutation($id: ID!) { takeBackBroughtIn(conversationId: $id) { __typename } }';
    expect([await refusal(as.observer, taking, { id: made.id }), await refusal(as.mia, taking, { id: made.id }), await refusal(as.eve, taking, { id: made.id }), await refusal(as.ada, taking, { id: newId() })]).toEqual(['FORBIDDEN', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
    expect(await stored()).toBe(1);
  });
});

describe('somebody whose name was typed', () => {
  it('is known by it, and erased with what they said', async () => {
    const made = await bring(as.ada, { author: 'Pat Doe', url: 'https://groups.example/parents/13' });
    const people = await ask<{ id: string }[]>(as.head, 'query { people(text: "pat doe") { id } }', {});
    expect(people).toHaveLength(1);
    const known = await ask<string>(as.head, 'mutation($id: ID!) { exportPerson(profileId: $id) }', { id: people[0]?.id });
    expect(known).toContain('I wonder how to build a wine cellar');
    await ask(as.head, 'mutation($id: ID!) { erasePerson(profileId: $id) { id } }', { id: people[0]?.id });
    expect(await read(as.ada, made.id)).toMatchObject({ topPost: null, posts: { edges: [{ node: { text: null, url: null, goneWhy: 'erased' } }] } });
    expect(JSON.stringify(await scene.query('select * from profile where id = $1', [people[0]?.id]))).not.toContain('Pat Doe');
  });
});

describe('places', () => {
  it('are listed by name with how often, in pages, and complete what is typed', async () => {
    for (const place of ['desk', 'Desk', 'telephone', 'Facebook: Parents', 'Éva’s list', 'Facebook: Gardeners']) await bring(as.ada, { place });
    await bring(as.mia, { libraryId: millbrook.id, place: 'Facebook: Millbrook' });
    expect(await places(as.observer)).toEqual([
      { name: 'desk', times: 2 }, { name: 'Facebook: Gardeners', times: 1 }, { name: 'Facebook: Parents', times: 1 }, { name: 'telephone', times: 1 }, { name: 'Éva’s list', times: 1 },
    ]);
    expect(await places(as.ada, { beginning: 'facebook: p' })).toEqual([{ name: 'Facebook: Parents', times: 1 }]);
    expect(await places(as.ada, { beginning: '%' })).toEqual([]);
    const page = await ask<{ pageInfo: { endCursor: string } }>(as.ada, 'query($l: ID!) { broughtInPlaces(libraryId: $l, first: 2) { pageInfo { endCursor } } }', { l: ashford.id });
    expect(await places(as.ada, { first: 2, after: page.pageInfo.endCursor })).toEqual([{ name: 'Facebook: Parents', times: 1 }, { name: 'telephone', times: 1 }]);
    // Whoever is of another library is told of no place, as if there were none.
    expect(await places(as.mia)).toEqual([]);
  });
});
