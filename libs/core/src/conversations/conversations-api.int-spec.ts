import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Global, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import fc from 'fast-check';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId, type ReadScope } from '../database/index.js';
import { FollowChanges, type FollowableProfile, type FollowableTarget, TargetResolver } from '../follows/index.js';
import { Jobs } from '../jobs/index.js';
import { GraphqlModule } from '../graphql/index.js';
import { newSecretText, StaffModule } from '../staff/index.js';
import { Classifiers, type NamedClassifier } from '../understanding/index.js';
import { ConversationsModule } from './conversations.module.js';
import { LookAgain } from './look-again.js';
import { Suppression } from '../privacy/consent/index.js';

class Town extends TargetResolver {
  async resolve(_account: string, text: string): Promise<readonly FollowableTarget[]> {
    return text.startsWith('@') ? [{ kind: 'profile', network: 'practice', key: text, label: text }] : [];
  }
  async profiles(): Promise<readonly FollowableProfile[]> {
    return [];
  }
  async networks(): Promise<readonly string[]> {
    return ['practice'];
  }
}
class Changes extends FollowChanges {
  changed(): void {}
}
class Cues extends Classifiers {
  list(): readonly NamedClassifier[] {
    const classifier = { version: '1', labels: [{ id: 'need.implicit', title: 'unspoken need', effects: {} }], languages: 'any' as const, when: 'with-store' as const, classify: async () => [] };
    return [{ id: 'cues', classifier }];
  }
}

let database: Database;
let scene: Scene;
let app: INestApplication;
let url: string;
let [ashford, millbrook]: [SceneLibrary, SceneLibrary] = [] as never;
let ada: string;
let cookie: string;
const scopes: ReadScope[] = [];
const logged: unknown[] = [];

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 4, worker: 1, listener: 1 } });
  const open = database.reads.bind(database);
  jest.spyOn(database, 'reads').mockImplementation((actor) => {
    const scope = open(actor);
    scopes.push(scope);
    return scope;
  });
  const county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  ada = await scene.person(ashford);
  const session = newSecretText();
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), ada, session.hash]);
  cookie = `earshot=${session.text}`;

  @Global()
  @Module({
    providers: [{ provide: Database, useValue: database }, { provide: Suppression, useValue: new Suppression('test key') }, { provide: TargetResolver, useClass: Town }, { provide: LookAgain, useValue: { atThread: async () => {} } }, { provide: Jobs, useClass: JobsAtHand }, { provide: FollowChanges, useClass: Changes }, { provide: Classifiers, useClass: Cues }],
    exports: [Database, TargetResolver, LookAgain, Suppression, FollowChanges, Jobs, Classifiers],
  })
  class PlatformHere {}
  @Module({ imports: [PlatformHere, StaffModule.forRoot({ publicUrl: undefined, sessionHours: 12 }), GraphqlModule.forRoot({ depth: 12, cost: 20_000 }), ConversationsModule] })
  class TestModule {}
  const log = { log: () => {}, warn: () => {}, error: (...parts: unknown[]) => void logged.push(...parts) };
  app = await NestFactory.create(TestModule, { logger: log, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}/graphql`;
});
afterAll(async () => {
  await app.close();
  await scene.close();
  await database.close();
});

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}
const ask = async (query: string, variables: object = {}): Promise<Answer> => {
  scopes.length = 0;
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', cookie, 'x-earshot': '1' }, body: JSON.stringify({ query, variables }) });
  return (await response.json()) as Answer;
};
const statements = (): number => scopes.reduce((sum, scope) => sum + scope.statements, 0);

describe('the inbox', () => {
  const inbox = `query($first: Int!, $after: Cursor) { conversations(first: $first, after: $after) { edges { node {
      id state why version assignee { name } topPost { text author { handle } } lastPost { text author { handle } } topFinding { label score }
      claim { libraryId since } tags } } pageInfo { hasNextPage endCursor } } }`;

  it('takes as many statements for 25 conversations as for one, and at most eight with that of the session, without claim and tags', async () => {
    for (let i = 0; i < 30; i++) {
      const { post, thread } = await scene.heard(ashford, { conversation: { rank: i, assignee_id: ada, waiting_since: new Date(), reasons: [{ kind: 'finding', label: 'need.implicit', title: 'implied need', score: 0.8 }, { kind: 'unanswered' }] } });
      await scene.finding(post);
      await scene.post(thread, { author_id: await scene.profile(), posted_at: new Date(Date.now() + i * 1000) });
    }
    const one = await ask(inbox, { first: 1 });
    expect(one.errors).toBeUndefined();
    const ofOne = statements();
    const many = await ask(inbox, { first: 25 });
    expect((many.data?.['conversations'] as { edges: unknown[] }).edges).toHaveLength(25);
    expect(statements()).toBe(ofOne);
    await ask(inbox.replace('claim { libraryId since } tags', ''), { first: 25 });
    expect(statements()).toBeLessThanOrEqual(7);
    expect(one.data).toMatchObject({ conversations: { edges: [{ node: { why: 'implied need 0.80 · no answer heard for 1 min', state: 'open', topFinding: { label: 'need.implicit', score: 0.8 }, claim: null, tags: [] } }], pageInfo: { hasNextPage: true } } });
  });

  it('is filtered by what the schema offers', async () => {
    const { conversation } = await scene.heard(ashford, { text: 'Where can I borrow a telescope?', conversation: { state: 'answered' } });
    const query = `query($text: String) { conversations(text: $text, state: answered, assignee: "none", order: newest) { edges { node { id matchingPost { text } } } } }`;
    expect(await ask(query, { text: 'telescopes' })).toEqual({ data: { conversations: { edges: [{ node: { id: conversation, matchingPost: { text: 'Where can I borrow a telescope?' } } }] } } });
    expect((await ask('{ conversations(assignee: "everybody") { edges { cursor } } }')).errors?.[0]?.extensions['code']).toBe('BAD_INPUT');
    expect((await ask('{ conversations(libraries: ["' + millbrook.id + '"]) { edges { cursor } } }')).errors?.[0]?.extensions['code']).toBe('NOT_FOUND');
  });
});

describe('one conversation', () => {
  it('says whose it is, what was found in words and where, and why it stands there, as data', async () => {
    const waiting = new Date(Date.now() - 3 * 3_600_000 - 1);
    const { conversation, post, thread } = await scene.heard(ashford, { conversation: { waiting_since: waiting, reasons: [
      { kind: 'finding', label: 'need.implicit', title: 'unspoken need', score: 0.8 }, { kind: 'place', library: ashford.id, place: 'Ashford', by: 'author' }, { kind: 'unanswered' },
    ] } });
    await scene.finding(post, { place: ashford.id });
    await scene.finding(post, { classifier: 'gone', label: 'mood' });
    await scene.query('insert into thread_claim(thread_id, library_id, claimed_by) values ($1, $2, $3)', [thread, ashford.id, ada]);
    const answer = await ask(`query($id: ID!) { conversation(id: $id) { library { name } claim { library { name } } why reasons { code words label title score place since }
      topPost { findings { label title place { name } } } } }`, { id: conversation });
    const none = { label: null, title: null, score: null, place: null, since: null };
    expect(answer).toEqual({ data: { conversation: {
      library: { name: 'Ashford' }, claim: { library: { name: 'Ashford' } },
      why: 'unspoken need 0.80 · its author is in Ashford, which you serve · no answer heard for 3 h',
      reasons: [
        { ...none, code: 'finding', words: 'unspoken need 0.80', label: 'need.implicit', title: 'unspoken need', score: 0.8 },
        { ...none, code: 'author_place', words: 'its author is in Ashford, which you serve', place: 'Ashford' },
        { ...none, code: 'unanswered', words: 'no answer heard for 3 h', since: waiting.toISOString() },
      ],
      topPost: { findings: expect.arrayContaining([{ label: 'need.implicit', title: 'unspoken need', place: { name: 'Ashford' } }, { label: 'mood', title: 'mood', place: null }]) },
    } } });
  });

  it('shows its tree, its strangers made safe, and why it is heard', async () => {
    const [thread, author] = [await scene.thread(), await scene.profile({ handle: '@quince', url: 'javascript:alert(1)', bio: '<b>hi</b>' })];
    const asked = await scene.post(thread, {
      author_id: author, text: 'How hard is a cellar?', html: '<p onclick="x()">How hard is a <b>cellar</b>?<script>alert(1)</script></p>', posted_at: new Date(1_000), quotes: ['unheard', 'heard-quote'],
      media: [{ url: 'https://a.example/x.png', alt: 'A cellar', kind: 'image' }, { url: 'javascript:alert(1)', kind: 'image' }], link: { url: 'javascript:alert(1)' },
    });
    const gone = await scene.post(thread, { parent_id: asked, remote_id: 'heard-quote', posted_at: new Date(2_000), text: null, gone_at: new Date(3_000), gone_why: 'deleted' });
    const conversation = await scene.conversation(ashford, thread, { top_post_id: asked });
    const merged = await scene.conversation(ashford, await scene.thread(), { merged_into: conversation });
    const list = await scene.list(ashford, { name: 'Brewers' });
    const follow = await scene.follow(ashford, list, await scene.account(ashford), { reason: 'brews in town' });
    await scene.hearing(ashford, conversation, asked, { follow_id: follow, routed_by: { place: { value: 'Ashford', by: 'text' } } });
    const answer = await ask(
      `query($id: ID!) { conversation(id: $id) { id redirectedFrom
        posts { edges { node { id standing parentId text html url goneWhy edited link { url } media { url alt } author { handle url bio } quotes { remoteId post { id } } findings { label } } } }
        hearings { cause routedByPlace post { id } follow { label reason list { name size } } } notes { body } outcome { kind } timeline { edges { node { kind } } } findingMarks { label } } }`,
      { id: merged },
    );
    expect(answer).toEqual({
      data: {
        conversation: {
          id: conversation,
          redirectedFrom: merged,
          posts: {
            edges: [
              {
                node: {
                  id: asked, standing: 'heard', parentId: null, text: 'How hard is a cellar?', html: '<p>How hard is a <b>cellar</b>?</p>', url: expect.stringMatching(/^https:/), goneWhy: null, edited: false, link: null,
                  media: [{ url: 'https://a.example/x.png', alt: 'A cellar' }], author: { handle: '@quince', url: null, bio: '<b>hi</b>' },
                  quotes: [{ remoteId: 'unheard', post: null }, { remoteId: 'heard-quote', post: { id: gone } }], findings: [],
                },
              },
              { node: expect.objectContaining({ id: gone, standing: 'gone', parentId: asked, text: null, html: null, goneWhy: 'deleted', author: null }) },
            ],
          },
          hearings: [{ cause: 'followed', routedByPlace: 'Ashford', post: { id: asked }, follow: { label: expect.stringMatching(/^@/), reason: 'brews in town', list: { name: 'Brewers', size: 1 } } }],
          notes: [], outcome: null, timeline: { edges: [] }, findingMarks: [],
        },
      },
    });
    expect(await ask('query($id: ID!) { conversation(id: $id) { id } }', { id: newId() })).toEqual({ data: { conversation: null } });
  });

  it('answers an act with the conversation after it, or with what is in the way', async () => {
    const { conversation, thread } = await scene.heard(ashford);
    await scene.conversation(millbrook, thread);
    await scene.query('insert into thread_claim(thread_id, library_id, claimed_by) values ($1, $2, $3)', [thread, millbrook.id, millbrook.system]);
    const result = '__typename ... on UserError { code message } ... on Conversation { id version state tags notes { body } }';
    expect(await ask(`mutation($id: ID!) { claim(conversationId: $id) { ${result} ... on AlreadyClaimed { libraryName } } }`, { id: conversation })).toMatchObject({
      data: { claim: { __typename: 'AlreadyClaimed', code: 'ALREADY_CLAIMED', libraryName: 'Millbrook' } },
    });
    expect(await ask(`mutation($id: ID!) { tag(conversationId: $id, name: "cellars") { ${result} } addNote(conversationId: $id, body: "Ask the brewers") { ${result} } }`, { id: conversation })).toMatchObject({
      data: { tag: { __typename: 'Conversation', version: 2, tags: ['cellars'] }, addNote: { version: 3, notes: [{ body: 'Ask the brewers' }] } },
    });
    expect(await ask(`mutation($id: ID!) { close(conversationId: $id, outcome: not_for_us, ifVersion: 1) { ${result} ... on Changed { version } } }`, { id: conversation })).toMatchObject({
      data: { close: { __typename: 'Changed', version: 3 } },
    });
    expect(await ask(`mutation($id: ID!) { close(conversationId: $id, outcome: not_for_us) { ${result} } snooze(conversationId: $id, until: "2099-01-01T00:00:00Z") { ${result} } }`, { id: conversation })).toMatchObject({
      data: null, errors: [{ extensions: { code: 'BAD_INPUT', field: 'until' } }],
    });
  });
});

describe('needs that could not be met', () => {
  it('are listed, the newest first, found by their words, and met', async () => {
    const library = await scene.library({ parent: ashford });
    for (const need of ['a loom to borrow', 'LOOM weaving class']) {
      const { conversation } = await scene.heard(library);
      await ask('mutation($id: ID!, $n: String) { close(conversationId: $id, outcome: referred, unmetNeed: $n) { __typename } }', { id: conversation, n: need });
    }
    const list = 'query($l: ID!, $m: Boolean, $s: String, $after: Cursor) { unmetNeeds(libraryId: $l, met: $m, search: $s, first: 1, after: $after) { edges { node { id need metAt metBy { id } } } pageInfo { endCursor hasNextPage } } }';
    interface Needs { unmetNeeds: { edges: { node: { id: string; need: string } }[]; pageInfo: { endCursor: string } } }
    const told = (answer: { data?: unknown }): Needs['unmetNeeds'] => (answer.data as Needs).unmetNeeds;
    const first = told(await ask(list, { l: library.id }));
    expect(first.edges.map(({ node }) => node.need)).toEqual(['LOOM weaving class']);
    expect(told(await ask(list, { l: library.id, after: first.pageInfo.endCursor }))).toMatchObject({ edges: [{ node: { need: 'a loom to borrow', metAt: null, metBy: null } }], pageInfo: { hasNextPage: false } });
    expect(told(await ask(list, { l: library.id, s: 'weaving' })).edges).toHaveLength(1);
    expect(await ask('mutation($id: ID!) { meetNeed(id: $id) { state waitingOn } }', { id: first.edges[0]?.node.id })).toMatchObject({ data: { meetNeed: { state: 'open', waitingOn: 'us' } } });
    expect(told(await ask(list, { l: library.id })).edges.map(({ node }) => node.need)).toEqual(['a loom to borrow']);
    expect(told(await ask(list, { l: library.id, m: true }))).toMatchObject({ edges: [{ node: { need: 'LOOM weaving class', metAt: expect.any(String), metBy: { id: expect.any(String) } } }] });
  });
});

describe('garbage in every argument', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('', ' ', '\u0000', 'a\u0000b', '\ud800', '\udfff tail', '🦫'.repeat(20), '\u202eright to left\u202c', 'x'.repeat(100_000), "'; drop table note; --", '../../etc/passwd', '{}', 'null', '٣', 'ﷺ'.repeat(400), '\u2028', '%s%n', '0'),
  );
  const acceptable = new Set(['BAD_INPUT', 'NOT_FOUND', 'FORBIDDEN', 'CONFLICT', 'QUERY_TOO_LARGE']);
  const hold = async (query: string, variables: object): Promise<void> => {
    logged.length = 0;
    const answer = await ask(query, variables);
    for (const error of answer.errors ?? []) expect({ query, variables: JSON.stringify(variables).slice(0, 300), code: acceptable.has(String(error.extensions['code'])) ? 'acceptable' : error, logged: logged.slice(-5) }).toMatchObject({ code: 'acceptable' });
  };

  it.each([
    ['tag', 'mutation($a: ID!, $b: String!) { tag(conversationId: $a, name: $b) { __typename } untag(conversationId: $a, name: $b) { __typename } }'],
    ['note', 'mutation($a: ID!, $b: String!) { addNote(conversationId: $a, body: $b) { __typename } }'],
    ['close', 'mutation($a: ID!, $b: String!) { close(conversationId: $a, outcome: helped, unmetNeed: $b) { __typename } }'],
    ['list', 'query($b: String!) { conversations(text: $b, language: $b, network: $b, label: { id: $b }) { edges { cursor } } }'],
    ['text', 'query($b: String!) { conversations(text: $b) { edges { cursor } } }'],
    ['assignee', 'query($b: String!) { conversations(assignee: $b) { edges { cursor } } }'],
    ['profiles', 'query($b: String!) { profiles(handle: $b) { edges { cursor } } }'],
    ['cursor', 'query($c: Cursor!) { conversations(after: $c) { edges { cursor } } profiles(handle: "a", after: $c) { edges { cursor } } follows(after: $c) { edges { cursor } } }'],
    ['follows', 'query($b: String!) { follows(label: $b, dueOn: $b) { edges { cursor } } }'],
    ['lists', 'mutation($l: ID!, $b: String!) { createFollowList(libraryId: $l, name: $b, description: $b) { __typename } }'],
    ['paste', 'mutation($f: ID!, $k: ID!, $b: String!) { addFollows(listId: $f, accountIds: [$k], text: $b, reason: $b, category: person) { lines { outcome } } }'],
    ['facts', 'mutation($f: ID!, $k: ID!, $b: String!) { addFollows(listId: $f, accountIds: [$k], text: $b, reason: "why", category: person, reviewOn: $b) { lines { outcome } } }'],
    ['profiles by paste', 'mutation($f: ID!, $k: ID!, $at: String!) { addFollows(listId: $f, accountIds: [$k], text: $at, reason: "why", category: person) { lines { outcome text why } } }'],
    ['import', 'mutation($f: ID!, $b: String!) { startFollowImport(listId: $f, name: $b) { state } }'],
    ['trial of a search', 'query($l: ID!, $b: String!) { testSearch(libraryId: $l, text: $b) { __typename ... on SearchTrial { found notHeard posts(first: 2) { edges { node { text } } } } } }'],
    ['suggestion', 'query($l: ID!, $b: ID!) { suggestSearch(libraryId: $l, postIds: [$b]) { __typename } }'],
    ['ids', 'mutation($b: ID!) { claim(conversationId: $b) { __typename } }'],
    ['dates', 'query($b: DateTime!) { conversations(since: $b) { edges { cursor } } }'],
  ])('is refused in a typed way, or taken: %s', async (_, query) => {
    const { conversation, author } = await scene.heard(ashford);
    const [list, account] = [await scene.list(ashford), await scene.account(ashford)];
    await fc.assert(
      fc.asyncProperty(odd, async (text) => {
        const cursor = Buffer.from(text).toString('base64url').slice(0, 1_000) || 'x';
        await hold(query, { a: conversation, b: text, c: cursor, l: ashford.id, p: author, f: list, k: account, at: `@${text}` });
      }),
      { numRuns: 25 },
    );
  });

  it('numbers and lists too', async () => {
    const { conversation } = await scene.heard(ashford);
    for (const first of [0, -1, 101, 2_147_483_647, 1.5, 'NaN', null]) await hold('query($first: Int!) { conversations(first: $first) { edges { cursor } } }', { first });
    for (const ifVersion of [0, -1, 2_147_483_648, 'x']) await hold('mutation($a: ID!, $v: Int) { hide(conversationId: $a, ifVersion: $v) { __typename } }', { a: conversation, v: ifVersion });
    for (const minScore of [-1, 2, 1e308, '1']) await hold('query($s: Float) { conversations(label: { id: "x", minScore: $s }) { edges { cursor } } }', { s: minScore });
    for (const mentions of [[], ['x'], Array.from({ length: 200 }, () => newId()), [null]]) await hold('mutation($a: ID!, $m: [ID!]) { addNote(conversationId: $a, body: "x", mentions: $m) { __typename } }', { a: conversation, m: mentions });
    for (const until of ['2099-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) await hold('query($u: DateTime) { conversations(since: $u, until: $u) { edges { cursor } } }', { u: until });
  });
});
