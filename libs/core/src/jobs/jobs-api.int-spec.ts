import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { z } from 'zod';
import { type ApiApp, codeOf, startApi } from '../../../../test/support/api-app.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { newId } from '../database/index.js';
import { newSecretText } from '../staff/index.js';
import { JobProblem } from './job-failure.js';
import { defineJob } from './job-kind.js';
import { JobQueue } from './job-queue.js';
import { Jobs } from './jobs.js';
import { JobsApiModule, JobsModule } from './jobs.module.js';

const common = { data: z.strictObject({}), atOnce: 1, deadlineSeconds: 10, retry: { times: 0, firstSeconds: 1, longestSeconds: 1 } };
const ofLibrary = defineJob({ ...common, name: 'test.of-library', actsFor: 'library' });
const ofInstallation = defineJob({ ...common, name: 'test.of-installation', actsFor: 'installation' });

@Injectable()
class Declared {
  constructor(jobs: Jobs) {
    jobs.handle(ofLibrary, () => Promise.resolve());
    jobs.handle(ofInstallation, () => Promise.resolve());
  }
}
@Module({ providers: [Declared] })
class Kinds {}

let api: ApiApp;
let scene: Scene;
let [ashford, birch]: SceneLibrary[] = [];
const people = new Map<string, Record<string, string>>();
const jobs = new Map<string, string>();

const signedIn = async (actor: string): Promise<Record<string, string>> => {
  const session = newSecretText();
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), actor, session.hash]);
  return { cookie: `earshot=${session.text}`, 'x-earshot': '1' };
};

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  const consortium = await scene.library({ name: 'Larch County' });
  [ashford, birch] = [await scene.library({ name: 'Ashford', parent: consortium }), await scene.library({ name: 'Birch', parent: consortium })];
  for (const [name, library, role] of [['county', consortium, 'administrator'], ['ashford', ashford, 'administrator'], ['desk', ashford, 'librarian']] as const)
    people.set(name, await signedIn(await scene.person(library as SceneLibrary, role)));
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  api = await startApi(test, { imports: [JobsModule.forRoot({ log, works: false }), JobsApiModule, Kinds] });
  const queue = api.app.get(JobQueue);
  for (const [name, libraryId] of [['ashford', ashford?.id], ['birch', birch?.id]] as const)
    jobs.set(name, (await api.database.listening((tx) => queue.enqueue(tx, ofLibrary, {}, { libraryId: libraryId as string }))) as string);
  jobs.set('installation', (await api.database.listening((tx) => queue.enqueue(tx, ofInstallation, {}, {}))) as string);
  // As the worker of another process leaves what failed for the last time.
  await scene.query(`update pgboss.job set state = 'failed', started_on = now(), completed_on = now(), output = $1`, [JSON.stringify({ message: new JobProblem('The network said no.').message })]);
});
afterAll(async () => {
  await scene.close();
  await api.close();
});

const listed = async (who: string, args = '') =>
  ((await api.ask(people.get(who) as Record<string, string>, `{ jobs(first: 10${args}) { edges { node { id kind state libraryId attempts words } } } }`)).data?.['jobs'] as { edges: { node: Record<string, unknown> }[] }).edges.map(({ node }) => node);

describe('administrators', () => {
  it('see the jobs of their libraries and of the installation, and why they failed', async () => {
    expect((await listed('ashford')).map((job) => job['id']).sort()).toEqual([jobs.get('ashford'), jobs.get('installation')].sort());
    expect(await listed('county')).toHaveLength(3);
    expect(await listed('ashford', `, libraryId: "${ashford?.id}", state: failed`)).toEqual([
      { id: jobs.get('ashford'), kind: 'test.of-library', state: 'failed', libraryId: ashford?.id, attempts: 1, words: 'The network said no.' },
    ]);
    expect((await api.ask(people.get('ashford') as Record<string, string>, '{ jobCounts { kind waiting running failed waitingSince } }')).data?.['jobCounts']).toEqual([
      { kind: 'test.of-installation', waiting: 0, running: 0, failed: 1, waitingSince: null },
      { kind: 'test.of-library', waiting: 0, running: 0, failed: 1, waitingSince: null },
    ]);
  });
  it('let a failed one run once more, those of their libraries only', async () => {
    const retry = (who: string, job: string) => api.ask(people.get(who) as Record<string, string>, `mutation { retryJob(id: "${jobs.get(job)}") { __typename ... on Job { state } ... on JobNotFailed { code } } }`);
    expect(codeOf(await retry('ashford', 'birch'))).toBe('NOT_FOUND');
    expect(codeOf(await retry('ashford', 'installation'))).toBe('FORBIDDEN');
    expect(codeOf(await retry('desk', 'ashford'))).toBe('FORBIDDEN');
    expect((await retry('ashford', 'ashford')).data?.['retryJob']).toEqual({ __typename: 'Job', state: 'waiting' });
    expect((await retry('ashford', 'ashford')).data?.['retryJob']).toEqual({ __typename: 'JobNotFailed', code: 'JOB_NOT_FAILED' });
    expect((await retry('county', 'installation')).data?.['retryJob']).toMatchObject({ __typename: 'Job' });
    expect(await scene.query(`select subject_id from audit where action = 'job.retried' order by id`)).toEqual([{ subject_id: jobs.get('ashford') }, { subject_id: jobs.get('installation') }]);
  });
  it('are the only ones', async () => {
    expect(codeOf(await api.ask(people.get('desk') as Record<string, string>, '{ jobs(first: 1) { edges { node { id } } } }'))).toBe('FORBIDDEN');
  });
});
