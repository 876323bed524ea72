import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type Client } from 'graphql-ws';
import pg from 'pg';
import { WebSocket } from 'ws';
import { type ApiApp, codeOf, startApi } from '../../../../test/support/api-app.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { type Hint, newId } from '../database/index.js';
import { SignIn, StaffAdministration } from '../staff/index.js';
import { EventsModule } from './index.js';
import { Hints } from './hints.service.js';

let test: TestDatabase;
let scene: Scene;
/** Two processes of one installation. */
let here: ApiApp, there: ApiApp;
let county: SceneLibrary, ashford: SceneLibrary, millbrook: SceneLibrary;
let librarian: string;

beforeAll(async () => {
  test = await createTestDatabase();
  here = await startApi(test, { imports: [EventsModule] });
  there = await startApi(test, { imports: [EventsModule] });
  scene = await Scene.open(test);
  county = await scene.library();
  ashford = await scene.library({ parent: county });
  millbrook = await scene.library({ parent: county });
  librarian = await scene.person(ashford);
});
afterAll(async () => {
  await scene.close();
  await Promise.all([here.close(), there.close()]);
});

interface Told {
  readonly kind: string;
  readonly id: string | null;
  readonly libraryId: string | null;
  readonly version: number | null;
}
const open: Client[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.dispose();
});

const headersOf = async (actor: string): Promise<Record<string, string>> => ({ cookie: `earshot=${(await here.app.get(SignIn).openSession(actor)).secret}` });
const connect = (headers: Record<string, string>, connectionParams?: Record<string, unknown>): Client => {
  class Socket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, { headers });
    }
  }
  const client = createClient({ url: `${here.url.replace('http', 'ws')}/graphql`, webSocketImpl: Socket, lazy: true, retryAttempts: 0, ...(connectionParams && { connectionParams }) });
  open.push(client);
  return client;
};
const changed = (client: Client, libraries?: readonly string[], query = 'subscription($libraries: [ID!]) { changed(libraries: $libraries) { kind id libraryId version } }') => {
  const results = client.iterate<{ changed: Told }>({ query, variables: { libraries } });
  return {
    async next(): Promise<Told | undefined> {
      const { value, done } = (await results.next()) as IteratorResult<{ data?: { changed: Told } }>;
      return done ? undefined : value.data?.changed;
    },
    /** The next that names something: "read again" may come more than once for one change of rights. */
    async nextNamed(): Promise<Told | undefined> {
      for (;;) {
        const told = await this.next();
        if (told?.kind !== 'read_again') return told;
      }
    },
    raw: () => results.next(),
    stop: () => results.return?.(),
  };
};
const subscribed = async (actor = librarian, libraries?: readonly string[]) => {
  const subscription = changed(connect({ ...(await headersOf(actor)), origin: here.url }), libraries);
  expect(await subscription.next()).toEqual({ kind: 'read_again', id: null, libraryId: null, version: null });
  return subscription;
};
const hint = (api: ApiApp, kind: 'conversation' | 'follow-list', library: SceneLibrary, id = newId()): Promise<string> =>
  api.database.listening(async (tx) => {
    tx.hint({ kind, id, library: library.id, version: 3 });
    return id;
  });

describe('changed', () => {
  it('tells what commits in another process, of the libraries that one sees and asked for', async () => {
    const subscription = await subscribed();
    await hint(there, 'conversation', millbrook);
    await hint(there, 'conversation', county);
    const id = await hint(there, 'conversation', ashford);
    expect(await subscription.next()).toEqual({ kind: 'conversation', id, libraryId: ashford.id, version: 3 });
    const list = await hint(there, 'follow-list', county);
    expect(await subscription.next()).toMatchObject({ kind: 'follow_list', id: list });
  });

  it('tells nothing of what is rolled back', async () => {
    const subscription = await subscribed();
    await expect(there.database.listening(async (tx) => {
      tx.hint({ kind: 'conversation', id: newId(), library: ashford.id });
      throw new Error('no');
    })).rejects.toThrow('no');
    const id = await hint(there, 'conversation', ashford);
    expect(await subscription.next()).toMatchObject({ id });
  });

  it('follows the actor’s roles while it is open', async () => {
    const person = await scene.person(ashford, 'observer');
    const subscription = await subscribed(person);
    await scene.role(person, millbrook, 'observer');
    expect(await subscription.next()).toMatchObject({ kind: 'read_again' });
    const gained = await hint(there, 'conversation', millbrook);
    expect(await subscription.nextNamed()).toMatchObject({ id: gained });
    await scene.query('delete from actor_role where actor_id = $1 and library_id = $2', [person, ashford.id]);
    expect(await subscription.next()).toMatchObject({ kind: 'read_again' });
    await hint(there, 'conversation', ashford);
    const kept = await hint(there, 'conversation', millbrook);
    expect(await subscription.nextNamed()).toMatchObject({ id: kept });
  });

  it('ends with the session, at once where it is revoked, at the next check where it expired', async () => {
    const [revoked, expired] = [await scene.person(ashford), await scene.person(ashford)];
    const [first, second] = [await subscribed(revoked), await subscribed(expired)];
    await scene.query('update session set revoked_at = now() where actor_id = $1', [revoked]);
    expect(await first.next()).toBeUndefined();
    await scene.query(`update session set expires_at = now() - interval '1 second' where actor_id = $1`, [expired]);
    await here.app.get(Hints).recheck();
    expect(await second.next()).toBeUndefined();
  });

  it('says "read again" after the connection to PostgreSQL broke', async () => {
    const subscription = await subscribed();
    await scene.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'earshot-events' and datname = current_database()`);
    expect(await subscription.next()).toMatchObject({ kind: 'read_again' });
    const id = await hint(there, 'conversation', ashford);
    expect(await subscription.next()).toMatchObject({ id });
  });

  it('gives a client that does not keep up one "read again" instead of a growing pile', async () => {
    const authority = (await here.app.get(Hints).subscribe({ actor: { id: librarian, kind: 'person' }, by: { kind: 'session', hash: Buffer.alloc(32) } }, undefined));
    await authority.next();
    here.app.get(Hints).hints(Array.from({ length: 5_000 }, () => ({ kind: 'conversation', id: newId(), library: ashford.id })));
    expect((await authority.next()).value).toEqual({ kind: 'read-again' });
    const repeated = newId();
    for (const version of [1, 2, 3]) here.app.get(Hints).hints([{ kind: 'conversation', id: repeated, library: ashford.id, version }]);
    expect((await authority.next()).value).toMatchObject({ id: repeated, version: 3 });
    authority.end();
    expect(await authority.next()).toEqual({ done: true, value: undefined });
  });
});

describe('the socket', () => {
  const refusal = async (headers: Record<string, string>, parameters?: Record<string, unknown>): Promise<number> => {
    const client = connect(headers, parameters);
    const closed = new Promise<number>((resolve) => client.on('closed', (event) => resolve((event as { code: number }).code)));
    await expect(changed(client).raw()).rejects.toBeDefined();
    return closed;
  };

  it('opens for a cookie from our own pages only, and for a token from anywhere', async () => {
    const cookie = await headersOf(librarian);
    expect(await refusal({})).toBe(4403);
    expect(await refusal(cookie)).toBe(4403);
    expect(await refusal({ ...cookie, origin: 'https://evil.example' })).toBe(4403);
    expect(await refusal({}, { token: 'ear_no' })).toBe(4403);
    const email = 'maker@library.example';
    const owner = new pg.Client(test.owner);
    await owner.connect();
    const staff = new StaffAdministration(owner);
    await staff.add({ email, name: 'Maker', role: 'administrator', library: 'library-2', password: 'a long enough one' });
    const { secret } = await staff.createToken({ name: 't', library: 'library-2', role: 'observer', scopes: ['read'], days: 1, by: email });
    const useless = await staff.createToken({ name: 't', library: 'library-2', role: 'observer', scopes: ['draft'], days: 1, by: email });
    await owner.end();
    expect(await changed(connect({}, { token: secret })).next()).toMatchObject({ kind: 'read_again' });
    expect(await changed(connect({}, { token: useless.secret })).raw()).toMatchObject({ value: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } });
  });

  it('carries subscriptions alone, within the limits, and says what is wrong', async () => {
    const headers = { ...(await headersOf(librarian)), origin: here.url };
    const errorOf = async (query: string, libraries?: unknown): Promise<unknown> => {
      try {
        const { value } = await changed(connect(headers), libraries as string[], query).raw();
        return (value as unknown as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;
      } catch (errors) {
        return (errors as { extensions: { code: string } }[])[0]?.extensions.code;
      }
    };
    const subscription = 'subscription($libraries: [ID!]) { changed(libraries: $libraries) { id } }';
    expect(await errorOf('{ changedSince { cursor } }')).toBe('BAD_INPUT');
    expect(await errorOf('subscription { nothing }')).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await errorOf('subscription {')).toBe('GRAPHQL_PARSE_FAILED');
    expect(await errorOf(subscription, [millbrook.id])).toBe('NOT_FOUND');
    expect(await errorOf(subscription, ['x'])).toBe('BAD_INPUT');
    expect(here.logged).toEqual([]);
  });

  it('is given back: no read scope of a subscription stays open', async () => {
    await Promise.all(Array.from({ length: 8 }, () => subscribed()));
    const idle = await scene.query(`select 1 from pg_stat_activity where application_name = 'earshot-app' and state = 'idle in transaction' and datname = current_database()`);
    expect(idle).toEqual([]);
  });
});

describe('changedSince', () => {
  interface Answer { cursor: string; readAll: boolean; more: boolean; changes: { kind: string; id: string; libraryId: string; version: number | null }[] }
  const since = async (cursor?: string, libraries?: readonly string[], api = here, actor = librarian): Promise<Answer> => {
    const headers = { ...(await headersOf(actor)), 'x-earshot': '1' };
    const answer = await api.ask(headers, 'query($cursor: Cursor, $libraries: [ID!]) { changedSince(cursor: $cursor, libraries: $libraries) { cursor readAll more changes { kind id libraryId version } } }', { cursor, libraries });
    expect(answer.errors).toBeUndefined();
    return (answer.data as { changedSince: Answer }).changedSince;
  };
  /** The moment of a cursor is that of the oldest open transaction of the whole cluster, also of other files' databases: waits until all that began before has ended. */
  const allEnded = async (): Promise<void> => {
    const [now] = await scene.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
    for (let ended = false; !ended; ) ended = (await scene.query<{ ended: boolean }>('select pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 as ended', [now?.xid]))[0]?.ended === true;
  };
  const sinceNow = async (): Promise<Answer> => {
    await allEnded();
    return since();
  };
  const ids = ({ changes }: Answer): readonly string[] => changes.map(({ id }) => id);
  const told = async (kind: Hint['kind'], library: SceneLibrary, version?: number): Promise<string> => {
    const id = newId();
    await there.database.as(library.system, async (tx) => tx.hint({ kind, id, library: library.id, ...(version === undefined ? {} : { version }) }));
    return id;
  };

  it('begins with reading all, then tells what changed at the libraries that one sees, in any process', async () => {
    const start = await sinceNow();
    expect(start).toMatchObject({ readAll: true, changes: [], more: false });
    const [mine] = [await scene.heard(ashford), await scene.heard(millbrook)];
    await allEnded();
    const next = await since(start.cursor, undefined, there);
    expect(next).toMatchObject({ readAll: false, more: false, changes: [{ kind: 'conversation', id: mine.conversation, libraryId: ashford.id, version: 1 }] });
    await scene.query(`update conversation set state = 'closed' where id = $1`, [mine.conversation]);
    expect((await since(next.cursor, [ashford.id])).changes).toEqual([{ kind: 'conversation', id: mine.conversation, libraryId: ashford.id, version: 2 }]);
  });

  it('tells of every kind that hints tell of, of what is above as far as it is used below, and each once with its last version', async () => {
    const { cursor } = await sinceNow();
    const expected = [];
    for (const kind of ['account', 'follow-list', 'saved-search', 'library', 'saved-answer', 'reply', 'suggestions'] as const) expected.push([kind.replaceAll('-', '_'), await told(kind, ashford)]);
    for (const kind of ['account', 'follow-list', 'saved-search', 'library', 'saved-answer'] as const) expected.push([kind.replaceAll('-', '_'), await told(kind, county)]);
    for (const kind of ['reply', 'suggestions'] as const) await told(kind, county);
    await told('reply', millbrook);
    const reply = newId();
    for (const version of [1, 2]) await here.database.as(ashford.system, async (tx) => tx.hint({ kind: 'reply', id: reply, library: ashford.id, version }));
    const { changes } = await since(cursor);
    expect(changes.map(({ kind, id }) => [kind, id])).toEqual([...expected, ['reply', reply]]);
    expect(changes.at(-1)?.version).toBe(2);
  });

  it('tells of conversations that are deleted, and of nothing that is rolled back', async () => {
    const { conversation } = await scene.heard(ashford);
    const { cursor } = await sinceNow();
    await scene.query('delete from hearing where conversation_id = $1', [conversation]);
    await scene.query('delete from conversation where id = $1', [conversation]);
    await expect(here.database.as(ashford.system, async (tx) => {
      tx.hint({ kind: 'reply', id: newId(), library: ashford.id });
      throw new Error('no');
    })).rejects.toThrow('no');
    expect((await since(cursor)).changes).toEqual([{ kind: 'conversation', id: conversation, libraryId: ashford.id, version: null }]);
  });

  it('misses nothing of a transaction that commits late, after younger ones', async () => {
    const [late, early] = [(await scene.heard(ashford)).conversation, (await scene.heard(ashford)).conversation];
    await allEnded();
    const slow = new pg.Client(test.owner);
    await slow.connect();
    await slow.query('begin');
    await slow.query(`update conversation set state = 'closed' where id = $1`, [late]);
    await scene.query(`update conversation set state = 'closed' where id = $1`, [early]);
    const before = await since((await since()).cursor);
    const meanwhile = await since(before.cursor);
    expect(ids(meanwhile)).not.toContain(late);
    await slow.query('commit');
    await slow.end();
    await allEnded();
    const after = await since(meanwhile.cursor);
    expect(ids(after)).toContain(late);
    expect((await since(after.cursor)).changes).toEqual([]);
  });

  it('tells much page by page, also what commits between two pages and is older than what was told', async () => {
    const { cursor } = await sinceNow();
    const slow = new pg.Client(test.owner);
    await slow.connect();
    await slow.query('begin');
    const late = await scene.thread();
    await slow.query(`select pg_current_xact_id()`);
    const made: string[] = [];
    for (let i = 0; i < 505; i++) made.push(i % 2 === 0 ? await scene.conversation(ashford, await scene.thread()) : await told('reply', ashford, i));
    const one = await since(cursor);
    expect([one.changes.length, one.more]).toEqual([500, true]);
    const lateId = newId();
    await slow.query('insert into conversation(id, library_id, thread_id, last_post_at) values ($1, $2, $3, now())', [lateId, ashford.id, late]);
    await slow.query('commit');
    await slow.end();
    const two = await since(one.cursor);
    expect(two.more).toBe(false);
    expect([...ids(one), ...ids(two)]).toEqual(expect.arrayContaining(made));
    expect([...ids(two), ...ids(await since(two.cursor))]).toContain(lateId);
  });

  it('says "read all" to a cursor of another cluster, of the future, and of a month ago', async () => {
    const { cursor } = await sinceNow();
    const forged = (change: (parts: string[]) => string[]): string => Buffer.from(change(Buffer.from(cursor, 'base64url').toString().split(' ')).join(' ')).toString('base64url');
    expect((await since(forged(([kind, , ...rest]) => [kind ?? '', 'x'.repeat(16), ...rest]))).readAll).toBe(true);
    expect((await since(forged(([kind, cluster, , minute]) => [kind ?? '', cluster ?? '', '999999999999', minute ?? '']))).readAll).toBe(true);
    expect((await since(forged(([kind, cluster, at, minute]) => [kind ?? '', cluster ?? '', at ?? '', String(Number(minute) - 30 * 24 * 60)]))).readAll).toBe(true);
  });

  it('forgets after thirty days, a little with each change', async () => {
    const old = await told('reply', ashford);
    await scene.query(`update change set at = now() - interval '31 days' where id = $1`, [old]);
    await told('reply', ashford);
    expect(await scene.query('select 1 from change where id = $1', [old])).toEqual([]);
  });

  it.each(['AAAA', Buffer.from('changes a 1').toString('base64url'), Buffer.from(`changes ${'x'.repeat(16)} -1 1`).toString('base64url'), Buffer.from(`changes ${'x'.repeat(16)} 1 1 reply ${'-'.repeat(36)} 1`).toString('base64url'), 'a'.repeat(1025), ''])('refuses the cursor %j', async (cursor) => {
    const answer = await here.ask({ ...(await headersOf(librarian)), 'x-earshot': '1' }, 'query($cursor: Cursor) { changedSince(cursor: $cursor) { readAll } }', { cursor });
    expect(codeOf(answer)).toBe('BAD_INPUT');
  });
});
