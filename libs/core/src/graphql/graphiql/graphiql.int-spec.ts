import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { type ApiApp, startApi } from '../../../../../test/support/api-app.js';
import { Scene } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { SignIn } from '../../staff/index.js';
import { StaffApiModule } from '../../staff/api/index.js';

let api: ApiApp;
let cookie: string;

beforeAll(async () => {
  const test = await createTestDatabase();
  api = await startApi(test, { imports: [StaffApiModule], limits: { depth: 12, cost: 2_000 } });
  const scene = await Scene.open(test);
  cookie = `earshot=${(await api.app.get(SignIn).openSession(await scene.person(await scene.library(), 'observer'))).secret}`;
  await scene.close();
});
afterAll(() => api.close());

const get = (path: string, headers: Record<string, string> = { cookie }): Promise<Response> => fetch(api.url + path, { headers, redirect: 'manual' });

it('sends whoever is not signed in to the door, and keeps its files from them', async () => {
  const response = await get('/graphiql', {});
  expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in']);
  expect((await get('/graphiql/graphiql.js', {})).status).toBe(401);
});

it('serves a page whose every file is here, under a policy that lets no other in', async () => {
  const response = await get('/graphiql');
  const page = await response.text();
  expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
  const linked = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '').filter((path) => path !== 'data:,');
  expect(linked).toHaveLength(5);
  for (const path of linked) {
    expect(path).toMatch(/^\/graphiql\//);
    const file = await get(path);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, expect.stringMatching(path.endsWith('.css') ? /^text\/css/ : /^text\/javascript/)]);
    expect((await file.text()).length).toBeGreaterThan(500);
  }
});

it.each(['..%2f..%2fpackage.json', '__proto__', 'constructor', 'graphiql.min.js'])('has no file %s', async (name) => {
  expect((await get(`/graphiql/${name}`)).status).toBe(404);
});

it('can ask for the whole schema within the limits', async () => {
  const answer = await api.ask({ cookie, 'x-earshot': 'graphiql' }, getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true }));
  expect(answer.errors).toBeUndefined();
  expect(answer.data).toHaveProperty('__schema');
});
