import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Batch, type Classifier, type Post, type SourceEvent, systemClock } from '@earshot/plugin-sdk';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database } from '../database/index.js';
import { type Occasion, Notices } from '../notices/index.js';
import { ChannelStore } from '../plugins/index.js';
import { Suppression } from '../privacy/index.js';
import { Classifiers, Judge, type NamedClassifier } from '../understanding/index.js';
import { HearingRulesService } from './hearing-rules.service.js';
import { LaterClassifying } from './later-classifying.js';
import { Authors, ListeningService } from './listening.service.js';

class Nobody extends Authors {
  fetch(): Promise<[]> {
    return Promise.resolve([]);
  }
}
/** Finds something that does not wait where somebody asks for help, and a need where they wonder. */
const watching = (when: Classifier['when']): Classifier => ({
  version: '1', languages: 'any', when,
  labels: [{ id: 'help', title: 'may be in need', effects: { view: 'crisis', blur: true } }, { id: 'need.implicit', title: 'a need', effects: { attention: 0.8 } }],
  classify: async (heard) => heard.map(({ post: { text } }) => (text.includes('help') ? [{ label: 'help', score: 0.9, spans: [] }] : text.includes('wonder') ? [{ label: 'need.implicit', score: 0.9, spans: [] }] : [])),
} as Classifier);
class Watching extends Classifiers {
  installed: NamedClassifier[] = [];
  list(): readonly NamedClassifier[] {
    return this.installed;
  }
}

let database: Database;
let scene: Scene;
let [county, ashford]: [SceneLibrary, SceneLibrary] = [] as never;
let account: string;
let [listening, later]: [ListeningService, LaterClassifying] = [] as never;
const [classifiers, jobs] = [new Watching(), new JobsAtHand()];

beforeAll(async () => {
  const test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 2 } });
  scene = await Scene.open(test);
  county = await scene.library();
  ashford = await scene.library({ parent: county });
  account = await scene.account(ashford, { profile_id: await scene.profile({ remote_id: 'library' }) });
  const list = await scene.list(ashford);
  for (const key of ['club', 'library']) await scene.follow(ashford, list, account, { key });
  const rules = new HearingRulesService(database, systemClock);
  const around = { clock: systemClock, channels: new ChannelStore(), judge: new Judge(systemClock), jobs, classifierFailed: () => {}, notices: new Notices(jobs) };
  listening = new ListeningService(database, rules, new Suppression('test key'), new Nobody(), classifiers, around);
  later = new LaterClassifying(database, rules, classifiers, new JobsAtHand(), around);
});
beforeEach(() => {
  classifiers.installed = [{ id: 'watching', classifier: watching('with-store') }];
  jobs.waiting.splice(0);
});
afterAll(async () => {
  await scene.close();
  await database.close();
});

const post = (id: string, text: string, facts: Partial<Post> & { readonly by?: string; readonly to?: string } = {}): SourceEvent => {
  const { by = 'club', to, ...rest } = facts;
  return {
    kind: 'post', author: { ref: { network: 'practice', id: by }, handle: `@${by}`, refusals: [] },
    post: {
      ref: { network: 'practice', id }, version: '1', url: `https://practice.example/${id}`, postedAt: new Date(), author: { network: 'practice', id: by }, text, audience: 'public', mentions: [], tags: [], media: [], refusals: [],
      ...(to === undefined ? {} : { inReplyTo: { network: 'practice', id: to } }), ...rest,
    },
  };
};
const hear = (events: readonly SourceEvent[], history = false) => listening.takeFetched({ accountId: account, libraryId: ashford.id, plugin: 'practice', ...(history ? { history } : {}) }, { events } as Batch<never>);
const told = (): readonly Occasion[] => jobs.waiting.filter(({ kind }) => kind.name === 'notices.tell').map(({ data }) => data as Occasion);
const idOf = async (remote: string): Promise<string> => (await scene.query<{ id: string }>('select id from post where remote_id = $1', [remote]))[0]?.id ?? '';
const conversationOf = async (remote: string): Promise<string> => (await scene.query<{ id: string }>('select c.id from conversation c join post p using (thread_id) where p.remote_id = $1', [remote]))[0]?.id ?? '';

describe('staff are told', () => {
  it('what does not wait, by the effects of its label', async () => {
    await hear([post('c1', 'please help me'), post('c2', 'I wonder')]);
    const conversationId = await conversationOf('c1');
    expect(told()).toEqual([{ what: 'crisis', conversationId, key: `crisis:${conversationId}:${await idOf('c1')}` }]);
  });
  it('what a slow classifier finds later', async () => {
    classifiers.installed = [];
    await hear([post('l1', 'please help me')]);
    expect(told()).toEqual([]);
    classifiers.installed = [{ id: 'watching', classifier: watching({ afterStore: {} }) }];
    await later.classify([await idOf('l1')], new AbortController().signal);
    expect(told()).toMatchObject([{ what: 'crisis', conversationId: await conversationOf('l1') }]);
  });
  it('nothing of what was said long ago, nor of what is read back', async () => {
    await hear([post('o1', 'please help me', { postedAt: new Date(Date.now() - 3 * 86_400_000) })]);
    await hear([post('o2', 'please help me')], true);
    expect(told()).toEqual([]);
  });
  it('nothing of what was found on a conversation that they hid', async () => {
    await hear([post('h1', 'good morning')]);
    await scene.query('update conversation set hidden_at = now() where id = $1', [await conversationOf('h1')]);
    await hear([post('h2', 'please help me', { by: 'neighbour', to: 'h1' })]);
    expect(told()).toEqual([]);
  });
  it('that whoever they answered has written again', async () => {
    await hear([post('a1', 'I wonder'), post('a2', 'Come by on Thursday.', { by: 'library', to: 'a1' })]);
    expect(told()).toEqual([]);
    await hear([post('a3', 'Thank you!', { to: 'a2' })]);
    const conversationId = await conversationOf('a1');
    expect(told()).toEqual([{ what: 'answered', conversationId, key: expect.stringContaining(`answered:${conversationId}:`) }]);
  });
});
