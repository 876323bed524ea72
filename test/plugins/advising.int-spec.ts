import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AdvisorRefreshes } from '@earshot/core/plugins';
import { forgetPosts } from '@earshot/core/privacy';
import { newSecretText } from '@earshot/core/staff';
import { newId } from '../../libs/core/src/database/ids.js';
import { type ApiAnswer, type ApiApp, codeOf } from '../support/api-app.js';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { signedIn as sessionOf, startAdvising } from './advising-app.js';
import { FakeClock } from './fake-clock.js';

let api: ApiApp;
let scene: Scene;
let county: SceneLibrary, ashford: SceneLibrary, birch: SceneLibrary;
const clock = new FakeClock();
let librarian: Record<string, string>, observer: Record<string, string>, program: Record<string, string>;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  county = await scene.library({ name: 'Larch County' });
  [ashford, birch] = [await scene.library({ parent: county }), await scene.library({ parent: county })];
  api = await startAdvising(test, clock);
  [librarian, observer] = [await signedIn(await scene.person(ashford)), await signedIn(await scene.person(ashford, 'observer'))];
  program = await token();
});
afterAll(async () => {
  await api.close();
  await scene.close();
});
afterEach(() => scene.query(`update account set state = 'off'`));

const signedIn = (actor: string): Promise<Record<string, string>> => sessionOf(scene, actor);
const token = async (): Promise<Record<string, string>> => {
  const [secret, actor, by] = [newSecretText('ear_'), newId(), await scene.person(ashford)];
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [actor]);
  await scene.query(`insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, 'a program', $3, '{read,draft}', $4, now() + interval '1 hour')`, [actor, ashford.id, secret.hash, by]);
  await scene.role(actor, ashford, 'librarian');
  return { authorization: `Bearer ${secret.text}` };
};
const shelf = async (at: SceneLibrary, name: string, books: readonly { title: string; isbn?: string }[]): Promise<string> => {
  const id = await scene.account(at, { plugin: 'with-advisor', name, settings: JSON.stringify({ shelf: name, books }) });
  await api.app.get(AdvisorRefreshes).refresh(id, new AbortController().signal);
  return id;
};
const brokenAdvisor = (manner: string): Promise<string> => scene.account(ashford, { plugin: 'with-broken-advisor', name: manner, settings: JSON.stringify({ manner }) });
const heardNeed = async (told: { readonly refusals?: readonly object[]; readonly author?: string; readonly restated?: string } = {}) => {
  const heard = await scene.heard(ashford);
  if (told.refusals !== undefined) await scene.query('update post set refusals = $2 where id = $1', [heard.post, JSON.stringify(told.refusals)]);
  await scene.finding(heard.post, { restated: told.restated ?? 'wine cellar' });
  return heard;
};
const fields = `... on Conversation { id } ... on UserError { code message }`;
const ask = (conversation: string, need?: string, by = librarian): Promise<ApiAnswer> =>
  api.ask(by, `mutation($id: ID!, $need: String) { askAdvisors(conversationId: $id, need: $need) { __typename ${fields} } }`, { id: conversation, need });

interface Told {
  readonly suggestions: readonly { house: string | null; title: string; summary: string | null; need: string; foundBy: readonly { name: string }[]; availability: { text: string } | null }[];
  readonly advice: readonly { house: string | null; state: string; because: string | null; found: number; need: string; fromPostId: string | null; account: { name: string } }[];
  /** Anybody at all, of the house as well. */
  readonly asking: boolean;
}
/** Of what accounts advise: test/plugins/house-advisors.int-spec.ts is about the house. */
const read = async (conversation: string, first = 100): Promise<Told> => {
  const answer = await api.ask(librarian, `query($id: ID!, $first: Int!) { conversation(id: $id) {
    suggestions(first: $first) { edges { node { house title summary need foundBy { name } availability { text } } } }
    advice { house state because found need fromPostId account { name } } advisorActions { action account { name } } } }`, { id: conversation, first });
  expect(answer.errors).toBeUndefined();
  const told = answer.data?.['conversation'] as Omit<Told, 'suggestions' | 'asking'> & { suggestions: { edges: { node: Told['suggestions'][number] }[] } };
  const ofAccounts = <Of extends { readonly house: string | null }>(rows: readonly Of[]): Of[] => rows.filter(({ house }) => house === null);
  const asking = told.advice.length === 0 || told.advice.some(({ state }) => state === 'asking');
  return { ...told, asking, advice: ofAccounts(told.advice), suggestions: ofAccounts(told.suggestions.edges.map(({ node }) => node)) };
};
/** As clients do: reads again until every advisor has ended. The host's time runs meanwhile, if it is told to. */
const ended = async (conversation: string, timeRuns = false): Promise<Told> => {
  for (;;) {
    const told = await read(conversation);
    if (!told.asking) return told;
    if (timeRuns) clock.advance(1_000);
  }
};
/** More is known a moment after all have ended. */
const enriched = async (conversation: string): Promise<Told> => {
  for (;;) {
    const told = await ended(conversation);
    if (told.suggestions.some(({ summary }) => summary !== null)) return told;
  }
};

describe('asking advisors', () => {
  it('asks those of the library and above about what was heard, joins what is the same, and puts first what both found', async () => {
    await shelf(ashford, 'ours', [{ title: 'Our wine cellar' }, { title: 'The wine cellar', isbn: '0306406152' }]);
    await shelf(county, "the county's", [{ title: 'The wine cellar, 2nd impression', isbn: '978-0-306-40615-7' }, { title: 'Bread' }]);
    await shelf(birch, 'not ours', [{ title: 'A wine cellar elsewhere' }]);
    const { conversation, post } = await heardNeed();
    expect((await ask(conversation)).data).toEqual({ askAdvisors: { __typename: 'Conversation', id: conversation } });
    const { suggestions, advice } = await enriched(conversation);
    expect(suggestions).toHaveLength(2);
    expect(suggestions[0]).toMatchObject({ need: 'wine cellar', summary: expect.stringContaining('About The wine cellar') });
    expect(suggestions[0]?.foundBy.map(({ name }) => name).sort()).toEqual(['ours', "the county's"]);
    expect(suggestions[1]).toMatchObject({ title: 'Our wine cellar' });
    expect(advice.map(({ account, state, found, fromPostId }) => [account.name, state, found, fromPostId]).sort()).toEqual([['ours', 'answered', 2, post], ["the county's", 'answered', 1, post]]);
  });

  it('says of each that fails why, and lets it stop no other; what one found before it hung stands', async () => {
    await shelf(ashford, 'well', [{ title: 'The wine cellar' }]);
    for (const manner of ['throws', 'hangs', 'never-settles', 'one-then-hangs', 'garbage', 'auth']) await brokenAdvisor(manner);
    const { conversation } = await heardNeed();
    await ask(conversation);
    for (;;) if ((await read(conversation)).suggestions.length === 2) break;
    const { advice } = await ended(conversation, true);
    const words = Object.fromEntries(advice.map(({ account, because }) => [account.name, because]));
    expect(words).toMatchObject({
      well: null, throws: expect.stringContaining('failed unexpectedly'), hangs: expect.stringContaining('did not answer within 20 s'), 'never-settles': expect.stringContaining('did not answer within 20 s'),
      'one-then-hangs': expect.stringContaining('did not answer within 20 s'), garbage: expect.stringContaining('cannot be cited'), auth: 'The catalogue says auth.',
    });
    expect((await read(conversation)).suggestions.map(({ title }) => title).sort()).toEqual(['Book 1', 'The wine cellar']);
  });

  it('takes no more than fifty of a flood, a page at a time', async () => {
    await brokenAdvisor('floods');
    const { conversation } = await heardNeed({ restated: 'build a wine cellar' });
    await ask(conversation);
    const { suggestions, advice } = await ended(conversation);
    expect(advice[0]).toMatchObject({ found: 50, state: 'answered' });
    expect(suggestions.map(({ title }) => title)).toEqual(Array.from({ length: 50 }, (_, n) => `Book ${n + 1}`));
    const page = 'query($id: ID!, $after: Cursor) { conversation(id: $id) { suggestions(first: 20, after: $after) { edges { node { title } } pageInfo { endCursor hasNextPage } } } }';
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const { suggestions: of } = (await api.ask(librarian, page, { id: conversation, after })).data?.['conversation'] as { suggestions: { edges: { node: { title: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } };
      seen.push(...of.edges.map(({ node }) => node.title));
      if (!of.pageInfo.hasNextPage) break;
      after = of.pageInfo.endCursor;
    }
    expect(seen).toEqual(suggestions.map(({ title }) => title));
  });

  it("takes staff's own words, shows what was asked last first, and replaces what was found for the same words", async () => {
    await shelf(ashford, 'ours', [{ title: 'Wine cellar' }, { title: 'Bread baking' }]);
    const { conversation } = await heardNeed();
    await ask(conversation);
    await ended(conversation);
    await ask(conversation, ' bread ');
    expect((await ended(conversation)).suggestions.map(({ title, need }) => [title, need])).toEqual([['Bread baking', 'bread'], ['Wine cellar', 'wine cellar']]);
    await ask(conversation);
    const again = await ended(conversation);
    expect(again.suggestions.map(({ title }) => title)).toEqual(['Wine cellar', 'Bread baking']);
    expect(again.advice).toHaveLength(2);
    for (let n = 1; n <= 12; n++) await ask(conversation, `need ${n}`);
    expect(new Set((await ended(conversation)).advice.map(({ need }) => need)).size).toBe(10);
  });

  it.each([
    ['no machine to judge them', [{ purpose: 'classify', sign: '#NoAI in bio' }], 'NEED_NOT_HEARD'],
    ['no machine to draft', [{ purpose: 'draft-by-machine', sign: '#NoBot in bio' }], undefined],
  ])('takes nothing out of the words of an author who wants %s', async (_, refusals, code) => {
    await shelf(ashford, 'ours', [{ title: 'Wine cellar' }]);
    const { conversation } = await heardNeed({ refusals });
    const answer = (await ask(conversation)).data?.['askAdvisors'];
    expect(answer).toMatchObject(code === undefined ? { __typename: 'Conversation' } : { code, message: expect.stringContaining('#NoAI in bio') });
    expect((await ask(conversation, 'wine')).data?.['askAdvisors']).toMatchObject({ __typename: 'Conversation' });
    await ended(conversation);
  });

  it('asks no account where nothing was heard, and where a colleague marked it as wrong', async () => {
    await shelf(ashford, 'ours', []);
    const silent = await scene.heard(ashford);
    const marked = await heardNeed();
    await scene.query(`insert into finding_mark(id, library_id, conversation_id, post_id, label, "right", by_actor) values ($1, $2, $3, $4, 'need.implicit', false, $5)`, [newId(), ashford.id, marked.conversation, marked.post, ashford.system]);
    for (const { conversation } of [silent, marked]) {
      expect((await ask(conversation)).data?.['askAdvisors']).toMatchObject({ __typename: 'Conversation' });
      expect((await ended(conversation)).advice).toEqual([]);
    }
  });

  it('is for librarians of that library, and for what they can say', async () => {
    await shelf(ashford, 'ours', []);
    const { conversation } = await heardNeed();
    expect(codeOf(await ask(conversation, undefined, observer))).toBe('FORBIDDEN');
    expect(codeOf(await ask(conversation, undefined, await signedIn(await scene.person(birch))))).toBe('NOT_FOUND');
    expect(codeOf(await ask(newId()))).toBe('NOT_FOUND');
    for (const need of ['', ' ', 'x'.repeat(501), 'a\u0000']) expect(codeOf(await ask(conversation, need))).toBe('BAD_INPUT');
    expect((await ask(conversation, 'x', program)).data?.['askAdvisors']).toMatchObject({ __typename: 'Conversation' });
    await ended(conversation);
  });

  it('forgets a need with the post that it was taken from', async () => {
    await shelf(ashford, 'ours', [{ title: 'Wine cellar' }]);
    const { conversation, post } = await heardNeed();
    await ask(conversation);
    await ended(conversation);
    await api.database.keeping((tx) => forgetPosts(tx, new Map([[post, 'deleted' as const]]), new Map()));
    expect(await read(conversation)).toMatchObject({ suggestions: [], advice: [] });
  });
});

describe('a conversation that becomes part of another', () => {
  it('brings what was found along; what was asked in both is kept once', async () => {
    await shelf(ashford, 'ours', [{ title: 'Wine cellar' }, { title: 'Bread' }]);
    const [loser, survivor] = [await heardNeed(), await heardNeed()];
    for (const { conversation } of [loser, survivor]) {
      await ask(conversation);
      await ended(conversation);
    }
    await ask(loser.conversation, 'bread');
    await ended(loser.conversation);
    await api.database.listening((tx) => tx.query('select merge_conversation_work($1, $2)', [loser.conversation, survivor.conversation]));
    const { suggestions, advice } = await read(survivor.conversation);
    expect(suggestions.map(({ title }) => title)).toEqual(['Bread', 'Wine cellar']);
    expect(advice.map(({ need, fromPostId }) => [need, fromPostId])).toEqual([['bread', null], ['wine cellar', survivor.post]]);
  });
});

describe('checking availability', () => {
  const check = (conversation: string, by = librarian): Promise<ApiAnswer> =>
    api.ask(by, 'mutation($id: ID!) { checkSuggestions(conversationId: $id) { suggestions { title availability { text at } } failures { because account { name } } } }', { id: conversation });

  it('asks again those who suggested it, and names those who fail', async () => {
    await shelf(ashford, 'ours', [{ title: 'Wine cellar' }]);
    await brokenAdvisor('floods');
    const { conversation } = await heardNeed();
    await ask(conversation);
    await ended(conversation);
    const { suggestions, failures } = (await check(conversation)).data?.['checkSuggestions'] as { suggestions: { title: string; availability: { text: string } | null }[]; failures: object[] };
    expect(suggestions.find(({ title }) => title === 'Wine cellar')?.availability).toEqual({ text: 'on the shelf "ours"', at: new Date(clock.now()).toISOString() });
    expect(suggestions.filter(({ availability }) => availability !== null)).toHaveLength(1);
    expect(failures).toEqual([{ because: expect.stringContaining('other suggestions'), account: { name: 'floods' } }]);
    expect(codeOf(await check(conversation, observer))).toBe('FORBIDDEN');
  });
});

describe('pressing a button', () => {
  const press = (told: object, by = librarian): Promise<ApiAnswer> =>
    api.ask(by, `mutation($c: ID!, $a: ID!, $action: String!, $need: String!, $key: ID!) { pressAction(conversationId: $c, accountId: $a, action: $action, need: $need, key: $key) { __typename ... on PressedAction { url key } ... on UserError { code message } } }`, { need: 'wine cellar', ...told });

  it('is done once, whoever sends it again, and is in the audit log', async () => {
    const a = await shelf(ashford, 'ours', []);
    const [{ conversation: c }, key] = [await heardNeed(), newId()];
    const told = { a, c, action: 'Suggest a purchase', key };
    const first = await press(told);
    expect(first.data).toEqual({ pressAction: { __typename: 'PressedAction', url: `https://shelf.example/wishes/${key}`, key } });
    expect((await press(told)).data).toEqual(first.data);
    expect(await scene.query('select value from plugin_store where account_id = $1', [a])).toEqual([{ value: [`${key} wine cellar`] }]);
    expect(await scene.query(`select action from audit where subject_id = $1 and action = 'advisor.pressed'`, [c])).toHaveLength(1);
    const other = await heardNeed();
    expect(codeOf(await press({ ...told, c: other.conversation }))).toBe('CONFLICT');
  });

  it.each([['rejected', 'The budget is spent.'], ['throws', 'failed unexpectedly. It is not known whether it was done'], ['garbage', 'It is not known whether it was done']])('fails in words, and is not repeated: %s', async (manner, words) => {
    const [a, { conversation: c }, key] = [await brokenAdvisor(manner), await heardNeed(), newId()];
    for (const _ of [1, 2]) expect((await press({ a, c, action: 'Buy', key })).data?.['pressAction']).toMatchObject({ code: 'ACTION_FAILED', message: expect.stringContaining(words) });
  });

  it('is unknown where the process died in between, and never done again by itself', async () => {
    const [a, { conversation: c }, key] = [await shelf(ashford, 'ours', []), await heardNeed(), newId()];
    await scene.query(`insert into advisor_press(key, library_id, conversation_id, account_id, action, need, pressed_by) values ($1, $2, $3, $4, 'Suggest a purchase', 'x', $5)`, [key, ashford.id, c, a, ashford.system]);
    expect((await press({ a, c, action: 'Suggest a purchase', key })).data?.['pressAction']).toMatchObject({ code: 'ACTION_FAILED', message: expect.stringContaining('not known') });
    expect(await scene.query('select 1 from plugin_store where account_id = $1', [a])).toEqual([]);
  });

  it('is for persons, and for buttons that are there', async () => {
    const [a, { conversation: c }] = [await shelf(ashford, 'ours', []), await heardNeed()];
    const told = { a, c, action: 'Suggest a purchase', key: newId() };
    expect(codeOf(await press(told, program))).toBe('FORBIDDEN');
    expect(codeOf(await press(told, observer))).toBe('FORBIDDEN');
    expect(codeOf(await press({ ...told, action: 'toString' }))).toBe('NOT_FOUND');
    expect(codeOf(await press({ ...told, a: newId() }))).toBe('NOT_FOUND');
    const answer = await api.ask(librarian, 'query($id: ID!) { conversation(id: $id) { advisorActions { action account { name } } } }', { id: c });
    expect(answer.data).toEqual({ conversation: { advisorActions: [{ action: 'Suggest a purchase', account: { name: 'ours' } }] } });
  });
});
