import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { type ApiApp, codeOf, startApi } from '../../../../../test/support/api-app.js';
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
import { ImportLookUp } from './import-look-up.js';
import { Suppression } from '../../privacy/consent/index.js';

@Global()
@Module({ providers: [{ provide: Suppression, useValue: new Suppression('test key') }, { provide: TargetResolver, useClass: Town }, { provide: FollowChanges, useClass: RememberedChanges }, { provide: Jobs, useClass: JobsAtHand }], exports: [Suppression, TargetResolver, FollowChanges, Jobs] })
class Host {}

let api: ApiApp;
let scene: Scene;
let ashford: SceneLibrary;
let ada: Record<string, string>;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  ashford = await scene.library({ name: 'Ashford' });
  api = await startApi(test, { imports: [Host, FollowsModule] });
  const { text, hash } = newSecretText();
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), await scene.person(ashford), hash]);
  ada = { cookie: `earshot=${text}`, 'x-earshot': '1' };
  await scene.account(ashford);
});
afterAll(async () => {
  await api.close();
  await scene.close();
});

const ask = async (query: string, variables: object): Promise<Record<string, unknown>> => {
  const answer = await api.ask(ada, query, variables);
  expect(answer.errors).toBeUndefined();
  return answer.data as Record<string, unknown>;
};

it('an import goes over the API from its first part to its follows, and a list out again', async () => {
  const list = await scene.list(ashford, { name: 'Clubs' });
  const { startFollowImport: started } = await ask('mutation($list: ID!) { startFollowImport(listId: $list, name: "clubs.csv") { id state } }', { list });
  const { id } = started as { id: string };
  for (const part of ['Wer;Warum\n@club;chess\n', '@nobot;x\n#town;the town\n'])
    await ask('mutation($id: ID!, $content: String) { addToFollowImport(importId: $id, content: $content) { state } }', { id, content: Buffer.from(part).toString('base64') });
  const read = `mutation($id: ID!, $columns: [ListColumnInput!]) { read: readFollowImport(importId: $id, columns: $columns, category: organisation) { __typename ... on FollowImport { state format } ... on ListUnreadable { code line message } } }`;
  expect(await ask(read, { id })).toEqual({ read: { __typename: 'ListUnreadable', code: 'WRONG_COLUMNS', line: 1, message: expect.stringContaining('"Wer"') } });
  expect(await ask(read, { id, columns: [{ column: 'Wer', means: 'target' }, { column: 'Warum', means: 'reason' }] })).toEqual({ read: { __typename: 'FollowImport', state: 'looking_up', format: 'csv' } });
  expect(codeOf(await api.ask(ada, 'mutation($id: ID!) { applyFollowImport(importId: $id) { state } }', { id }))).toBe('CONFLICT');
  await api.app.get(ImportLookUp).run({ importId: id, actorId: ashford.system });
  expect(await ask('query($id: ID!) { followImport(id: $id) { state counts { outcome count } lines(outcomes: [refused]) { edges { node { line text outcome why whatToDo } } } } }', { id })).toEqual({
    followImport: {
      state: 'ready', counts: expect.arrayContaining([{ outcome: 'will_add', count: 2 }, { outcome: 'refused', count: 1 }]),
      lines: { edges: [{ node: { line: 3, text: '@nobot', outcome: 'refused', why: 'This person asks not to be listened to: #nobot in the bio.', whatToDo: 'Leave them out: they will not be heard.' } }] },
    },
  });
  expect(await ask('mutation($id: ID!) { applyFollowImport(importId: $id) { state list { size } } }', { id })).toEqual({ applyFollowImport: { state: 'applied', list: { size: 2 } } });
  const { exportFollowList: given } = await ask('query($list: ID!) { exportFollowList(listId: $list, format: json) { name follows document leftOut { why count } } }', { list });
  expect(given).toMatchObject({ name: 'Clubs', follows: 2, leftOut: [], document: expect.stringContaining('"library": "Ashford"') });
});
