import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type ApiApp, codeOf, startApi } from '../../../../../test/support/api-app.js';
import { JobsAtHand } from '../../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { newId, type ReadScope } from '../../database/index.js';
import { EventsModule } from '../../events/index.js';
import { FollowChanges, TargetResolver } from '../../follows/index.js';
import { Jobs } from '../../jobs/index.js';
import { Suppression } from '../../privacy/consent/index.js';
import { SignIn, newSecretText } from '../../staff/index.js';
import { Classifiers } from '../../understanding/index.js';
import { ConversationsModule } from '../conversations.module.js';
import { LookAgain } from '../look-again.js';
import { sweepPresence } from './presence.repository.js';

class NoLooks extends LookAgain {
  async atThread(): Promise<void> {}
}
const nothing = { resolve: async () => [], profiles: async () => [], networks: async () => [], changed: () => {} };

@Global()
@Module({
  providers: [
    { provide: LookAgain, useClass: NoLooks }, { provide: Suppression, useValue: new Suppression('test key') }, { provide: TargetResolver, useValue: nothing }, { provide: FollowChanges, useValue: nothing },
    { provide: Jobs, useClass: JobsAtHand }, { provide: Classifiers, useValue: { list: () => [] } },
  ],
  exports: [LookAgain, Suppression, TargetResolver, FollowChanges, Jobs, Classifiers],
})
class Host {}

type Who = 'ada' | 'ben' | 'observer' | 'chief' | 'neighbour';
type Headers = Record<string, string>;

let scene: Scene;
/** Two processes of one installation. */
let [here, there]: [ApiApp, ApiApp] = [] as never;
let [ashford, millbrook]: [SceneLibrary, SceneLibrary] = [] as never;
let heard: Awaited<ReturnType<Scene['heard']>>;
const ids: Record<Who, string> = { ada: '', ben: '', observer: '', chief: '', neighbour: '' };
const headers: Record<Who, Headers> = { ada: {}, ben: {}, observer: {}, chief: {}, neighbour: {} };
let program: Headers;
const open: Client[] = [];

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  const imports = [Host, ConversationsModule, EventsModule];
  [here, there] = [await startApi(test, { imports }), await startApi(test, { imports })];
  const county = await scene.library({ name: 'County' });
  [ashford, millbrook] = [await scene.library({ name: 'Ashford', parent: county }), await scene.library({ name: 'Millbrook', parent: county })];
  [ids.ada, ids.ben, ids.observer] = [await scene.person(ashford, 'librarian', { name: 'Ada' }), await scene.person(ashford, 'librarian', { name: 'Ben' }), await scene.person(ashford, 'observer', { name: 'Olga' })];
  [ids.chief, ids.neighbour] = [await scene.person(county, 'librarian', { name: 'Chief' }), await scene.person(millbrook)];
  for (const who of Object.keys(ids) as Who[]) headers[who] = { cookie: `earshot=${(await here.app.get(SignIn).openSession(ids[who])).secret}`, 'x-earshot': '1' };
  const [token, tokenActor] = [newSecretText('ear_'), newId()];
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [tokenActor]);
  await scene.query(`insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, 'a program', $3, '{read,triage,draft}', $4, now() + interval '1 hour')`, [tokenActor, ashford.id, token.hash, ids.ada]);
  await scene.role(tokenActor, ashford, 'librarian');
  program = { authorization: `Bearer ${token.text}` };
});
afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await scene.close();
});
beforeEach(async () => {
  heard = await scene.heard(ashford);
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.dispose();
});

interface Seen { readonly doing: string; readonly since: string; readonly until: string; readonly actor: { readonly name: string | null } | null }
const mutation = 'mutation($c: ID!, $d: PresenceWord!) { sayPresence(conversationId: $c, doing: $d) { doing since until actor { name } } }';
const say = (who: Headers, doing: string, conversation = heard.conversation) => here.ask(who, mutation, { c: conversation, d: doing });
/** Who is there, as the other process says. */
const seenBy = async (who: Headers, conversation = heard.conversation): Promise<readonly Seen[] | undefined> => {
  const { data } = await there.ask(who, 'query($c: ID!) { conversation(id: $c) { presence { doing since until actor { name } } } }', { c: conversation });
  return (data?.['conversation'] as { presence: Seen[] } | null)?.presence;
};
const namesAndDoings = async (who: Headers): Promise<unknown> => (await seenBy(who))?.map(({ actor, doing }) => [actor?.name, doing]);
/** As if whoever is there had been silent for so long. */
const silentFor = (seconds: number): Promise<unknown> => scene.query('update presence set seen_at = now() - make_interval(secs => $2), since = since - make_interval(secs => $2) where conversation_id = $1', [heard.conversation, seconds]);
const subscribe = (who: Headers) => {
  class Socket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, { headers: { ...who, origin: there.url } });
    }
  }
  const client = createClient({ url: `${there.url.replace('http', 'ws')}/graphql`, webSocketImpl: Socket, lazy: true, retryAttempts: 0 });
  open.push(client);
  const results = client.iterate<{ changed: { kind: string; id: string | null; libraryId: string | null } }>({ query: 'subscription { changed { kind id libraryId } }' });
  return async () => (await results.next()).value?.data?.changed as { kind: string; id: string | null; libraryId: string | null };
};

describe('who is in a conversation', () => {
  it('is seen by colleagues in every process, observers and people of libraries above among them, and not by oneself', async () => {
    await say(headers.ada, 'typing');
    await say(headers.observer, 'viewing');
    await say(headers.chief, 'viewing');
    expect(await namesAndDoings(headers.ben)).toEqual([['Ada', 'typing'], ['Olga', 'viewing'], ['Chief', 'viewing']]);
    expect(await namesAndDoings(headers.observer)).toEqual([['Ada', 'typing'], ['Chief', 'viewing']]);
    expect(await say(headers.ben, 'viewing')).toMatchObject({ data: { sayPresence: [{ actor: { name: 'Ada' } }, { actor: { name: 'Olga' } }, { actor: { name: 'Chief' } }] } });
  });

  it('is told by hint within a second, by another process, when somebody comes, does something else, or leaves', async () => {
    const next = subscribe(headers.ben);
    expect(await next()).toMatchObject({ kind: 'read_again' });
    const hint = { kind: 'presence', id: heard.conversation, libraryId: ashford.id };
    for (const doing of ['viewing', 'typing', 'left']) {
      const said = performance.now();
      await say(headers.ada, doing);
      expect(await next()).toEqual(hint);
      expect(performance.now() - said).toBeLessThan(1_000);
    }
  });

  it('is not told again by a word that says the same, nor by one that says goodbye of nobody', async () => {
    const next = subscribe(headers.ben);
    await next();
    await say(headers.chief, 'left');
    await say(headers.ada, 'viewing');
    const [first] = (await seenBy(headers.ben)) ?? [];
    await say(headers.ada, 'viewing');
    const [second] = (await seenBy(headers.ben)) ?? [];
    await here.ask(headers.ada, 'mutation($c: ID!) { hide(conversationId: $c) { __typename } }', { c: heard.conversation });
    expect([(await next()).kind, (await next()).kind]).toEqual(['presence', 'conversation']);
    expect(second?.since).toBe(first?.since);
    expect(new Date(second?.until ?? 0).getTime()).toBeGreaterThan(new Date(first?.until ?? 0).getTime());
  });

  it('is nothing that another library learns of, though it hears the same thread', async () => {
    const theirs = await scene.conversation(millbrook, heard.thread, { top_post_id: heard.post });
    const next = subscribe(headers.neighbour);
    await next();
    await say(headers.ada, 'typing');
    expect(await seenBy(headers.neighbour, theirs)).toEqual([]);
    expect(await seenBy(headers.neighbour)).toBeUndefined();
    await here.ask(headers.neighbour, 'mutation($c: ID!) { hide(conversationId: $c) { __typename } }', { c: theirs });
    expect(await next()).toMatchObject({ kind: 'conversation', id: theirs });
  });

  it('is forgotten forty seconds after the last word, and begins anew with the next', async () => {
    await say(headers.ada, 'typing');
    await silentFor(39);
    expect(await namesAndDoings(headers.ben)).toEqual([['Ada', 'typing']]);
    await silentFor(41);
    expect(await seenBy(headers.ben)).toEqual([]);
    const [before] = await scene.query<{ since: Date }>('select since from presence where conversation_id = $1', [heard.conversation]);
    const next = subscribe(headers.ben);
    await next();
    await say(headers.ada, 'typing');
    expect((await next()).kind).toBe('presence');
    expect(new Date((await seenBy(headers.ben))?.[0]?.since ?? 0).getTime()).toBeGreaterThan(before?.since.getTime() ?? Infinity);
  });

  it('is said of the conversation that survived, by the id of one that was merged', async () => {
    const merged = await scene.conversation(ashford, await scene.thread(), { merged_into: heard.conversation });
    await say(headers.ada, 'viewing', merged);
    expect(await namesAndDoings(headers.ben)).toEqual([['Ada', 'viewing']]);
  });

  it('changes nothing about the conversation', async () => {
    const row = async (): Promise<unknown> => scene.query('select * from conversation where id = $1', [heard.conversation]);
    await scene.query(`update conversation set keep_until = now() + interval '3 days' where id = $1`, [heard.conversation]);
    const before = await row();
    for (const doing of ['viewing', 'typing', 'viewing', 'left']) await say(headers.ada, doing);
    expect(await row()).toEqual(before);
    expect(await scene.query('select kind from timeline where conversation_id = $1', [heard.conversation])).toEqual([]);
    expect(await scene.query('select action from audit where subject_id = $1', [heard.conversation])).toEqual([]);
    expect(await scene.query('select kind from change where id = $1', [heard.conversation])).toEqual([]);
  });

  it('is refused to programs, and of what one does not see', async () => {
    expect(codeOf(await say(program, 'viewing'))).toBe('FORBIDDEN');
    expect(codeOf(await say(headers.neighbour, 'viewing'))).toBe('NOT_FOUND');
    expect(codeOf(await say(headers.ada, 'viewing', newId()))).toBe('NOT_FOUND');
    expect(await scene.query('select 1 from presence where conversation_id = $1', [heard.conversation])).toEqual([]);
  });

  it('cannot be said of somebody else, by any SQL of the application', async () => {
    for (const sql of [`insert into presence(conversation_id, library_id, actor_id, doing) values ('${heard.conversation}', '${ashford.id}', '${ids.ben}', 'typing')`, `update presence set actor_id = '${ids.ben}'`, 'delete from presence'])
      await expect(here.database.as(ids.ada, (tx) => tx.query(sql))).rejects.toThrow('permission denied');
  });

  it('is swept once nobody is shown it any more, and goes with its conversation', async () => {
    await say(headers.ada, 'viewing');
    await say(headers.ben, 'viewing');
    await scene.query(`update presence set seen_at = now() - interval '10 minutes' where actor_id = $1`, [ids.ada]);
    await sweepPresence(here.database);
    const left = (): Promise<{ actor_id: string }[]> => scene.query('select actor_id from presence where conversation_id = $1', [heard.conversation]);
    expect(await left()).toEqual([{ actor_id: ids.ben }]);
    await scene.query('delete from conversation where id = $1', [heard.conversation]);
    expect(await left()).toEqual([]);
  });

  it('costs a list one statement, however long it is', async () => {
    const more = await scene.heard(ashford);
    await say(headers.ada, 'viewing');
    await say(headers.ada, 'typing', more.conversation);
    const opened = jest.spyOn(there.database, 'reads');
    const asked = (presence: string) => there.ask(headers.ben, `query($l: [ID!]) { conversations(first: 50, libraries: $l) { edges { node { id ${presence} } } } }`, { l: [ashford.id] });
    const statements = (): number => opened.mock.results.reduce((sum, { value }) => sum + (value as ReadScope).statements, 0);
    await asked('');
    const without = statements();
    opened.mockClear();
    const { data } = await asked('presence { doing }');
    expect(statements()).toBe(without + 1);
    opened.mockRestore();
    const nodes = (data as { conversations: { edges: { node: { id: string; presence: { doing: string }[] } }[] } }).conversations.edges.map(({ node }) => node);
    expect(nodes.filter(({ id }) => [heard.conversation, more.conversation].includes(id)).map(({ id, presence }) => [id === more.conversation, presence]).sort()).toEqual([[false, [{ doing: 'viewing' }]], [true, [{ doing: 'typing' }]]]);
  });
});
