import { randomBytes, randomInt } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readConfig } from '@earshot/core/config';
import { Database } from '@earshot/core/database';
import { createLogging } from '@earshot/core/logging';
import { loadPlugins } from '@earshot/core/plugins';
import { newSecretText } from '@earshot/core/staff';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import fc from 'fast-check';
import { type GraphQLField, type GraphQLInputType, type GraphQLOutputType, type GraphQLSchema, getNamedType, getNullableType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType, isAbstractType } from 'graphql';
import { AppModule } from '../apps/server/src/app.module.js';
import { appSchema } from '../tools/app-schema.js';
import { newId } from '../libs/core/src/database/ids.js';
import { withAdvisor } from './plugins/with-advisor.js';
import { Scene, type SceneLibrary } from './support/scene.js';
import { createTestDatabase } from './support/test-database.js';

/** Stands in every text of a library of another tree: whoever is told it was told too much. */
const foreign = 'zqforeign';
const callsEach = 4;
const longestMs = 10_000;
const known = ['BAD_INPUT', 'NOT_FOUND', 'FORBIDDEN', 'CONFLICT', 'UNAUTHENTICATED', 'TOO_MANY_REQUESTS', 'UNAVAILABLE', 'QUERY_TOO_LARGE', 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED'];

let app: INestApplication;
let database: Database;
let scene: Scene;
let schema: GraphQLSchema;
let url: string;
let ids: readonly string[] = [];
const callers: Record<string, Record<string, string>> = {};

const session = async (actor: string): Promise<Record<string, string>> => {
  const secret = newSecretText();
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), actor, secret.hash]);
  return { cookie: `earshot=${secret.text}`, 'x-earshot': '1' };
};
const token = async (at: SceneLibrary, by: string): Promise<Record<string, string>> => {
  const [secret, actor] = [newSecretText('ear_'), newId()];
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [actor]);
  await scene.query(`insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, 'a program', $3, '{read,triage,follow,draft}', $4, now() + interval '1 hour')`, [actor, at.id, secret.hash, by]);
  await scene.role(actor, at, 'librarian');
  return { authorization: `Bearer ${secret.text}` };
};
/** A library where something of everything is, and its ids. */
const furnish = async (at: SceneLibrary, word: string): Promise<string[]> => {
  const heard = await scene.heard(at, { text: `${word} wonders about a cellar` });
  const account = await scene.account(at, { name: word, plugin: 'with-advisor', settings: '{}' });
  const list = await scene.list(at, { name: word });
  const finding = await scene.finding(heard.post, { restated: word });
  return [at.id, heard.conversation, heard.post, heard.thread, heard.author, account, list, await scene.follow(at, list, account, { label: word }), finding];
};

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  const [own, other] = [await scene.library({ name: 'Ashford' }), await scene.library({ name: foreign })];
  const [head, observer] = [await scene.person(own, 'administrator'), await scene.person(own, 'observer')];
  const stranger = await scene.person(other, 'administrator', { name: foreign });
  ids = [...(await furnish(own, 'ours')), ...(await furnish(other, foreign)), head, observer, stranger];
  Object.assign(callers, { administrator: await session(head), observer: await session(observer), token: await token(own, head) });
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 6, worker: 2, listener: 4 } });
  const registry = await loadPlugins({ bundled: [{ name: withAdvisor.id, definition: withAdvisor }], packages: [] });
  const logging = createLogging({ level: 'silent', format: 'json' });
  app = await NestFactory.create(AppModule.forRoot({ config: readConfig({}), logging, key: randomBytes(32), database, registry }), { logger: false, abortOnError: false, bodyParser: false });
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}/graphql`;
  schema = await appSchema();
}, 120_000);
afterAll(async () => {
  await app?.close();
  await database?.close();
  await scene?.close();
});

const words = fc.oneof(
  fc.constantFrom('', ' ', '\u0000', 'a\u0000b', '\ud800', 'x\udfff', '\u202eevil\u202c', '\u200b', 'x'.repeat(50_000), '{}', '[]', 'null', '{"a":', '-1', "'; drop table post; --", '%', '\\', 'constructor', '__proto__', 'javascript:alert(1)', 'http://[::1', 'https://a.example/', '@a', '#b', '2026-02-30', '9999-12-31', 'en', 'me'),
  fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }),
);
const scalars: Readonly<Record<string, () => fc.Arbitrary<unknown>>> = {
  ID: () => fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...ids) }, fc.uuid(), fc.constantFrom('', 'x', '00000000-0000-0000-0000-000000000000')),
  String: () => fc.oneof(words, fc.constantFrom(...ids)),
  Int: () => fc.constantFrom(0, 1, -1, 2, 100, 101, 2_147_483_647, -2_147_483_648),
  Float: () => fc.constantFrom(0, 1, -1, 0.5, 1e308, -1e308, 5e-324),
  Boolean: () => fc.boolean(),
  DateTime: () => fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z', '2026-06-31T00:00:00Z', '2026-03-01T00:00:00Z', 'yesterday', ''),
  Cursor: () => fc.oneof(fc.constantFrom('', 'AAAA', 'x'.repeat(1_024), 'x'.repeat(1_025)), fc.array(fc.string({ maxLength: 20 }), { maxLength: 4 }).map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url'))),
};
const valueOf = (type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> => {
  if (!isNonNullType(type)) return fc.oneof({ weight: 2, arbitrary: fc.constant(depth === 0 ? undefined : null) }, { weight: 3, arbitrary: filled(type, depth) });
  return filled(getNullableType(type), depth);
};
const filled = (type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> => {
  const bare = getNullableType(type);
  if (isListType(bare)) {
    const item = valueOf(bare.ofType as GraphQLInputType, depth + 1);
    return fc.oneof({ weight: 4, arbitrary: fc.array(item, { maxLength: 3 }) }, item.map((each) => Array.from({ length: 10_000 }, () => each)));
  }
  if (isEnumType(bare)) return fc.constantFrom(...bare.getValues().map(({ name }) => name));
  if (isInputObjectType(bare)) return fc.record(Object.fromEntries(Object.values(bare.getFields()).map((field) => [field.name, valueOf(field.type, depth + 1)])));
  const scalar = scalars[String(bare)];
  if (scalar === undefined) throw new Error(`nobody says what garbage of the scalar ${String(bare)} is`);
  return scalar();
};

/** What comes back, two fields deep: enough to run the edges, and to see what must not be seen. */
const selectionOf = (type: GraphQLOutputType, depth = 3): string => {
  const named = getNamedType(type);
  if (isAbstractType(named)) return `{ __typename ${schema.getPossibleTypes(named).map(({ name }) => `... on ${name} ${selectionOf(schema.getType(name) as GraphQLOutputType, 1)}`).join(' ')} }`;
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).filter(({ args }) => args.every((arg) => !isNonNullType(arg.type) || arg.defaultValue !== undefined));
  const chosen = fields.flatMap((field) => {
    const of = getNamedType(field.type);
    // Aliased by its type: members of one union may have fields of one name and different types.
    const alias = `${named.name}_${field.name}: ${field.name}`;
    if (!isObjectType(of) && !isAbstractType(of)) return [alias];
    return depth <= 1 || isAbstractType(of) ? [] : [`${alias} ${selectionOf(field.type, depth - 1)}`];
  });
  return `{ __typename ${chosen.join(' ')} }`;
};

interface Answer { readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[] }

/** What is wrong with the answer to these values; undefined where nothing is. */
const problemOf = async (kind: string, field: GraphQLField<unknown, unknown>, variables: object, caller: string): Promise<string | undefined> => {
  const parameters = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const query = `${kind}${parameters && `(${parameters})`} { it: ${field.name}${given && `(${given})`} ${selectionOf(field.type)} }`;
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...callers[caller] }, body: JSON.stringify({ query, variables }), signal: AbortSignal.timeout(longestMs) });
    const text = await response.text();
    if (response.status === 413) return undefined;
    const { errors = [] } = JSON.parse(text) as Answer;
    const untyped = errors.find(({ extensions }) => !known.includes(String(extensions?.code)));
    if (untyped !== undefined) return `${String(untyped.extensions?.code)}: ${untyped.message}`;
    if (errors.some(({ extensions }) => extensions?.code === 'GRAPHQL_VALIDATION_FAILED')) return `the sweep asks what is not valid: ${text.slice(0, 200)}`;
    // An error may say again what the caller said; the caller never says the word.
    if (text.includes(foreign)) return 'it tells of another library';
    return response.status >= 500 && !text.includes('UNAVAILABLE') ? `HTTP ${response.status}` : undefined;
  } catch (error) {
    return `no answer: ${(error as Error).message}`;
  }
};

it('answers whatever it is told with a result or a typed error, in time, and never with what is of another library', async () => {
  const seed = randomInt(2 ** 31);
  const problems: string[] = [];
  for (const [kind, root] of [['query', schema.getQueryType()], ['mutation', schema.getMutationType()]] as const)
    for (const field of Object.values(root?.getFields() ?? {})) {
      const values = fc.record(Object.fromEntries(field.args.map((arg) => [arg.name, valueOf(arg.type)])));
      const samples = fc.sample(fc.tuple(values, fc.constantFrom(...Object.keys(callers))), { seed, numRuns: callsEach });
      await Promise.all(samples.map(async ([variables, caller]) => {
        const problem = await problemOf(kind, field, variables, caller);
        if (problem !== undefined) problems.push(`seed ${seed}, ${kind} ${field.name} as ${caller}: ${problem}; ${JSON.stringify(variables).slice(0, 300)}`);
      }));
    }
  expect(problems).toEqual([]);
}, 120_000);
