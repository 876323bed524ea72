import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiApp, codeOf, startApi } from '../../../../../test/support/api-app.js';
import { JobsAtHand } from '../../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { ConversationsModule, LookAgain } from '../../conversations/index.js';
import { newId } from '../../database/index.js';
import { FollowChanges, type FollowableProfile, type FollowableTarget, TargetResolver } from '../../follows/index.js';
import { Jobs } from '../../jobs/index.js';
import { type Actor, newSecretText } from '../../staff/index.js';
import { Global, Module } from '@nestjs/common';
import { Classifiers, type NamedClassifier } from '../../understanding/index.js';
import { PrivacyModule } from '../privacy.module.js';
import { DoNotService } from './do-not.service.js';
import { Suppression } from '../suppression.js';

class NoTargets extends TargetResolver {
  async resolve(): Promise<readonly FollowableTarget[]> {
    return [];
  }
  async profiles(): Promise<readonly FollowableProfile[]> {
    return [];
  }
  async networks(): Promise<readonly string[]> {
    return [];
  }
}
class CountedChanges extends FollowChanges {
  static times = 0;
  changed(): void {
    CountedChanges.times++;
  }
}
class NoClassifiers extends Classifiers {
  list(): readonly NamedClassifier[] {
    return [];
  }
}
@Global()
@Module({
  providers: [{ provide: Suppression, useValue: new Suppression('test key') }, { provide: TargetResolver, useClass: NoTargets }, { provide: LookAgain, useValue: { atThread: async () => {} } }, { provide: Jobs, useClass: JobsAtHand }, { provide: FollowChanges, useClass: CountedChanges }, { provide: Classifiers, useClass: NoClassifiers }],
  exports: [TargetResolver, LookAgain, Suppression, FollowChanges, Jobs, Classifiers],
})
class Host {}

let [api, scene, service]: [ApiApp, Scene, DoNotService] = [] as never;
let [county, ashford]: [SceneLibrary, SceneLibrary] = [] as never;
let [ada, observer]: [Actor, Actor] = [] as never;
let heard: Awaited<ReturnType<Scene['heard']>>;
let cookie: Record<string, string> = {};

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  [ada, observer] = [{ id: await scene.person(ashford), kind: 'person' }, { id: await scene.person(ashford, 'observer'), kind: 'person' }];
  const session = newSecretText();
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), ada.id, session.hash]);
  cookie = { cookie: `earshot=${session.text}`, 'x-earshot': '1' };
  api = await startApi(test, { imports: [Host, ConversationsModule, PrivacyModule.forRoot({ suppressionKey: 'test key', journalPath: '/nowhere', log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} } })] });
  service = api.app.get(DoNotService);
});
afterAll(async () => {
  await api.close();
  await scene.close();
});
beforeEach(async () => {
  heard = await scene.heard(ashford);
});

const wish = (told: object = {}) => ({ libraryId: ashford.id, act: 'hear', target: 'profile', profileId: heard.author, reason: 'asked-us', ...told });

describe('an entry', () => {
  it('holds once, with its reason, until it is lifted; the log has both, and listening hears of it', async () => {
    const before = CountedChanges.times;
    const added = await service.add(ada, wish());
    expect(await service.add(ada, wish({ reason: 'spam' }))).toEqual(added);
    expect(added).toMatchObject({ reason: 'asked-us', byActor: ada.id, liftedAt: null });
    expect(await service.lift(ada, added.id)).toMatchObject({ id: added.id, liftedAt: expect.any(Date) });
    expect(await service.lift(ada, added.id)).toBeUndefined();
    expect(await scene.query('select action from audit where subject_id = $1 order by id', [heard.author])).toEqual([{ action: 'profile.not-heard' }, { action: 'profile.heard-again' }]);
    expect(CountedChanges.times - before).toBe(2);
  });

  it('is for whom one hears, at a library where one acts, for a reason of the list', async () => {
    await expect(service.add(ada, wish({ reason: 'annoying' }))).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'reason' });
    await expect(service.add(ada, wish({ profileId: newId() }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(service.add(ada, wish({ libraryId: county.id }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(service.add(observer, wish())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it.each([
    ['host', '@ana@Town.Social', 'town.social'], ['host', 'https://town.social/users/ana', 'town.social'], ['host', 'bücher.example', 'xn--bcher-kva.example'],
    ['bio-word', '  Crypto-Café ', 'crypto cafe'],
  ])('names a %s: %s', async (target, value, stored) => {
    expect(await service.add(ada, wish({ target, value, profileId: undefined }))).toMatchObject({ target, value: stored, profileId: null });
  });
  it.each([['host', 'localhost'], ['host', ''], ['host', 'a b.example'], ['bio-word', '…'], ['bio-word', 'x'], ['profile', 'town.social']])('is no %s: %j', async (target, value) => {
    await expect(service.add(ada, wish({ target, value, profileId: undefined }))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('not to write to somebody withdraws what was not sent to them, by the libraries for which it holds', async () => {
    const account = await scene.account(ashford);
    const drafts = [newId(), newId()];
    const other = await scene.heard(ashford);
    await scene.query(`update profile set bio = 'No library mail, please' where id = $1`, [heard.author]);
    for (const [index, { conversation, post }] of [heard, other].entries())
      await scene.query(`insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, drafted_by) values ($1, $2, $3, $4, $5, $6, 'hello', $7)`, [drafts[index], ashford.id, conversation, account, post, newId(), ada.id]);
    await service.add(ada, wish({ act: 'contact', target: 'bio-word', value: 'no library mail', profileId: undefined }));
    expect(await scene.query('select state from reply where id = any($1) order by array_position($1, id)', [drafts])).toEqual([{ state: 'withdrawn' }, { state: 'draft' }]);
  });
});

it('over HTTP: a list with what holds from above, an entry for a server, lifted again', async () => {
  await scene.query(`insert into do_not_list(id, library_id, act, target, value, reason, by_actor) values ($1, $2, 'hear', 'host', 'spam.example', 'spam', $3)`, [newId(), county.id, county.system]);
  const added = await api.ask(cookie, `mutation($l: ID!) { addDoNot(input: { libraryId: $l, act: contact, target: host, value: "quiet.example", reason: asked_us }) { id by { name } } }`, { l: ashford.id });
  expect(added.errors).toBeUndefined();
  const list = () => api.ask(cookie, '{ doNotList(libraryId: "' + ashford.id + '", first: 2) { edges { node { id value act reason libraryId } } } }');
  const page = (await list()).data?.['doNotList'] as { edges: { node: { id: string; value: string; libraryId: string } }[] };
  expect(page.edges.map(({ node }) => [node.value, node.libraryId])).toEqual([['quiet.example', ashford.id], ['spam.example', county.id]]);
  const lift = 'mutation($id: ID!) { liftDoNot(id: $id) { liftedAt } }';
  expect((await api.ask(cookie, lift, { id: page.edges[0]?.node.id })).data).toMatchObject({ liftDoNot: { liftedAt: expect.any(String) } });
  expect(codeOf(await api.ask(cookie, lift, { id: page.edges[1]?.node.id }))).toBeUndefined();
  expect((await api.ask(cookie, lift, { id: page.edges[1]?.node.id })).data).toEqual({ liftDoNot: null });
});
it('over HTTP: a person is not heard, shows it, and is heard again', async () => {
  const stop = await api.ask(cookie, 'mutation($l: ID!, $p: ID!) { stopHearing(libraryId: $l, profileId: $p, reason: spam) { act target } }', { l: ashford.id, p: heard.author });
  expect(stop.data).toEqual({ stopHearing: { act: 'hear', target: 'profile' } });
  expect((await api.ask(cookie, '{ profile(id: "' + heard.author + '") { notHeardBy { reason by { id } } } }')).data).toEqual({ profile: { notHeardBy: [{ reason: 'spam', by: { id: ada.id } }] } });
  expect((await api.ask(cookie, 'mutation($l: ID!, $p: ID!) { hearAgain(libraryId: $l, profileId: $p) { id } }', { l: ashford.id, p: heard.author })).data).toMatchObject({ hearAgain: { id: expect.any(String) } });
});
