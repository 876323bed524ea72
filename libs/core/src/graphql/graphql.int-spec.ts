import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Args, Field, Int, Mutation, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import pg from 'pg';
import { type ApiAnswer, type ApiApp, codeOf, startApi } from '../../../../test/support/api-app.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { correlationId } from '../logging/index.js';
import { hashOf, newSecretText } from '../staff/index.js';
import {
  connectionOf, type Connection, CurrentRequest, Id, inOrder, type Keyed, Keyset, PageArgs, RequestContext, Requires,
} from './index.js';

@ObjectType('Shelf', { description: 'A library, as this test sees it.' })
class ShelfModel {
  @Field(() => Id, { description: 'Its id.' })
  id!: string;

  @Field(() => Date, { description: 'Since when.' })
  since!: Date;
}

@ObjectType({ description: 'Shelves.' })
class ShelfConnection extends connectionOf('Shelf', ShelfModel) {}

const byAge = new Keyset('age', 'asc', [{ column: 'l.created_at', type: 'timestamptz' }, { column: 'l.id', type: 'uuid' }]);
const nameLoader = Symbol('names');
let held: RequestContext[] = [];

/** The conventions of a resolver, in one class. */
@Resolver(() => ShelfModel)
class ShelfResolver {
  constructor(private readonly database: Database) {}

  @Requires({ scope: 'read' })
  @Query(() => ShelfConnection, { description: 'All.' })
  async shelves(@Args() page: PageArgs, @CurrentRequest() request: RequestContext): Promise<Connection<ShelfModel>> {
    held.push(request);
    const asked = byAge.page(page);
    const parameters: unknown[] = [];
    const rows = await request.reads.query<{ id: string; created_at: Date } & Keyed>(
      `select l.id, l.created_at, ${byAge.select} from library l where true ${asked.after(parameters)} ${byAge.orderBy} limit ${asked.limit}`,
      parameters,
    );
    return asked.connection(rows, (row) => Object.assign(new ShelfModel(), { id: row.id, since: row.created_at }));
  }

  @ResolveField(() => String, { description: 'Its name.' })
  async name(@Parent() shelf: ShelfModel, @CurrentRequest() request: RequestContext): Promise<string> {
    const names = request.loader<string, string>(nameLoader, async (ids) => {
      const rows = await request.reads.query<{ id: string; name: string }>('select id, name from library where id = any($1::uuid[])', [ids]);
      return inOrder(ids, rows, (row) => row.id).map((row) => row?.name ?? new Error('gone'));
    });
    return names.load(shelf.id);
  }

  @ResolveField(() => ShelfModel, { description: 'Itself, for depth.' })
  self(@Parent() shelf: ShelfModel): ShelfModel {
    return shelf;
  }

  @Requires({ scope: 'administer', role: 'administrator', at: 'id' })
  @Mutation(() => ShelfModel, { description: 'Gives a library another name.' })
  async rename(@Args('id', { type: () => Id, description: 'Which.' }) id: string, @Args('name', { description: 'How.' }) name: string, @CurrentRequest() request: RequestContext): Promise<ShelfModel> {
    const [row] = await this.database.as(request.actor.id, (tx) => tx.query<{ created_at: Date }>('update library set name = $2 where id = $1 returning created_at', [id, name]));
    if (row === undefined) throw new PlatformError('NOT_FOUND', 'There is no such library.', 'id');
    return Object.assign(new ShelfModel(), { id, since: row.created_at });
  }

  @Query(() => Int, { description: 'Nobody said who may.' })
  unruled(): number {
    return 1;
  }

  @Requires({ scope: 'read' })
  @Query(() => Int, { nullable: true, description: 'Throws what it should not.' })
  broken(): number {
    throw new Error('the password is hunter2', { cause: new Error('and the table is person') });
  }

  @Requires({ scope: 'read' })
  @Query(() => Date, { description: 'Gives back a moment.' })
  echo(@Args('at', { description: 'A moment.' }) at: Date): Date {
    return at;
  }

  @Requires({ scope: 'read' })
  @Query(() => String, { nullable: true, description: 'What a log line would be marked with here.' })
  correlation(): string | undefined {
    return correlationId();
  }

  @Requires({ scope: 'read', person: true })
  @Query(() => Int, { description: 'Not for tokens.' })
  personal(): number {
    return 1;
  }
}

let api: ApiApp;
let url: string;
const [library, branch, foreign, chief] = [newId(), newId(), newId(), newId()];
const session = newSecretText();
const tokens = { all: newSecretText('ear_'), readOnly: newSecretText('ear_') };

beforeAll(async () => {
  const test = await createTestDatabase();
  const owner = new pg.Client(test.owner);
  await owner.connect();
  await owner.query(`
    insert into library(id, parent_id, root_id, kind, name, handle) values ('${library}', null, '${library}', 'library', 'Ashford', 'ashford'),
      ('${branch}', '${library}', '${library}', 'branch', 'Mill Lane', 'mill-lane'), ('${foreign}', null, '${foreign}', 'library', 'Elsewhere', 'elsewhere')`);
  await owner.query(`insert into actor(id, kind) values ('${chief}', 'person')`);
  await owner.query(`insert into actor_role(actor_id, library_id, role) values ('${chief}', '${library}', 'administrator')`);
  await owner.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), chief, session.hash]);
  for (const [name, scopes] of [['all', ['read', 'administer']], ['readOnly', ['read']]] as const) {
    const id = newId();
    await owner.query(`insert into actor(id, kind) values ('${id}', 'token')`);
    await owner.query(`insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, 't', $3, $4, $5, now() + interval '1 day')`, [id, library, hashOf(tokens[name].text), scopes, chief]);
    await owner.query(`insert into actor_role(actor_id, library_id, role) values ('${id}', '${library}', 'administrator')`);
  }
  await owner.end();
  api = await startApi(test, { providers: [ShelfResolver], limits: { depth: 8, cost: 500 } });
  url = api.url;
});

afterAll(() => api.close());

const bySession = { cookie: `earshot=${session.text}`, 'x-earshot': '1' };
const byToken = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const post = (body: unknown, headers: Record<string, string>): Promise<Response> =>
  fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
const ask = (query: string, variables: object = {}, headers: Record<string, string> = bySession): Promise<ApiAnswer> => api.ask(headers, query, variables);

describe('who reaches GraphQL', () => {
  it('nobody without having signed in, not even by introspection', async () => {
    expect(await ask('{ __schema { queryType { name } } }', {}, {})).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await ask('{ shelves { edges { node { id } } } }', {}, byToken('ear_wrong'))).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
  it('a cookie only with our header, and not from another site', async () => {
    const cookie = { cookie: bySession.cookie };
    expect(await ask('{ __typename }', {}, cookie)).toMatchObject({ status: 403, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(await ask('{ __typename }', {}, { ...bySession, origin: 'https://evil.example' })).toMatchObject({ status: 403 });
    expect(await ask('{ __typename }', {}, { ...bySession, origin: url })).toEqual({ status: 200, data: { __typename: 'Query' } });
  });
  it('a token, as far as its scopes go', async () => {
    const rename = 'mutation($id: ID!) { rename(id: $id, name: "Ashford") { name } }';
    expect(await ask('{ shelves { edges { node { name } } } }', {}, byToken(tokens.readOnly.text))).toMatchObject({ data: { shelves: { edges: [{}, {}] } } });
    expect(codeOf(await ask(rename, { id: library }, byToken(tokens.readOnly.text)))).toBe('FORBIDDEN');
    expect(await ask(rename, { id: library }, byToken(tokens.all.text))).toMatchObject({ data: { rename: { name: 'Ashford' } } });
    expect(codeOf(await ask('{ personal }', {}, byToken(tokens.all.text)))).toBe('FORBIDDEN');
  });
  it('no operation that nobody ruled on', async () => {
    expect(codeOf(await ask('{ unruled }'))).toBe('INTERNAL');
  });
  it('a role only where it holds', async () => {
    const rename = 'mutation($id: ID!) { rename(id: $id, name: "X") { id } }';
    expect(codeOf(await ask(rename, { id: foreign }))).toBe('NOT_FOUND');
    expect(await ask(rename, { id: branch })).toMatchObject({ data: { rename: { id: branch } } });
  });
});

describe('reading', () => {
  it('pages through a list to its end, each row once, in few statements, and gives the connection back', async () => {
    held = [];
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const answer: ApiAnswer = await ask('query($after: Cursor) { shelves(first: 1, after: $after) { edges { node { id name self { name } } } pageInfo { hasNextPage endCursor } totalCount { value } } }', { after });
      const page = answer.data?.['shelves'] as { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string }; totalCount: null };
      seen.push(...page.edges.map(({ node }) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      expect(page.totalCount).toBeNull();
    } while (after !== null);
    expect(seen).toEqual([library, branch]);
    for (const request of held) expect(() => request.reads).toThrow('has ended');
  });
  it('names each request, in its answer and in all that is logged of it', async () => {
    const [one, other] = [await post({ query: '{ correlation }' }, bySession), await post({ query: '{ correlation }' }, bySession)];
    const ids = [one, other].map((response) => response.headers.get('x-correlation-id'));
    expect(new Set(ids).size).toBe(2);
    expect(await one.json()).toEqual({ data: { correlation: ids[0] } });
  });
  it('names a failure of ours by the request in which it came about', async () => {
    const failed = await post({ query: '{ unruled }' }, bySession);
    const { errors } = (await failed.json()) as ApiAnswer;
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL', id: failed.headers.get('x-correlation-id') });
  });
  it('reads in the same operation what a mutation wrote before', async () => {
    const answer = await ask('mutation($id: ID!) { a: rename(id: $id, name: "First") { name } b: rename(id: $id, name: "Second") { name } }', { id: library });
    expect(answer.data).toEqual({ a: { name: 'First' }, b: { name: 'Second' } });
  });
  it('refuses pages out of bounds and cursors of elsewhere', async () => {
    expect(await ask('{ shelves(first: 101) { edges { cursor } } }')).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT', field: 'first' } }] });
    const forged = Buffer.from(JSON.stringify(['age', 'now', library])).toString('base64url');
    for (const after of [forged, 'AAAA', Buffer.from('[1]').toString('base64url')])
      expect(await ask('query($after: Cursor) { shelves(after: $after) { edges { cursor } } }', { after })).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT', field: 'after' } }] });
  });
});

describe('what is wrong with a request', () => {
  it.each([
    ['an id that is no UUID', 'mutation($id: ID!) { rename(id: $id, name: "x") { id } }', { id: "1' or true" }, 'BAD_INPUT'],
    ['a number for an id', 'mutation($id: ID!) { rename(id: $id, name: "x") { id } }', { id: 7 }, 'BAD_INPUT'],
    ['a moment that is none', 'query($at: DateTime!) { echo(at: $at) }', { at: '2026-02-31T10:00:00Z' }, 'BAD_INPUT'],
    ['a moment without an offset', 'query($at: DateTime!) { echo(at: $at) }', { at: '2026-02-01T10:00:00' }, 'BAD_INPUT'],
    ['a text that cannot be stored', 'mutation($id: ID!, $name: String!) { rename(id: $id, name: $name) { id } }', { id: library, name: 'a\u0000b' }, 'BAD_INPUT'],
    ['an unknown field', '{ shelfs }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['no GraphQL at all', '{', {}, 'GRAPHQL_PARSE_FAILED'],
    ['too deep', `{ shelves { edges { node ${'{ self '.repeat(6)} { id } ${'}'.repeat(6)} } } }`, {}, 'QUERY_TOO_LARGE'],
    ['too much', '{ shelves(first: 100) { edges { node { id name self { id } } } } }', {}, 'QUERY_TOO_LARGE'],
    ['too many of the same', `{ ${Array.from({ length: 600 }, (_, i) => `a${i}: __typename`).join(' ')} }`, {}, 'QUERY_TOO_LARGE'],
  ])('%s', async (_what, query, variables, code) => {
    const answer = await ask(query, variables);
    expect(codeOf(answer)).toBe(code);
    expect(Object.keys(answer.errors?.[0]?.extensions ?? {})).not.toContain('stacktrace');
  });
  it('says nothing of our own failures but an id, under which the log has them whole', async () => {
    const { errors, data } = await ask('{ broken }');
    expect(data).toEqual({ broken: null });
    const id = String(errors?.[0]?.extensions['id']);
    expect(JSON.stringify(errors)).not.toMatch(/hunter2|person|at /);
    expect(api.logged.find(({ message }) => message.includes(id))?.cause).toMatchObject({ message: 'the password is hunter2' });
  });
  it('takes no batches, no simple requests and no bodies without end', async () => {
    expect((await post([{ query: '{ __typename }' }], bySession)).status).toBe(400);
    const simple = await fetch(`${url}/graphql`, { method: 'POST', headers: { ...byToken(tokens.all.text), 'content-type': 'text/plain' }, body: '{"query":"{__typename}"}' });
    expect(simple.status).toBe(400);
    const large = await post({ query: `{ __typename } # ${'x'.repeat(300_000)}` }, bySession);
    expect(large.status).toBe(413);
    expect(await large.text()).not.toMatch(/at |node_modules/);
    const broken = await post('{"query":', bySession);
    expect(broken.status).toBe(400);
    expect(await broken.text()).not.toMatch(/node_modules/);
  });
  it('keeps the connections of requests that failed: the pool of three serves thirty of them', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => ask(i % 2 ? '{ broken shelves { edges { node { name } } } }' : '{ shelves(first: 0) { edges { cursor } } }')));
    expect(answers.every(({ errors }) => errors?.length === 1)).toBe(true);
  });
});
