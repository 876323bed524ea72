import { beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { Database } from './database.js';
import { newId } from './ids.js';

/** A and B are librarians of two libraries of one consortium; both hear thread 1, only A hears thread 2. */
const scene = {
  consortium: newId(), libraryA: newId(), libraryB: newId(),
  a: newId(), b: newId(), token: newId(),
  thread1: newId(), thread2: newId(),
  conversationA1: newId(), conversationA2: newId(), conversationB1: newId(),
  listOfConsortium: newId(), listOfA: newId(),
  account: newId(), post: newId(),
};

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  const owner = new pg.Client(test.owner);
  await owner.connect();
  const s = scene;
  await owner.query(`begin;
    insert into library(id, parent_id, root_id, kind, name, handle) values
      ('${s.consortium}', null, '${s.consortium}', 'consortium', 'Larch County', 'larch'),
      ('${s.libraryA}', '${s.consortium}', '${s.consortium}', 'library', 'Ashford', 'ashford'),
      ('${s.libraryB}', '${s.consortium}', '${s.consortium}', 'library', 'Millbrook', 'millbrook');
    insert into actor(id, kind) values ('${s.a}', 'person'), ('${s.b}', 'person'), ('${s.token}', 'token');
    insert into actor_role(actor_id, library_id, role) values ('${s.a}', '${s.libraryA}', 'librarian'), ('${s.b}', '${s.libraryB}', 'librarian'), ('${s.token}', '${s.libraryA}', 'librarian');
    insert into thread(id) values ('${s.thread1}'), ('${s.thread2}');
    insert into post(id, network, remote_id, thread_id) values ('${s.post}', 'practice', 'p1', '${s.thread1}');
    insert into conversation(id, library_id, thread_id, last_post_at) values
      ('${s.conversationA1}', '${s.libraryA}', '${s.thread1}', now()), ('${s.conversationA2}', '${s.libraryA}', '${s.thread2}', now()),
      ('${s.conversationB1}', '${s.libraryB}', '${s.thread1}', now());
    insert into note(id, library_id, conversation_id, author_id, body) values ('${newId()}', '${s.libraryA}', '${s.conversationA1}', '${s.a}', 'a note of A');
    insert into follow_list(id, library_id, name) values ('${s.listOfConsortium}', '${s.consortium}', 'County'), ('${s.listOfA}', '${s.libraryA}', 'Ours');
    insert into account(id, library_id, plugin, name) values ('${s.account}', '${s.consortium}', 'practice', 'The town');
    commit`);
  await owner.end();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 3, worker: 1, listener: 1 } });
});

afterAll(() => database.close());

const as = <Row>(actor: string, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => database.as(actor, (tx) => tx.query<Row>(sql, parameters));
const count = async (actor: string, sql: string, parameters: readonly unknown[] = []): Promise<number> => (await as(actor, sql, parameters)).length;
const draft = (id: string): Promise<unknown> =>
  as(scene.a, `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by) values ($1, $2, $3, $4, $5, $6, 'Try the shelf by the window.', $7)`, [
    id, scene.libraryA, scene.conversationA1, scene.account, scene.post, newId(), scene.a,
  ]);
const send = `update reply set state = 'sent', sent_at = now(), sent_ref = '{}'`;

describe('the attempts of tenancy.sql, as the application', () => {
  it('1: raises where no actor is set', async () => {
    await expect(database.beforeSignIn('select * from conversation')).rejects.toThrow('no actor set for this transaction');
  });
  it('2: A reads the two conversations of A', async () => expect(await count(scene.a, 'select id from conversation')).toBe(2));
  it('3: B reads the one conversation of B', async () => {
    expect(await as(scene.b, 'select id from conversation')).toEqual([{ id: scene.conversationB1 }]);
  });
  it('4: B reads no note of A', async () => {
    expect(await count(scene.b, 'select id from note')).toBe(0);
    expect(await count(scene.a, 'select id from note')).toBe(1);
  });
  it("5: B reads the consortium's follow lists and not A's", async () => {
    expect(await as(scene.b, 'select id from follow_list')).toEqual([{ id: scene.listOfConsortium }]);
  });
  it("6: B edits no list of the consortium", async () => {
    expect(await count(scene.b, `update follow_list set name = 'Mine' where id = $1 returning id`, [scene.listOfConsortium])).toBe(0);
  });
  it('7 to 9: A claims thread 1, B comes too late and reads who has it', async () => {
    const claim = `insert into thread_claim(thread_id, library_id, claimed_by) values ($1, $2, $3) on conflict do nothing returning thread_id`;
    expect(await count(scene.a, claim, [scene.thread1, scene.libraryA, scene.a])).toBe(1);
    expect(await count(scene.b, claim, [scene.thread1, scene.libraryB, scene.b])).toBe(0);
    expect(await as(scene.b, 'select library_id from thread_claim where thread_id = $1', [scene.thread1])).toEqual([{ library_id: scene.libraryA }]);
  });
  it('10 to 12: A claims thread 2, of which B reads no claim and claims none in the name of A', async () => {
    const claim = `insert into thread_claim(thread_id, library_id, claimed_by) values ($1, $2, $3) on conflict do nothing returning thread_id`;
    await expect(as(scene.b, claim, [scene.thread2, scene.libraryA, scene.b])).rejects.toThrow('row-level security');
    expect(await count(scene.a, claim, [scene.thread2, scene.libraryA, scene.a])).toBe(1);
    expect(await count(scene.b, 'select 1 from thread_claim where thread_id = $1', [scene.thread2])).toBe(0);
  });
  it('13: a reply does not become sent without an approver', async () => {
    const id = newId();
    await draft(id);
    await expect(as(scene.a, `${send} where id = $1`, [id])).rejects.toThrow('no_send_without_a_person');
  });
  it('14: a reply approved by a token is refused', async () => {
    const id = newId();
    await draft(id);
    await expect(as(scene.a, `${send}, approved_by = $2, approved_kind = 'token', approved_text = text where id = $1`, [id, scene.token])).rejects.toThrow(/check constraint/);
    await expect(as(scene.a, `${send}, approved_by = $2, approved_kind = 'person', approved_text = text where id = $1`, [id, scene.token])).rejects.toThrow(/foreign key/);
  });
  it('15 to 17: a reply is approved by a person for its very text, which then stays', async () => {
    const id = newId();
    await draft(id);
    await expect(as(scene.a, `${send}, approved_by = $2, approved_kind = 'person', approved_text = 'another' where id = $1`, [id, scene.a])).rejects.toThrow('no_send_without_a_person');
    expect(await count(scene.a, `${send}, approved_by = $2, approved_kind = 'person', approved_text = text where id = $1 returning id`, [id, scene.a])).toBe(1);
    await expect(as(scene.a, `update reply set text = 'changed afterwards' where id = $1`, [id])).rejects.toThrow('no_send_without_a_person');
  });
  it('18: A writes no note on a conversation of B', async () => {
    await expect(
      as(scene.a, `insert into note(id, library_id, conversation_id, author_id, body) values ($1, $2, $3, $4, 'hello')`, [newId(), scene.libraryA, scene.conversationB1, scene.a]),
    ).rejects.toThrow('row-level security');
  });
});

describe('what no application may read', () => {
  it.each(['post', 'profile', 'thread', 'finding', 'suppression', 'post_alias', 'account_secret', 'plugin_store'])('the table %s is closed to it', async (table) => {
    await expect(as(scene.a, `select * from ${table}`)).rejects.toThrow('permission denied');
  });
  it('a password hash, a session hash and a token hash are closed to it', async () => {
    await expect(as(scene.a, 'select password_hash from person')).rejects.toThrow('permission denied');
    await expect(as(scene.a, 'select hash from session')).rejects.toThrow('permission denied');
    await expect(as(scene.a, 'select hash from token')).rejects.toThrow('permission denied');
  });
  it('reads of the world are those of its own conversations', async () => {
    expect(await count(scene.a, 'select id from heard_post')).toBe(1);
    expect(await count(scene.token, 'select id from heard_thread')).toBe(2);
    expect(await count(scene.b, 'select id from heard_thread')).toBe(1);
  });
  it('the listener knows nothing of notes, replies and staff', async () => {
    for (const table of ['note', 'reply', 'person', 'session', 'audit'])
      await expect(database.listening((tx) => tx.query(`select * from ${table}`))).rejects.toThrow('permission denied');
  });
  it('the audit log only grows', async () => {
    const id = newId();
    await as(scene.a, `insert into audit(id, library_id, actor_id, action, subject_kind) values ($1, $2, $3, 'test', 'library')`, [id, scene.libraryA, scene.a]);
    await expect(as(scene.a, 'delete from audit')).rejects.toThrow('permission denied');
    const owner = new pg.Client(test.owner);
    await owner.connect();
    await expect(owner.query('update audit set action = $1', ['nothing'])).rejects.toThrow('append-only');
    await owner.end();
  });
});

describe('roles down the tree', () => {
  it('two roles that are given to one person at the same moment both hold', async () => {
    const both = newId();
    const [first, second] = [new pg.Client(test.owner), new pg.Client(test.owner)];
    await Promise.all([first.connect(), second.connect()]);
    await first.query(`insert into actor(id, kind) values ('${both}', 'person')`);
    const give = (library: string, role: string): string => `insert into actor_role(actor_id, library_id, role) values ('${both}', '${library}', '${role}')`;
    await first.query(`begin; ${give(scene.libraryA, 'librarian')}`);
    const [{ pid }] = (await second.query<{ pid: number }>('select pg_backend_pid() as pid')).rows as [{ pid: number }];
    const waiting = second.query(give(scene.consortium, 'administrator'));
    while ((await first.query(`select 1 from pg_locks where pid = $1 and not granted`, [pid])).rowCount === 0);
    await first.query('commit');
    await waiting;
    await Promise.all([first.end(), second.end()]);
    expect(await as(both, 'select distinct role from actor_scope where actor_id = $1', [both])).toEqual([{ role: 'administrator' }]);
    expect(await count(both, 'select 1 from actor_scope where actor_id = $1 and library_id = $2', [both, scene.libraryA])).toBe(1);
  });
  it('a role at the consortium holds at a library that is founded later', async () => {
    const [chief, branch] = [newId(), newId()];
    const owner = new pg.Client(test.owner);
    await owner.connect();
    await owner.query(`insert into actor(id, kind) values ('${chief}', 'person')`);
    await owner.query(`insert into actor_role(actor_id, library_id, role) values ('${chief}', '${scene.consortium}', 'administrator'), ('${chief}', '${scene.libraryA}', 'observer')`);
    await owner.end();
    await as(chief, `insert into library(id, parent_id, root_id, kind, name, handle) values ($1, $2, $3, 'branch', 'Riverside', 'riverside')`, [branch, scene.libraryA, scene.consortium]);
    // The stronger role wins wherever two meet.
    expect(await as(chief, 'select distinct role from actor_scope where actor_id = $1', [chief])).toEqual([{ role: 'administrator' }]);
    expect(await as(chief, 'select role from actor_scope where actor_id = $1 and library_id = $2', [chief, branch])).toEqual([{ role: 'administrator' }]);
    expect(await count(scene.a, 'select 1 from actor_scope where actor_id = $1 and library_id = $2', [scene.a, branch])).toBe(1);
  });
  it('an observer reads and writes nothing', async () => {
    const observer = newId();
    const owner = new pg.Client(test.owner);
    await owner.connect();
    await owner.query(`insert into actor(id, kind) values ('${observer}', 'person')`);
    await owner.query(`insert into actor_role(actor_id, library_id, role) values ('${observer}', '${scene.libraryA}', 'observer')`);
    await owner.end();
    expect(await count(observer, 'select id from conversation')).toBe(2);
    expect(await count(observer, `update conversation set state = 'closed' returning id`)).toBe(0);
  });
});
