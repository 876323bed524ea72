import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ListeningService } from '@earshot/core/listening';
import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { appSchema } from '../../tools/app-schema.js';
import { post } from '../plugins/events.js';
import { withByHand } from '../plugins/with-by-hand.js';
import { withEverything } from '../plugins/with-everything.js';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { type WholeApp, sessionOf, startWholeApp } from '../support/whole-app.js';
import { type Leaf, type Operation, argumentsWith, documentOf, firstStepOf, goodArguments, goodValue, leavesOf, operationsOf } from './api-operations.js';
import { garbageFor, goodLeafOf } from './api-values.js';
import { type Caller, type Office, failedJobAt, furnish, tokenAt } from './office.js';
import { seed } from './seed.js';

/** Stands in every text of a library of another tree: whoever is told it was told too much. */
const foreign = 'zqforeign';
const longestMs = 10_000;
/** After the first round, which is whole, as many more as there is time for. */
const budgetMs = 15_000;
const atOnce = 6;
const known = ['BAD_INPUT', 'NOT_FOUND', 'FORBIDDEN', 'CONFLICT', 'UNAUTHENTICATED', 'TOO_MANY_REQUESTS', 'UNAVAILABLE', 'QUERY_TOO_LARGE'];
/** Operations that good arguments alone do not carry through, and how far they come. */
const refused: Readonly<Record<string, RegExp>> = {
  beginSignIn: /^UNAVAILABLE/u,
  changePassword: /^BAD_INPUT This is not your password/u,
  followSuggestion: /^NOT_FOUND This is not suggested/u,
  hearAgain: /^nothing/u,
  // What is not one's own is everybody's, or a consortium's, and no office has it to itself.
  hideSavedAnswer: /^BAD_INPUT This is your library's own/u,
  showSavedAnswer: /^BAD_INPUT This is your library's own/u,
  undoSavedSearch: /^CONFLICT/u,
};

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

let app: WholeApp;
let scene: Scene;
let schema: GraphQLSchema;
let other: SceneLibrary;
let bystanders: readonly Caller[];
let onlookers: readonly (readonly [actor: string, role: 'observer' | 'librarian'])[];
let abroad: Office;
let made = 1;
const count = (): number => ++made;

/** One of our own, at a library of its own: where nobody else is, ids are what tells them apart. */
const office = async (): Promise<Office> => {
  const at = await scene.library({ name: 'ours' });
  for (const [actor, role] of onlookers) await scene.role(actor, at, role);
  return furnish(scene, at, 'ours', () => failedJobAt(app, scene, at));
};

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  const own = await scene.library({ name: 'Ashford' });
  app = await startWholeApp(test, [withEverything, withByHand]);
  schema = await appSchema();
  other = await scene.library({ name: foreign });
  abroad = await furnish(scene, other, foreign, () => failedJobAt(app, scene, other));
  const observer = await scene.person(own, 'observer');
  const token = await tokenAt(scene, own, observer);
  bystanders = [{ ...(await sessionOf(scene, observer)), 'x-earshot': '1' }, token.caller];
  onlookers = [[observer, 'observer'], [token.id, 'librarian']];
}, 120_000);
afterAll(async () => {
  await app?.close();
  await scene?.close();
});

const send = async (operation: Operation, office: Office, caller: Caller, variables: object): Promise<{ readonly answer?: Answer; readonly problem?: string }> => {
  try {
    const query = documentOf(schema, operation);
    const step = firstStepOf(operation);
    const toIt = step === undefined ? {} : Object.fromEntries(Object.entries(goodArguments(step, goodLeafOf(step, office, count))).map(([name, value]) => [`way_${name}`, value]));
    const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...caller }, body: JSON.stringify({ query, variables: { ...variables, ...toIt } }), signal: AbortSignal.timeout(longestMs) });
    const text = await response.text();
    if (response.status === 413) return {};
    const answer = JSON.parse(text) as Answer;
    const untyped = answer.errors?.find(({ extensions }) => !known.includes(String(extensions?.code)));
    if (untyped !== undefined) return { answer, problem: `${String(untyped.extensions?.code)}: ${untyped.message}` };
    // An error may say again what the caller said; the caller never says the word.
    if (text.includes(foreign)) return { answer, problem: 'it tells of another library' };
    return response.status >= 500 && !text.includes('UNAVAILABLE') ? { answer, problem: `HTTP ${response.status}` } : { answer };
  } catch (error) {
    return { problem: `no answer: ${(error as Error).message}` };
  }
};

/** How far good arguments came: to a result, or to what stopped them. */
const reached = ({ data, errors }: Answer): string => {
  let at: unknown = data;
  while (typeof at === 'object' && at !== null && ('way' in at || Array.isArray(at))) at = Array.isArray(at) ? at[0] : at['way' as never];
  const it = (at as { readonly it?: unknown } | null | undefined)?.it;
  return errors?.[0]?.extensions?.code ?? (it === null || it === undefined ? 'nothing' : 'a result');
};

/** Of each table that says whose its rows are, what the other library has there; how long it is kept is drawn for all at once. */
const allOf = async (library: SceneLibrary): Promise<unknown> => {
  const tables = await scene.query<{ name: string }>(`select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'library_id' and table_name in (select tablename from pg_tables where schemaname = 'public') order by 1`);
  const told: unknown[] = [];
  for (const { name } of tables) told.push([name, await scene.query(`select to_jsonb(t) - '{keep_until,kept_as,words_until}'::text[] as row from ${name} t where library_id = $1 order by t::text`, [library.id])]);
  return Object.fromEntries(told as [string, unknown][]);
};

const inBunches = async <T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> => {
  const left = [...all];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  }));
};

interface Place { readonly operation: Operation; readonly office: Office; readonly leaf: Leaf }

describe('garbage in every argument', () => {
  const problems: string[] = [];
  const places: Place[] = [];
  const before: { readonly other?: unknown } = {};
  let sent = 0;

  const disturb = async ({ operation, office, leaf }: Place, draw: number): Promise<void> => {
    const good = goodLeafOf(operation, office, count);
    const ids = [...Object.values(office.ids), ...Object.values(abroad.ids)];
    const garbage = garbageFor(leaf, ids, goodValue(leaf.type, leaf.path, good));
    const drawn = fc.sample(fc.tuple(garbage, fc.constantFrom(office.caller, office.caller, office.caller, ...bystanders)), { seed: seed + draw, numRuns: 1 });
    for (const [value, caller] of drawn) {
      const variables = argumentsWith(operation, good, leaf, value);
      sent++;
      const { problem } = await send(operation, office, caller, variables);
      if (problem !== undefined) problems.push(`${operation.kind} ${operation.name}, ${leaf.path.join('.')}: ${problem}; ${JSON.stringify(variables).slice(0, 300)}`);
    }
  };

  it('is reached by good arguments: every operation answers, or refuses as it should', async () => {
    Object.assign(before, { other: await allOf(other) });
    const stopped: Record<string, string> = {};
    await inBunches(operationsOf(schema), async (operation) => {
      const here = await office();
      places.push(...leavesOf(operation).map((leaf) => ({ operation, office: here, leaf })));
      const { answer, problem } = await send(operation, here, here.caller, goodArguments(operation, goodLeafOf(operation, here, count)));
      const end = problem ?? reached(answer ?? {});
      if (end !== 'a result') stopped[operation.name] = `${end} ${answer?.errors?.[0]?.message ?? ''}`;
    });
    expect(stopped).toEqual(Object.fromEntries(Object.entries(refused).map(([name, words]) => [name, expect.stringMatching(words)])));
  }, 120_000);

  it('is answered with a result or a typed error, in time, and never with what is of another library', async () => {
    const until = performance.now() + budgetMs;
    for (let round = 0; round === 0 || performance.now() < until; round++)
      await inBunches([...places.entries()], async ([at, place]) => {
        if (round === 0 || performance.now() < until) await disturb(place, round * places.length + at);
      });
    expect(problems).toEqual([]);
    expect(sent).toBeGreaterThanOrEqual(places.length);
  }, 240_000);

  it('comes over graphql-ws to the same ends', async () => {
    const { caller, ids } = await office();
    class Socket extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: { ...caller, origin: app.url } });
      }
    }
    const first = async (libraries: unknown): Promise<unknown> => {
      const client = createClient({ url: `${app.url.replace('http', 'ws')}/graphql`, webSocketImpl: Socket, lazy: true, retryAttempts: 0 });
      const results = client.iterate({ query: 'subscription($libraries: [ID!]) { changed(libraries: $libraries) { kind id libraryId version } }', variables: { libraries } });
      const { value } = await results.next().catch((errors: unknown) => ({ value: { errors } }));
      await results.return?.();
      await client.dispose();
      return value;
    };
    expect(Object.keys(schema.getSubscriptionType()?.getFields() ?? {})).toEqual(['changed']);
    const garbage = fc.sample(garbageFor({ path: ['libraries', 0], type: (schema.getType('ID')) as never }, Object.values(abroad.ids), ids.library), { seed, numRuns: 40 });
    for (const value of [null, [], [ids.library], ...garbage, ...garbage.map((one) => [one])]) {
      const told = JSON.stringify(await first(value));
      expect(told).toMatch(/"kind":"read_again"|"code":"(BAD_INPUT|FORBIDDEN|NOT_FOUND|QUERY_TOO_LARGE)"/u);
      expect(told).not.toContain(foreign);
    }
  }, 60_000);

  it('leaves everything as able as it was, and the other library as it stood', async () => {
    const { ids, caller } = await office();
    const library = { id: ids.library } as SceneLibrary;
    await scene.follow(library, ids.followList, ids.account, { network: 'fixture', key: 'still-here' });
    const author = { ref: { network: 'fixture', id: 'still-here' }, handle: '@still', refusals: [] };
    const event = { ...post('after all', { author: author.ref, postedAt: new Date() }), author } as ReturnType<typeof post>;
    const taken = await app.app.get(ListeningService).takeFetched({ accountId: ids.account, libraryId: library.id, plugin: 'with-everything' }, { events: [event] });
    expect(taken.kept).toBe(1);
    const { data } = await app.ask(caller, '{ conversations(first: 100, order: newest) { edges { node { posts { edges { node { text } } } } } } }');
    expect(JSON.stringify(data)).toContain('post after all');
    expect(await allOf(other)).toEqual(before.other);
    expect(await scene.query(`select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%' and state_change < now() - interval '2 seconds'`)).toEqual([]);
  }, 60_000);
});
