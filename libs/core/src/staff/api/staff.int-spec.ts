import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiApp, codeOf, startApi } from '../../../../../test/support/api-app.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { connectOwner, createTestDatabase } from '../../../../../test/support/test-database.js';
import { SignIn, StaffAdministration } from '../index.js';
import { StaffApiModule } from './index.js';

let api: ApiApp;
let scene: Scene;
let admin: StaffAdministration;
let county: SceneLibrary, ashford: SceneLibrary, millbrook: SceneLibrary, elsewhere: SceneLibrary;
const people: Record<'chief' | 'head' | 'librarian' | 'foreigner', string> = { chief: '', head: '', librarian: '', foreigner: '' };

beforeAll(async () => {
  const test = await createTestDatabase();
  api = await startApi(test, { imports: [StaffApiModule] });
  scene = await Scene.open(test);
  county = await scene.library({ name: 'County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  elsewhere = await scene.library({ name: 'Elsewhere' });
  people.chief = await scene.person(county, 'administrator', { name: 'Chief' });
  people.head = await scene.person(ashford, 'administrator', { name: 'Head' });
  people.librarian = await scene.person(ashford, 'librarian', { name: 'Librarian' });
  people.foreigner = await scene.person(elsewhere, 'administrator', { name: 'Foreigner' });
  const owner = await connectOwner(test);
  admin = new StaffAdministration(owner);
});
afterAll(async () => {
  await scene.close();
  await api.close();
});

const as = async (actorId: string): Promise<Record<string, string>> => ({ cookie: `earshot=${(await api.app.get(SignIn).openSession(actorId)).secret}`, 'x-earshot': '1' });
const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });
const invite = `mutation($input: InvitePersonInput!) { invitePerson(input: $input) { __typename ... on PasswordLink { personId path } ... on UserError { code message } } }`;
const changeRole = `mutation($personId: ID!, $libraryId: ID!, $role: Role) { changeRole(personId: $personId, libraryId: $libraryId, role: $role) { __typename ... on Person { roles { role libraryId } } ... on UserError { code } } }`;
const deactivate = `mutation($personId: ID!) { deactivatePerson(personId: $personId) { __typename ... on Person { deactivatedAt } ... on UserError { code } } }`;
const makeToken = `mutation($input: MakeTokenInput!) { makeToken(input: $input) { id secret } }`;
const auditOf = async (headers: Record<string, string>, libraryId: string): Promise<{ action: string; actor: { name: string | null } | null; subjectId: string | null }[]> => {
  const answer = await api.ask(headers, 'query($libraryId: ID!) { auditLog(libraryId: $libraryId, first: 50) { edges { node { action subjectId actor { name kind } detail } } } }', { libraryId });
  expect(answer.errors).toBeUndefined();
  return (answer.data as { auditLog: { edges: { node: { action: string; actor: { name: string } | null; subjectId: string } }[] } }).auditLog.edges.map(({ node }) => node);
};
const roleOf = async (actor: string, at: SceneLibrary): Promise<string | undefined> => (await scene.query<{ role: string }>('select role from actor_scope where actor_id = $1 and library_id = $2', [actor, at.id]))[0]?.role;

describe('inviting', () => {
  const wish = { email: 'invited@library.example', name: 'Invited', role: 'librarian' };

  it('makes a person whose link opens the door, with an entry in the audit log', async () => {
    const head = await as(people.head);
    const answer = await api.ask(head, invite, { input: { ...wish, libraryId: ashford.id } });
    const { personId, path } = (answer.data as { invitePerson: { personId: string; path: string } }).invitePerson;
    const opened = await fetch(`${api.url}/password`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ key: path.split('key=')[1], password: 'a long enough one' }) });
    expect(await opened.json()).toEqual({ actorId: personId });
    expect(await auditOf(head, ashford.id)).toContainEqual(expect.objectContaining({ action: 'staff.invited', subjectId: personId, actor: { name: 'Head', kind: 'person' } }));
  });

  it('says that an address is taken, and leaves nothing half-made', async () => {
    const before = await scene.query('select id from actor');
    expect(await api.ask(await as(people.foreigner), invite, { input: { ...wish, libraryId: elsewhere.id } })).toMatchObject({ data: { invitePerson: { __typename: 'EmailTaken', code: 'EMAIL_TAKEN' } } });
    expect(await scene.query('select id from actor')).toHaveLength(before.length);
  });

  it('is for administrators there, in person', async () => {
    const input = { ...wish, email: 'x@library.example' };
    expect(codeOf(await api.ask(await as(people.librarian), invite, { input: { ...input, libraryId: ashford.id } }))).toBe('FORBIDDEN');
    expect(codeOf(await api.ask(await as(people.head), invite, { input: { ...input, libraryId: millbrook.id } }))).toBe('NOT_FOUND');
    expect(codeOf(await api.ask(await as(people.head), invite, { input: { ...input, libraryId: county.id } }))).toBe('NOT_FOUND');
    const made = await api.ask(await as(people.head), makeToken, { input: { libraryId: ashford.id, name: 'all', role: 'administrator', scopes: ['read', 'administer'] } });
    const { secret } = (made.data as { makeToken: { secret: string } }).makeToken;
    expect(codeOf(await api.ask(bearer(secret), invite, { input: { ...input, libraryId: ashford.id } }))).toBe('FORBIDDEN');
    expect(codeOf(await api.ask(bearer(secret), makeToken, { input: { libraryId: ashford.id, name: 'more', role: 'observer', scopes: ['read'] } }))).toBe('FORBIDDEN');
  });

  it.each([['email', 'no address'], ['email', ''], ['name', ' '], ['name', 'two\nlines'], ['name', 'x'.repeat(201)], ['name', '\u0000']])('refuses a %s like %j', async (field, value) => {
    const answer = await api.ask(await as(people.head), invite, { input: { ...wish, email: 'y@library.example', libraryId: ashford.id, [field]: value } });
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT', field } }] });
  });
});

describe('roles', () => {
  it('are given, changed and taken away, and hold below', async () => {
    const chief = await as(people.chief);
    const person = await scene.person(millbrook, 'observer');
    expect(await api.ask(chief, changeRole, { personId: person, libraryId: county.id, role: 'librarian' })).toMatchObject({ data: { changeRole: { __typename: 'Person' } } });
    expect([await roleOf(person, ashford), await roleOf(person, millbrook)]).toEqual(['librarian', 'librarian']);
    await api.ask(chief, changeRole, { personId: person, libraryId: county.id, role: null });
    expect([await roleOf(person, ashford), await roleOf(person, millbrook)]).toEqual([undefined, 'observer']);
    expect(await auditOf(chief, county.id)).toEqual(expect.arrayContaining([expect.objectContaining({ action: 'staff.role-changed', subjectId: person })]));
  });

  it('nobody changes their own, nor anybody’s above', async () => {
    expect(await api.ask(await as(people.chief), changeRole, { personId: people.chief, libraryId: county.id, role: 'observer' })).toMatchObject({ data: { changeRole: { code: 'OWN_ROLE' } } });
    expect(codeOf(await api.ask(await as(people.head), deactivate, { personId: people.chief }))).toBe('FORBIDDEN');
    expect(codeOf(await api.ask(await as(people.head), `mutation($p: ID!) { makePasswordLink(personId: $p) { path } }`, { p: people.chief }))).toBe('FORBIDDEN');
    expect(codeOf(await api.ask(await as(people.foreigner), deactivate, { personId: people.head }))).toBe('NOT_FOUND');
    expect(codeOf(await api.ask(await as(people.foreigner), changeRole, { personId: people.head, libraryId: elsewhere.id, role: 'observer' }))).toBe('NOT_FOUND');
  });

  it('row-level security says so too, beneath the services', async () => {
    const ended = await api.database.as(people.head, (tx) => tx.query('update actor set deactivated_at = now() where id = $1 returning id', [people.chief]));
    expect(ended).toEqual([]);
    await expect(api.database.as(people.head, (tx) => tx.query(`insert into actor_role(actor_id, library_id, role) values ($1, $2, 'administrator')`, [people.head, county.id]))).rejects.toThrow('row-level security');
    await expect(
      api.database.as(people.head, (tx) => tx.query(`insert into password_link(hash, actor_id, made_by, until) values ('\\x00', $1, $2, now() + interval '1 hour')`, [people.chief, people.head])),
    ).rejects.toThrow('row-level security');
  });

  it('deactivating ends sessions and tokens', async () => {
    const person = await scene.person(ashford, 'administrator');
    const theirs = await as(person);
    const made = await api.ask(theirs, makeToken, { input: { libraryId: ashford.id, name: 'mine', role: 'observer', scopes: ['read'] } });
    const { secret } = (made.data as { makeToken: { secret: string } }).makeToken;
    expect(await api.ask(bearer(secret), '{ viewer { scopes person { name } } }')).toMatchObject({ data: { viewer: { scopes: ['read'], person: null } } });
    const answer = await api.ask(await as(people.head), deactivate, { personId: person });
    expect((answer.data as { deactivatePerson: { deactivatedAt: string } }).deactivatePerson.deactivatedAt).toMatch(/Z$/);
    expect([codeOf(await api.ask(theirs, '{ __typename }')), codeOf(await api.ask(bearer(secret), '{ __typename }'))]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });

  it('a token ends when its maker is administrator no longer', async () => {
    const person = await scene.person(ashford, 'administrator');
    const made = await api.ask(await as(person), makeToken, { input: { libraryId: ashford.id, name: 'mine', role: 'librarian', scopes: ['read'] } });
    const { secret } = (made.data as { makeToken: { secret: string } }).makeToken;
    await api.ask(await as(people.head), changeRole, { personId: person, libraryId: ashford.id, role: 'librarian' });
    expect(codeOf(await api.ask(bearer(secret), '{ __typename }'))).toBe('UNAUTHENTICATED');
  });
});

describe('tokens', () => {
  it('are listed without their secret, expire, and are revoked', async () => {
    const head = await as(people.head);
    const made = await api.ask(head, makeToken, { input: { libraryId: ashford.id, name: 'catalogue', role: 'observer', scopes: ['read', 'read'], days: 1 } });
    const { id, secret } = (made.data as { makeToken: { id: string; secret: string } }).makeToken;
    expect(secret).toMatch(/^ear_[\w-]{43}$/);
    expect(JSON.stringify(await scene.query('select * from token where actor_id = $1', [id]))).not.toContain(secret.slice(4));
    const list = await api.ask(head, 'query($l: ID!) { tokensAt(libraryId: $l) { edges { node { id name scopes revokedAt madeBy { name } } } } }', { l: ashford.id });
    expect((list.data as { tokensAt: { edges: unknown[] } }).tokensAt.edges[0]).toEqual({ node: { id, name: 'catalogue', scopes: ['read'], revokedAt: null, madeBy: { name: 'Head' } } });
    await scene.query(`update token set expires_at = now() - interval '1 second' where actor_id = $1`, [id]);
    expect(codeOf(await api.ask(bearer(secret), '{ __typename }'))).toBe('UNAUTHENTICATED');
    await scene.query(`update token set expires_at = now() + interval '1 day' where actor_id = $1`, [id]);
    expect(codeOf(await api.ask(await as(people.foreigner), 'mutation($id: ID!) { revokeToken(id: $id) }', { id }))).toBe('NOT_FOUND');
    expect(await api.ask(head, 'mutation($id: ID!) { revokeToken(id: $id) }', { id })).toMatchObject({ data: { revokeToken: id } });
    expect(codeOf(await api.ask(bearer(secret), '{ __typename }'))).toBe('UNAUTHENTICATED');
  });

  it('write that they were used once a minute, not once a request', async () => {
    const { id, secret } = await admin.createToken({ name: 'busy', library: 'library-2', role: 'observer', scopes: ['read'], days: 1, by: (await scene.query<{ email: string }>('select email from person where actor_id = $1', [people.head]))[0]?.email ?? '' });
    const used = async (): Promise<unknown> => (await scene.query('select last_used_at, xmin::text from token where actor_id = $1', [id]))[0];
    await api.ask(bearer(secret), '{ __typename }');
    const first = await used();
    await api.ask(bearer(secret), '{ __typename }');
    expect(await used()).toEqual(first);
  });
});

describe('at the terminal', () => {
  it('names what it does not know, and undoes what failed halfway', async () => {
    await expect(admin.add({ email: 'a@b.example', name: 'A', role: 'observer', library: 'nowhere' })).rejects.toThrow(/no library "nowhere"\. There are: library-1/);
    await expect(admin.createToken({ name: 't', library: 'library-1', role: 'observer', scopes: ['read'], days: 1, by: 'a@b.example' })).rejects.toThrow('Nobody here');
    expect((await admin.list()).some(({ email }) => email === 'a@b.example')).toBe(false);
  });
  it('lists people with their roles, and tokens with whoever answers for them', async () => {
    const list = await admin.list();
    expect(list.find(({ name }) => name === 'Head')).toMatchObject({ roles: [{ library: 'library-2', role: 'administrator' }], hasPassword: false });
    const [token] = await admin.listTokens();
    expect(token).toMatchObject({ name: 'busy', library: 'library-2', role: 'observer' });
    await admin.revokeToken(token?.id ?? '');
    await expect(admin.revokeToken(token?.id ?? '')).rejects.toThrow('no token');
  });
});

describe('who reads what', () => {
  it('the audit log is for administrators', async () => {
    expect(codeOf(await api.ask(await as(people.librarian), 'query($l: ID!) { auditLog(libraryId: $l) { edges { cursor } } }', { l: ashford.id }))).toBe('FORBIDDEN');
  });
  it('staff is listed with what was given above, a page at a time', async () => {
    const librarian = await as(people.librarian);
    const names: string[] = [];
    let after: string | null = null;
    do {
      const answer = await api.ask(librarian, 'query($l: ID!, $after: Cursor) { staffAt(libraryId: $l, first: 2, after: $after) { edges { node { name } } pageInfo { hasNextPage endCursor } } }', { l: ashford.id, after });
      const page = (answer.data as { staffAt: { edges: { node: { name: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }).staffAt;
      names.push(...page.edges.map(({ node }) => node.name));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(names).toEqual(expect.arrayContaining(['Chief', 'Head', 'Librarian', 'Invited']));
    expect(names).not.toContain('Foreigner');
    expect(new Set(names).size).toBe(names.length);
  });
});
