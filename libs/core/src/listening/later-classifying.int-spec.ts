import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Batch, type Classifier, type Post, type SourceEvent, systemClock } from '@earshot/plugin-sdk';
import { FakeClock } from '../../../../test/plugins/fake-clock.js';
import { withBrokenClassifier } from '../../../../test/plugins/with-broken-classifier.js';
import { withClassifier } from '../../../../test/plugins/with-classifier.js';
import { shownSlowly, withSlowClassifier } from '../../../../test/plugins/with-slow-classifier.js';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { JobProblem } from '../jobs/index.js';
import { ChannelStore } from '../plugins/index.js';
import { Suppression } from '../privacy/index.js';
import { Classifiers, Judge, type NamedClassifier } from '../understanding/index.js';
import { classifyAgainJob, classifyJob } from './classify-jobs.js';
import { HearingRulesService } from './hearing-rules.service.js';
import { LaterClassifying } from './later-classifying.js';
import { Authors, ListeningService } from './listening.service.js';

class Installed extends Classifiers {
  installed: NamedClassifier[] = [];
  list(): readonly NamedClassifier[] {
    return this.installed;
  }
}
class Nobody extends Authors {
  fetch(): Promise<[]> {
    return Promise.resolve([]);
  }
}

type Made = Record<string, () => Promise<Classifier>>;
const named = async (plugin: { readonly id: string; readonly classifiers?: Made }, name: string, as = name): Promise<NamedClassifier> => ({ id: `${plugin.id}/${as}`, classifier: await (plugin.classifiers as Made)[name]?.() as Classifier });

let database: Database;
let scene: Scene;
let [county, ashford]: [SceneLibrary, SceneLibrary] = [] as never;
let account: string;
let listening: ListeningService;
let later: LaterClassifying;
let [quick, slow]: [NamedClassifier, NamedClassifier] = [] as never;
const [classifiers, jobs, clock] = [new Installed(), new JobsAtHand(), new FakeClock()];
const failures: string[] = [];

beforeAll(async () => {
  const test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 2, worker: 1, listener: 4 } });
  scene = await Scene.open(test);
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  for (const [library, place] of [[ashford, 'Ashford'], [county, 'Larch']] as const) await scene.query(`insert into service_area(id, library_id, kind, value) values ($1, $2, 'name', $3)`, [newId(), library.id, place]);
  account = await scene.account(county, { profile_id: await scene.profile({ network: 'fixture', remote_id: 'us' }) });
  await scene.follow(county, await scene.list(county), account, { network: 'fixture', key: 'club' });
  const [rules, judge] = [new HearingRulesService(database, systemClock), new Judge(clock)];
  const classifierFailed = (classifier: string): void => void failures.push(classifier);
  listening = new ListeningService(database, rules, new Suppression('key'), new Nobody(), classifiers, { clock: systemClock, channels: new ChannelStore(), judge, jobs, classifierFailed });
  later = new LaterClassifying(database, rules, classifiers, jobs, { judge, classifierFailed });
  [quick, slow] = [await named(withClassifier, 'wondering'), await named(withSlowClassifier, 'how-to')];
});
beforeEach(() => {
  classifiers.installed = [slow, quick];
  for (const list of [failures, shownSlowly, jobs.waiting]) list.splice(0);
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

const ref = (id: string) => ({ network: 'fixture', id });
const post = (id: string, text: string, facts: Partial<Post> = {}, by = 'club'): SourceEvent => ({
  kind: 'post', author: { ref: ref(by), handle: `@${by}`, refusals: [] },
  post: { ref: ref(id), version: '1', url: `https://fixture.example/${id}`, postedAt: new Date(Date.now() - 3_600_000), author: ref(by), text, audience: 'public', mentions: [], tags: [], media: [], refusals: [], ...facts },
});
/** What waits for the slow ones: threads to look at again wait besides. */
const waiting = () => jobs.waiting.filter(({ kind }) => kind.name === classifyJob.name);
const hear = (...events: readonly SourceEvent[]) => listening.takeFetched({ accountId: account, libraryId: county.id, plugin: 'fixture' }, { events } as Batch<never>);
const findingsOf = (id: string) => scene.query<{ label: string; restated: string | null }>(
  `select f.label, f.restated from finding f join post p on p.id = f.post_id where p.remote_id = $1 order by f.label`, [id]);
const labelsOf = async (id: string): Promise<string[]> => (await findingsOf(id)).map(({ label }) => label);
const conversationOf = async (id: string) =>
  (await scene.query<{ rank: number; reasons: { kind: string; label?: string }[]; version: number }>(`select c.rank, c.reasons, c.version from conversation c join post p using (thread_id) where p.remote_id = $1`, [id]))[0];
const no = { refusals: [{ purpose: 'classify', sign: 'no' }] } as const;

describe('classifiers that are slow', () => {
  it('see what a batch brought after it is stored: one job a batch, and only where a cheaper one doubts', async () => {
    await hear(post('a1', 'Maybe somebody knows how'), post('a2', 'Maybe not'), post('a3', 'how the ferry runs'));
    expect(waiting()).toHaveLength(1);
    const before = await conversationOf('a1');
    await jobs.work();
    expect(shownSlowly).toEqual([['Maybe somebody knows how', 'Maybe not']]);
    expect(await labelsOf('a1')).toEqual(['need.how-to', 'need.implicit']);
    const after = await conversationOf('a1');
    expect(after?.rank).toBeGreaterThan(before?.rank ?? 0);
    expect(after?.reasons[0]).toMatchObject({ kind: 'finding', label: 'need.how-to' });
  });
  it('tell subscribers what became of it', async () => {
    await hear(post('b1', 'Maybe how'));
    const before = await conversationOf('b1');
    await jobs.work();
    expect((await conversationOf('b1'))?.version).toBeGreaterThan(before?.version ?? 0);
  });
  it('are not asked twice about the same text, and again about another', async () => {
    await hear(post('c1', 'Maybe how', { version: '1' }));
    const [job] = waiting();
    await jobs.work();
    jobs.waiting.push(job as never);
    await jobs.work();
    expect(shownSlowly).toHaveLength(1);
    await hear(post('c1', 'Maybe not so', { version: '2' }));
    expect(await labelsOf('c1')).toEqual(['need.implicit']);
    await jobs.work();
    expect(shownSlowly).toEqual([['Maybe how'], ['Maybe not so']]);
    expect(await labelsOf('c1')).toEqual(['need.implicit']);
  });
  it('store nothing on a text that was edited while they looked', async () => {
    await hear(post('d1', 'Maybe how'));
    const [slowly] = waiting();
    jobs.waiting.splice(0);
    await hear(post('d1', 'The ferry runs', { version: '2' }));
    jobs.waiting.splice(0, jobs.waiting.length, slowly as never);
    await jobs.work();
    expect(await labelsOf('d1')).toEqual([]);
  });
  it('see nothing of whoever refuses it, also where that came later', async () => {
    await hear({ ...post('e1', 'Maybe how'), author: { ref: ref('club'), handle: '@club', ...no } } as SourceEvent);
    expect(waiting()).toEqual([]);
    await hear(post('e2', 'Maybe how', {}, 'club'));
    await scene.query(`update profile set refusals = $1 where remote_id = 'club'`, [JSON.stringify(no.refusals)]);
    await jobs.work();
    await scene.query(`update profile set refusals = '[]' where remote_id = 'club'`);
    expect(shownSlowly).toEqual([]);
  });
  it('are not asked at all where there are none', async () => {
    classifiers.installed = [quick];
    await hear(post('f1', 'Maybe how'));
    expect(waiting()).toEqual([]);
  });
});

describe('what stands around a post', () => {
  it('is told to both kinds: what it answers, how the thread began, whom the libraries serve', async () => {
    await hear(post('g1', 'Root in Ashford'), post('g2', 'Answer', { inReplyTo: ref('g1') }, 'x'));
    await hear(post('g3', 'Maybe how', { inReplyTo: ref('g2') }, 'y'));
    expect((await findingsOf('g3')).find(({ label }) => label === 'context.seen')?.restated).toBe('Answer / Root in Ashford');
    await jobs.work();
    expect((await findingsOf('g3')).find(({ label }) => label === 'need.how-to')?.restated).toBe('how 1');
  });
  it('is found within the batch as well', async () => {
    await hear(post('h1', 'First'), post('h2', 'Second', { inReplyTo: ref('h1') }, 'x'), post('h3', 'Third', { inReplyTo: ref('h2') }, 'y'));
    expect((await findingsOf('h3'))[0]?.restated).toBe('Second / First');
  });
  it('holds nothing of an author who lets no program judge', async () => {
    await hear(post('i1', 'Root'), { ...post('i2', 'Private words', { inReplyTo: ref('i1') }, 'shy'), author: { ref: ref('shy'), handle: '@shy', ...no } } as SourceEvent);
    await hear(post('i3', 'An answer', { inReplyTo: ref('i2') }, 'y'));
    expect(await labelsOf('i3')).toEqual([]);
  });
  it('lets a finding hold for one library and not for another', async () => {
    const birch = await scene.library({ name: 'Birch', parent: county });
    await scene.follow(county, await scene.list(county), account, { network: 'fixture', key: 'paper' });
    await scene.follow(birch, await scene.list(birch), account, { network: 'fixture', key: 'paper' });
    const fresh = new ListeningService(database, new HearingRulesService(database, systemClock), new Suppression('key'), new Nobody(), classifiers, {
      clock: systemClock, channels: new ChannelStore(), judge: new Judge(clock), jobs, classifierFailed: (classifier) => void failures.push(classifier) });
    await fresh.takeFetched({ accountId: account, libraryId: county.id, plugin: 'fixture' }, { events: [post('j1', 'Maybe a stall at the market of Ashford', {}, 'paper')] } as Batch<never>);
    expect(await scene.query(`select place from finding f join post p on p.id = f.post_id where p.remote_id = 'j1' and f.label = 'about.place'`)).toEqual([{ place: ashford.id }]);
    const seenAt = (library: SceneLibrary, actor: string) =>
      database.as(actor, (tx) => tx.query<{ label: string }>(`select f.label from heard_finding f join heard_post p on p.id = f.post_id and p.library_id = f.library_id where p.remote_id = 'j1' and f.library_id = $1 order by 1`, [library.id]));
    expect((await seenAt(ashford, await scene.person(ashford))).map(({ label }) => label)).toEqual(['about.place', 'need.implicit']);
    expect((await seenAt(birch, await scene.person(birch))).map(({ label }) => label)).toEqual(['need.implicit']);
    const ranks = await scene.query<{ library_id: string; rank: number }>(`select c.library_id, c.rank from conversation c join post p using (thread_id) where p.remote_id = 'j1'`);
    const rankAt = (library: SceneLibrary): number => ranks.find((row) => row.library_id === library.id)?.rank ?? Number.NaN;
    expect(rankAt(ashford)).toBeGreaterThan(rankAt(birch));
  });
});

describe('a classifier that fails', () => {
  it('is told of, and tried again with what it has not seen, while what the others found stays', async () => {
    classifiers.installed = [quick, await named(withBrokenClassifier, 'throws', 'flaky'), slow];
    await hear(post('k1', 'Maybe how'));
    const [job] = waiting();
    await expect(jobs.work()).rejects.toThrow(JobProblem);
    expect(failures).toEqual(['with-broken-classifier/flaky']);
    expect(await labelsOf('k1')).toEqual(['need.how-to', 'need.implicit']);
    classifiers.installed = [quick, { ...(await named(withBrokenClassifier, 'throws', 'flaky')), classifier: { ...slow.classifier, labels: [{ id: 'late', title: 'late', effects: {} }], classify: async (heard) => heard.map(() => [{ label: 'late', score: 1, spans: [] }]) } }, slow];
    jobs.waiting.push(job as never);
    await jobs.work();
    expect(await labelsOf('k1')).toEqual(['late', 'need.how-to', 'need.implicit']);
    expect(shownSlowly).toHaveLength(1);
  });
  it.each(['too-few', 'garbage', 'undeclared', 'beyond', 'elsewhere', 'nul'])('by %s leaves the others their say', async (name) => {
    classifiers.installed = [quick, await named(withBrokenClassifier, name), slow];
    await hear(post(`l-${name}`, 'Maybe how'));
    await expect(jobs.work()).rejects.toThrow(`with-broken-classifier/${name}`);
    expect(await labelsOf(`l-${name}`)).toEqual(['need.how-to', 'need.implicit']);
  });
  it.each([['hangs', 300_000], ['deaf', 305_000]])('by that it %s is stopped at its deadline', async (name, ms) => {
    const stuck = await named(withBrokenClassifier, name);
    let asked = (): void => {};
    const begun = new Promise<void>((resolve) => (asked = resolve));
    classifiers.installed = [quick, { ...stuck, classifier: { ...stuck.classifier, classify: (heard, abort) => { asked(); return stuck.classifier.classify(heard, abort); } } }, slow];
    await hear(post(`m-${name}`, 'Maybe how'));
    const worked = jobs.work();
    await begun;
    clock.advance(ms as number);
    await expect(worked).rejects.toThrow(`with-broken-classifier/${name}`);
    expect(await labelsOf(`m-${name}`)).toEqual(['need.how-to', 'need.implicit']);
  });
  it('inside the pipeline keeps nothing from being stored, and is made up for later', async () => {
    classifiers.installed = [{ id: quick.id, classifier: { ...quick.classifier, classify: () => Promise.reject(new Error('not today')) } }];
    expect((await hear(post('n1', 'I wonder'))).kept).toBe(1);
    expect(failures).toEqual([quick.id]);
    classifiers.installed = [quick];
    await later.classifyAgain(new AbortController().signal);
    expect(await labelsOf('n1')).toEqual(['need.implicit']);
  });
});

describe('another version', () => {
  const again = async (): Promise<void> => {
    await database.listening((tx) => jobs.enqueue(tx, classifyAgainJob, {}, {}));
    await jobs.work();
  };
  it('of a quick one judges what was heard again, once, and ranks it anew; what may not be judged stays unseen', async () => {
    classifiers.installed = [quick];
    await hear(post('o1', 'I wonder about looms'), post('o2', 'Loom wanted'), { ...post('o3', 'Loom, too', { inReplyTo: ref('o1') }, 'refuser'), author: { ref: ref('refuser'), handle: '@refuser', ...no } } as SourceEvent);
    let times = 0;
    classifiers.installed = [{ id: quick.id, classifier: { ...quick.classifier, version: '2', classify: (heard) => {
      times += heard.some(({ post: { text } }) => text === 'Loom wanted') ? 1 : 0;
      return Promise.resolve(heard.map(({ post: { text } }) => (text.startsWith('Loom') ? [{ label: 'need.implicit', score: 0.7, spans: [] }] : [])));
    } } }];
    await again();
    await again();
    expect([await labelsOf('o1'), await labelsOf('o2'), await labelsOf('o3')]).toEqual([[], ['need.implicit'], []]);
    expect(times).toBe(1);
    expect((await conversationOf('o1'))?.reasons).toEqual([]);
    expect((await conversationOf('o2'))?.reasons.map((reason) => reason.kind)).toEqual(['finding', 'unanswered']);
  });
  it('of a slow one is shown what the former had seen', async () => {
    await hear(post('p1', 'Maybe how'));
    await jobs.work();
    shownSlowly.splice(0);
    classifiers.installed = [quick, { id: slow.id, classifier: (await named(withSlowClassifier, 'next')).classifier }];
    await again();
    expect(shownSlowly.flat()).toContain('Maybe how');
    expect(await scene.query(`select f.version from finding f join post p on p.id = f.post_id where p.remote_id = 'p1' and f.label = 'need.how-to'`)).toEqual([{ version: '2' }]);
  });
  it('of a quick one sends its slow follower over the same posts', async () => {
    await hear(post('q1', 'Fresh and how'));
    await jobs.work();
    shownSlowly.splice(0);
    classifiers.installed = [{ id: quick.id, classifier: { ...quick.classifier, version: '3', classify: (heard) => Promise.resolve(heard.map(({ post: { text } }) => (text.startsWith('Fresh') ? [{ label: 'need.implicit', score: 0.5, spans: [] }] : []))) } }, slow];
    await again();
    expect(shownSlowly.flat()).toContain('Fresh and how');
    expect(await labelsOf('q1')).toEqual(['need.how-to', 'need.implicit']);
  });
});
