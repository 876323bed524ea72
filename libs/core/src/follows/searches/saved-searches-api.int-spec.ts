import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { type ApiApp, startApi } from '../../../../../test/support/api-app.js';
import { JobsAtHand } from '../../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { newId } from '../../database/index.js';
import { Jobs } from '../../jobs/index.js';
import { newSecretText } from '../../staff/index.js';
import { FollowChanges } from '../follow-changes.js';
import { FollowsModule } from '../follows.module.js';
import { TargetResolver } from '../target-resolver.js';
import { RememberedChanges, Town } from '../testing/town.js';
import { Suppression } from '../../privacy/consent/index.js';

@Global()
@Module({ providers: [{ provide: Suppression, useValue: new Suppression('test key') }, { provide: TargetResolver, useClass: Town }, { provide: FollowChanges, useClass: RememberedChanges }, { provide: Jobs, useClass: JobsAtHand }], exports: [Suppression, TargetResolver, FollowChanges, Jobs] })
class Host {}

let api: ApiApp;
let scene: Scene;
let [county, ashford]: [SceneLibrary, SceneLibrary] = [] as never;
let ada: Record<string, string>;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  api = await startApi(test, { imports: [Host, FollowsModule] });
  const { text, hash } = newSecretText();
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), await scene.person(ashford), hash]);
  ada = { cookie: `earshot=${text}`, 'x-earshot': '1' };
});
afterAll(async () => {
  await api.close();
  await scene.close();
});

it('tells which library writes each search: of one, and of a list with those from above', async () => {
  const id = await scene.search(ashford, 'loom', { name: 'Weaving' });
  await scene.search(county, 'wine', { name: 'Cellars' });
  expect(await api.ask(ada, 'query($id: ID!) { savedSearch(id: $id) { name library { id name } } }', { id })).toEqual({
    status: 200, data: { savedSearch: { name: 'Weaving', library: { id: ashford.id, name: 'Ashford' } } },
  });
  expect(await api.ask(ada, 'query($library: ID!) { savedSearches(libraryId: $library) { edges { node { name library { name } } } } }', { library: ashford.id })).toEqual({
    status: 200, data: { savedSearches: { edges: [{ node: { name: 'Cellars', library: { name: 'Larch County' } } }, { node: { name: 'Weaving', library: { name: 'Ashford' } } }] } },
  });
});
