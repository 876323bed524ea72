import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { type ApiAnswer, type ApiApp, codeOf, startApi } from '../../../../test/support/api-app.js';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { newId } from '../database/index.js';
import { FollowChanges, FollowsModule, TargetResolver } from '../follows/index.js';
import { RememberedChanges, Town } from '../follows/testing/town.js';
import { Jobs } from '../jobs/index.js';
import { newSecretText } from '../staff/index.js';
import { ReviewingModule } from './reviewing.module.js';
import { Suppression } from '../privacy/consent/index.js';

@Global()
@Module({ providers: [{ provide: Suppression, useValue: new Suppression('test key') }, { provide: TargetResolver, useClass: Town }, { provide: FollowChanges, useClass: RememberedChanges }, { provide: Jobs, useClass: JobsAtHand }], exports: [Suppression, TargetResolver, FollowChanges, Jobs] })
class Host {}

let api: ApiApp;
let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [ada, ben]: [Record<string, string>, Record<string, string>] = [] as never;
let [account, list]: [string, string] = ['', ''];

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  county = await scene.library({ name: 'Larch County' });
  [ashford, millbrook] = [await scene.library({ parent: county }), await scene.library({ parent: county })];
  api = await startApi(test, { imports: [Host, FollowsModule, ReviewingModule] });
  [ada, ben] = [await signedIn(ashford), await signedIn(millbrook)];
  [account, list] = [await scene.account(ashford), await scene.list(ashford)];
});
afterAll(async () => {
  await api.close();
  await scene.close();
});

const signedIn = async (at: SceneLibrary): Promise<Record<string, string>> => {
  const { text, hash } = newSecretText();
  await scene.query(`insert into session(id, actor_id, hash, expires_at) values ($1, $2, $3, now() + interval '1 hour')`, [newId(), await scene.person(at), hash]);
  return { cookie: `earshot=${text}`, 'x-earshot': '1' };
};
const follow = (told: Record<string, unknown> = {}): Promise<string> => scene.follow(ashford, list, account, { added_at: new Date(Date.now() - 200 * 86_400_000), ...told });
const heardBy = async (followId: string, told: { readonly answered?: true; readonly outcome?: string; readonly at?: SceneLibrary; readonly need?: true } = {}): Promise<string> => {
  const at = told.at ?? ashford;
  const thread = await scene.thread();
  const post = await scene.post(thread);
  const conversation = await scene.conversation(at, thread, { state: told.answered === true ? 'answered' : 'open', reasons: told.need === true ? [{ kind: 'finding', label: 'need', title: 'need', score: 1 }] : [] });
  await scene.hearing(at, conversation, post, { follow_id: followId });
  if (told.outcome !== undefined) await scene.query('insert into outcome(id, library_id, conversation_id, kind, by_actor) values ($1, $2, $3, $4, $5)', [newId(), at.id, conversation, told.outcome, at.system]);
  return conversation;
};
const review = async (who = ada, args = ''): Promise<Record<string, unknown>[]> => {
  const answer = await api.ask(who, `{ followReview(first: 100, listId: "${list}"${args}) { edges { node { followId because brought { heard needs answered helped notForUs lastHeardAt } follow { label } } } } }`);
  expect(answer.errors).toBeUndefined();
  return (answer.data?.['followReview'] as { edges: { node: Record<string, unknown> }[] }).edges.map(({ node }) => node);
};
const whyOf = async (id: string, args = ''): Promise<unknown> => (await review(ada, args)).find(({ followId }) => followId === id)?.['because'];
const act = async (mutation: string, who = ada): Promise<ApiAnswer> => api.ask(who, `mutation { done: ${mutation} { id kind undoneAt follow { id reviewOn quietUntil removedAt } } }`);
const done = (answer: ApiAnswer): { id: string; kind: string; undoneAt: string | null; follow: Record<string, unknown> } => {
  expect(answer.errors).toBeUndefined();
  return answer.data?.['done'] as ReturnType<typeof done>;
};

describe('the review of follows', () => {
  it('shows what is due, what fell silent, and what brought nothing but noise; and nothing else', async () => {
    const [due, silent, noise, good, young] = [await follow({ review_on: '2026-01-01' }), await follow(), await follow(), await follow(), await follow({ added_at: new Date() })];
    for (const id of [due, noise, good, young]) await heardBy(id);
    await heardBy(noise, { outcome: 'not-for-us' });
    await heardBy(due, { answered: true });
    await heardBy(good, { outcome: 'referred', need: true });
    expect(await whyOf(due)).toEqual(['due']);
    expect(await whyOf(silent)).toEqual(['silent']);
    expect(await whyOf(noise)).toEqual(['noise']);
    expect([await whyOf(good), await whyOf(young)]).toEqual([undefined, undefined]);
    expect(await whyOf(silent, ', reasons: [noise]')).toBeUndefined();
    expect(await whyOf(silent, ', silentWeeks: 40')).toBeUndefined();
    expect((await review()).find(({ followId }) => followId === noise)?.['brought']).toMatchObject({ heard: 2, needs: 0, answered: 0, helped: 0, notForUs: 1, lastHeardAt: expect.any(String) });
    const answer = await api.ask(ada, `{ follows(first: 100, listId: "${list}") { edges { node { id brought { heard needs helped } } } } }`);
    expect((answer.data?.['follows'] as { edges: { node: object }[] }).edges.map(({ node }) => node)).toContainEqual({ id: good, brought: { heard: 2, needs: 1, helped: 1 } });
  });

  it('counts what was heard when its conversations are forgotten, and what moved with a merged one only once', async () => {
    const id = await follow();
    const conversation = await heardBy(id);
    await scene.query(`insert into hearing(id, library_id, conversation_id, post_id, cause, follow_id, at) select gen_random_uuid(), library_id, conversation_id, post_id, 'thread', follow_id, at - interval '1 day' from hearing where conversation_id = $1`, [conversation]);
    await scene.query('delete from hearing where conversation_id = $1', [conversation]);
    await scene.query('delete from conversation where id = $1', [conversation]);
    expect((await review()).find(({ followId }) => followId === id)).toMatchObject({ because: ['noise'], brought: { heard: 1, needs: 0 } });
  });

  it("is of one's own lists, and tells nothing of what another library heard", async () => {
    const id = await scene.follow(county, await scene.list(county), await scene.account(county), { added_at: new Date(0) });
    await heardBy(id, { at: millbrook, answered: true });
    const read = (who: Record<string, string>) => api.ask(who, `{ follows(first: 100) { edges { node { id brought { heard answered } } } } }`);
    const heard = async (who: Record<string, string>) => ((await read(who)).data?.['follows'] as { edges: { node: { id: string; brought: unknown } }[] }).edges.find(({ node }) => node.id === id)?.node.brought;
    expect([await heard(ben), await heard(ada)]).toEqual([{ heard: 1, answered: 1 }, { heard: 0, answered: 0 }]);
    expect(await review(ben)).toEqual([]);
    expect(codeOf(await act(`keepFollow(followId: "${id}")`))).toBe('FORBIDDEN');
  });

  it('refuses what makes no sense', async () => {
    for (const args of ['silentWeeks: 0', 'silentWeeks: 105', 'days: 6', 'days: 367', 'first: 0']) expect(codeOf(await api.ask(ada, `{ followReview(${args}) { edges { cursor } } }`))).toBe('BAD_INPUT');
  });
});

describe('a decision', () => {
  it('keeps, puts off or removes by one keystroke, and is undone by one', async () => {
    const id = await follow({ review_on: '2026-01-01' });
    const kept = done(await act(`keepFollow(followId: "${id}", months: 3)`));
    expect(kept).toMatchObject({ kind: 'keep', follow: { reviewOn: expect.stringMatching(/^20/), removedAt: null } });
    expect(kept.follow['quietUntil']).toBe(kept.follow['reviewOn']);
    expect(await whyOf(id)).toBeUndefined();
    expect(done(await act(`undoFollowDecision(decisionId: "${kept.id}")`))).toMatchObject({ undoneAt: expect.any(String), follow: { reviewOn: '2026-01-01', quietUntil: null } });
    expect(await whyOf(id)).toEqual(['due', 'silent']);

    const snoozed = done(await act(`snoozeFollow(followId: "${id}", weeks: 2)`));
    expect(snoozed.follow).toMatchObject({ reviewOn: '2026-01-01', quietUntil: expect.stringMatching(/^20/) });
    expect(await whyOf(id)).toBeUndefined();
    const removed = done(await act(`removeFollow(followId: "${id}")`));
    expect(removed.follow['removedAt']).not.toBeNull();
    expect(codeOf(await act(`undoFollowDecision(decisionId: "${snoozed.id}")`))).toBe('CONFLICT');
    expect(done(await act(`undoFollowDecision(decisionId: "${removed.id}")`)).follow).toMatchObject({ removedAt: null, quietUntil: snoozed.follow['quietUntil'] });
    expect(done(await act(`undoFollowDecision(decisionId: "${removed.id}")`)).follow).toMatchObject({ removedAt: null });
    expect(await scene.query('select action from audit where subject_id = $1 order by id', [list])).toContainEqual({ action: 'follow.decision-undone' });
  });

  it('cannot be undone where what it needs is gone', async () => {
    const own = await scene.account(ashford);
    const [again, orphan] = [await follow({ key: 'again' }), await scene.follow(ashford, list, own)];
    const [one, other] = [done(await act(`removeFollow(followId: "${again}")`)), done(await act(`removeFollow(followId: "${orphan}")`))];
    await follow({ key: 'again' });
    await scene.query('update account set removed_at = now() where id = $1', [own]);
    for (const { id } of [one, other]) expect(codeOf(await act(`undoFollowDecision(decisionId: "${id}")`))).toBe('CONFLICT');
  });

  it('is for those who write the list, within bounds', async () => {
    const id = await follow();
    expect(codeOf(await act(`removeFollow(followId: "${id}")`, ben))).toBe('NOT_FOUND');
    for (const mutation of ['keepFollow(followId: "$", months: 0)', 'keepFollow(followId: "$", months: 61)', 'snoozeFollow(followId: "$", weeks: 105)']) expect(codeOf(await act(mutation.replace('$', id)))).toBe('BAD_INPUT');
    expect(codeOf(await act(`undoFollowDecision(decisionId: "${newId()}")`))).toBe('NOT_FOUND');
  });
});

describe('whom else to follow', () => {
  const offered = async (who: Record<string, string>, at: SceneLibrary): Promise<{ key: string; reasons: string[] }[]> => {
    const answer = await api.ask(who, `{ followSuggestions(libraryId: "${at.id}", first: 100) { edges { node { kind network key label reasons } } } }`);
    expect(answer.errors).toBeUndefined();
    return (answer.data?.['followSuggestions'] as { edges: { node: { key: string; reasons: string[] } }[] }).edges.map(({ node }) => node);
  };
  const said = (what: string, key: string, rest = ''): Promise<ApiAnswer> => api.ask(ada, `mutation { done: ${what}(libraryId: "${ashford.id}", kind: profile, network: "practice", key: "${key}"${rest}) ${rest === '' ? '' : '{ lines { outcome } }'} }`);

  it('is said with its reason, without persons whom others follow, and neither who refuses nor who is followed', async () => {
    const hers = await scene.account(ashford);
    const answered = async (...authors: string[]): Promise<void> => {
      const thread = await scene.thread();
      const posts: string[] = [];
      for (const author_id of authors) posts.push(await scene.post(thread, { author_id }));
      const conversation = await scene.conversation(ashford, thread);
      const person = await scene.person(ashford);
      await scene.query(
        `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, sent_at, sent_ref) values ($1, $2, $3, $4, $5, $6, 'x', 'sent', $7, $7, 'person', 'x', now(), '{}')`,
        [newId(), ashford.id, conversation, hers, posts[0], newId(), person]);
    };
    const named = (remote_id: string, told = {}): Promise<string> => scene.profile({ remote_id, handle: `@${remote_id}`, ...told });
    const [often, once, refuses, followed] = [await named('often'), await named('once'), await named('refuses', { refusals: [{ purpose: 'keep', sign: '#nobot' }] }), await named('followed')];
    await answered(often, once, refuses, followed);
    await answered(often);
    await follow({ key: 'followed' });
    const [theirs, others] = [await scene.list(millbrook), await scene.account(millbrook)];
    for (const told of [{ key: 'club', category: 'organisation' }, { key: 'mayor', category: 'person' }, { key: 'often', category: 'media' }]) await scene.follow(millbrook, theirs, others, { ...told, label: told.key, reason: 'a secret' });
    expect((await offered(ada, ashford)).filter(({ key }) => ['often', 'once', 'refuses', 'followed', 'club', 'mayor'].includes(key)).map(({ key, reasons }) => [key, reasons])).toEqual([
      ['often', ['took part in 2 conversations that you answered', 'another library of your consortium follows it']], ['once', ['took part in a conversation that you answered']], ['club', ['another library of your consortium follows it']],
    ]);
    expect(codeOf(await api.ask(ben, `{ followSuggestions(libraryId: "${ashford.id}") { edges { cursor } } }`))).toBe('NOT_FOUND');
  });

  it('is followed by an act only, and not offered again once it was dismissed', async () => {
    expect((await said('dismissFollowSuggestion', 'once')).data).toEqual({ done: true });
    const facts = `, listId: "${list}", reason: "speaks for the town", category: media`;
    expect((await said('followSuggestion', 'often', facts)).data).toEqual({ done: { lines: [{ outcome: 'added' }] } });
    const keys = (await offered(ada, ashford)).map(({ key }) => key);
    expect([keys.includes('once'), keys.includes('often'), keys.includes('club')]).toEqual([false, false, true]);
    expect(codeOf(await said('followSuggestion', 'once', facts))).toBe('NOT_FOUND');
    await said('restoreFollowSuggestion', 'once');
    expect((await offered(ada, ashford)).map(({ key }) => key)).toContain('once');
  });
});
