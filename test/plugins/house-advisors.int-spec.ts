import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AdvisorRefreshes } from '@earshot/core/plugins';
import type { ApiApp } from '../support/api-app.js';
import { Scene, type SceneLibrary } from '../support/scene.js';
import { createTestDatabase } from '../support/test-database.js';
import { signedIn, startAdvising } from './advising-app.js';
import { FakeClock } from './fake-clock.js';

interface Suggested {
  readonly title: string;
  readonly house: string | null;
  readonly need: string;
  readonly cite: string | null;
  readonly draftText: string | null;
  readonly foundBy: readonly { readonly name: string }[];
  readonly answer: { readonly id: string; readonly text: string; readonly placeholders: readonly string[]; readonly lang: string; readonly standing: string } | null;
}
interface Told {
  readonly suggestions: readonly Suggested[];
  readonly advice: readonly { readonly house: string | null; readonly state: string; readonly need: string; readonly found: number; readonly account: { readonly name: string } | null }[];
}

let api: ApiApp;
let scene: Scene;
let county: SceneLibrary, ashford: SceneLibrary;
let librarian: Record<string, string>, head: Record<string, string>;
const clock = new FakeClock();

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  county = await scene.library({ name: 'Larch County', languages: ['en'] });
  ashford = await scene.library({ parent: county, languages: ['fr', 'en'] });
  api = await startAdvising(test, clock);
  [librarian, head] = [await signedIn(scene, await scene.person(ashford)), await signedIn(scene, await scene.person(county))];
}, 60_000);
afterAll(async () => {
  await api.close();
  await scene.close();
});
afterEach(async () => {
  await scene.query(`update account set state = 'off'`);
  await scene.query('delete from saved_answer_hiding');
  await scene.query('delete from saved_answer');
});

const mutate = async (query: string, variables: object, by = librarian): Promise<Record<string, string>> => {
  const answer = await api.ask(by, query, variables);
  expect(answer.errors).toBeUndefined();
  return answer.data?.['done'] as Record<string, string>;
};
const saved = async (told: object, { at = ashford, by = librarian, insteadOfId }: { at?: SceneLibrary; by?: Record<string, string>; insteadOfId?: string } = {}): Promise<string> =>
  (await mutate('mutation($at: ID!, $answer: SavedAnswerInput!, $of: ID) { done: createSavedAnswer(libraryId: $at, answer: $answer, insteadOfId: $of) { ... on SavedAnswer { id } } }', { at: at.id, answer: { kind: 'answer', lang: 'en', ...told }, of: insteadOfId }, by))['id'] ?? '';
const heard = async ({ restated, score = 0.9, lang = 'en' }: { restated?: string; score?: number; lang?: string | null } = {}) => {
  const one = await scene.heard(ashford);
  await scene.query('update post set lang = $2 where id = $1', [one.post, lang]);
  if (restated !== undefined) await scene.finding(one.post, { restated, score });
  return one;
};
const read = async (conversation: string): Promise<Told> => {
  const answer = await api.ask(librarian, `query($id: ID!) { conversation(id: $id) {
    suggestions(first: 100) { edges { node { title house need cite draftText foundBy { name } answer { id text placeholders lang standing } } } } advice { house state need found account { name } } } }`, { id: conversation });
  expect(answer.errors).toBeUndefined();
  const told = answer.data?.['conversation'] as { suggestions: { edges: { node: Suggested }[] }; advice: Told['advice'] };
  return { advice: told.advice, suggestions: told.suggestions.edges.map(({ node }) => node) };
};
/** Asks, and reads until every advisor but those of hanging accounts has ended. */
const asked = async (conversation: string, need?: string, hanging: readonly string[] = []): Promise<Told> => {
  await mutate('mutation($id: ID!, $need: String) { done: askAdvisors(conversationId: $id, need: $need) { __typename } }', { id: conversation, need });
  for (;;) {
    const told = await read(conversation);
    if (told.advice.every(({ state, account }) => state !== 'asking' || hanging.includes(account?.name ?? ''))) return told;
  }
};
/** For what was asked last. */
const of = ({ suggestions, advice }: Told, house: string): readonly Suggested[] => suggestions.filter((each) => each.house === house && each.need === advice[0]?.need);
const titles = (suggestions: readonly Suggested[]): readonly string[] => suggestions.map(({ title }) => title);
const english = ['What it is about', 'What it is for', 'What was tried', 'By when', 'Which level', 'Which form', 'What matters most'];

describe('saved answers advise', () => {
  it('each with itself for a citation, and with the text that goes into a draft', async () => {
    const id = await saved({ title: 'Wine cellars', text: 'Building a cellar: our shelf is open {{opening hours}}.', lang: 'en-GB' });
    const { conversation } = await heard({ restated: 'build a wine cellar' });
    const told = await asked(conversation);
    expect(told.suggestions).toEqual([{
      title: 'Wine cellars', house: 'saved_answers', need: 'build a wine cellar', cite: null, draftText: 'Building a cellar: our shelf is open {{opening hours}}.', foundBy: [],
      answer: { id, text: 'Building a cellar: our shelf is open {{opening hours}}.', placeholders: ['{{opening hours}}'], lang: 'en-GB', standing: 'used' },
    }]);
    expect(told.advice).toEqual([{ house: 'saved_answers', state: 'answered', need: 'build a wine cellar', found: 1, account: null }]);
  });

  it("in the author's language first, and of these the one that has more of the words", async () => {
    await saved({ title: 'Weinkeller', text: 'Einen Weinkeller im Keller bauen: Regal 7.', lang: 'de' });
    await saved({ title: 'Building', text: 'How to build in a basement.' });
    await saved({ title: 'Wine cellars', text: 'How to build one in a basement.' });
    await saved({ title: 'Bread', text: 'How to bake it.' });
    const { conversation } = await heard();
    expect(titles(of(await asked(conversation, 'build a wine cellar in the basement'), 'saved_answers'))).toEqual(['Wine cellars', 'Building']);
    const german = await heard({ lang: 'de-AT', restated: 'Weinkeller im Keller bauen build basement' });
    expect(titles(of(await asked(german.conversation), 'saved_answers'))[0]).toBe('Weinkeller');
  });

  it('only with half of the words that tell something, five at most, of what the library uses', async () => {
    for (let n = 1; n <= 6; n++) await saved({ title: `Cellar ${n}`, text: 'How to build a cellar.' });
    const { conversation } = await heard();
    expect(of(await asked(conversation, 'how to build a cellar'), 'saved_answers')).toHaveLength(5);
    expect(of(await asked(conversation, 'cellar doors painted green'), 'saved_answers')).toEqual([]);
    expect(of(await asked(conversation, 'how to be of the'), 'saved_answers')).toEqual([]);
  });

  it("a library's own before the consortium's, and not what it hides, replaced or removed", async () => {
    const [hidden, base] = [await saved({ title: 'Hidden cellars', text: 'x' }, { at: county, by: head }), await saved({ title: 'Base cellars', text: 'x' }, { at: county, by: head })];
    await saved({ title: 'County cellars', text: 'x' }, { at: county, by: head });
    const removed = await saved({ title: 'Removed cellars', text: 'x' });
    await saved({ title: 'Own cellars', text: 'x' }, { insteadOfId: base });
    await mutate('mutation($at: ID!, $id: ID!) { done: hideSavedAnswer(libraryId: $at, id: $id) { id } }', { at: ashford.id, id: hidden });
    await mutate('mutation($id: ID!) { done: removeSavedAnswer(id: $id) { __typename } }', { id: removed });
    const { conversation } = await heard();
    expect(titles(of(await asked(conversation, 'cellars'), 'saved_answers'))).toEqual(['Own cellars', 'County cellars']);
  });

  it('with their text as it is now, and with none once the library no longer uses them', async () => {
    const id = await saved({ title: 'Wine cellars', text: 'Old.' });
    const { conversation } = await heard();
    await asked(conversation, 'books on wine cellars');
    await mutate('mutation($id: ID!, $answer: SavedAnswerInput!) { done: changeSavedAnswer(id: $id, version: 1, answer: $answer) { __typename } }', { id, answer: { kind: 'answer', title: 'Wine cellars', text: 'New.', lang: 'en' } });
    expect((await read(conversation)).suggestions[0]).toMatchObject({ draftText: 'New.', answer: { text: 'New.' } });
    await mutate('mutation($id: ID!) { done: removeSavedAnswer(id: $id) { __typename } }', { id });
    expect((await read(conversation)).suggestions[0]).toMatchObject({ title: 'Wine cellars', draftText: null, answer: { standing: 'removed' } });
  });

  it('among what accounts find, and wait for none of these', async () => {
    await saved({ title: 'Wine cellars', text: 'Shelf 7.' });
    const shelf = await scene.account(ashford, { plugin: 'with-advisor', name: 'ours', settings: JSON.stringify({ shelf: 'ours', books: [{ title: 'Building wine cellars' }] }) });
    await api.app.get(AdvisorRefreshes).refresh(shelf, new AbortController().signal);
    await scene.account(ashford, { plugin: 'with-broken-advisor', name: 'hangs', settings: JSON.stringify({ manner: 'hangs' }) });
    const { conversation } = await heard({ restated: 'books on wine cellars' });
    const told = await asked(conversation, undefined, ['hangs']);
    expect(told.advice.find(({ account }) => account?.name === 'hangs')).toMatchObject({ state: 'asking' });
    expect([...titles(told.suggestions)].sort()).toEqual(['Building wine cellars', 'Wine cellars']);
    expect(told.suggestions.find(({ house }) => house === null)).toMatchObject({ cite: expect.stringContaining('https://'), answer: null, draftText: expect.stringMatching(/^Building wine cellars: https:/u), foundBy: [{ name: 'ours' }] });
    for (;;) {
      if ((await read(conversation)).advice.every(({ state }) => state !== 'asking')) break;
      clock.advance(1_000);
    }
    const checked = await api.ask(librarian, 'mutation($id: ID!) { checkSuggestions(conversationId: $id) { suggestions { title } failures { because } } }', { id: conversation });
    expect(checked.errors).toBeUndefined();
    expect((checked.data?.['checkSuggestions'] as { suggestions: object[] }).suggestions).toHaveLength(2);
  });
});

describe('the reference interview asks back', () => {
  const questions = async (told: Parameters<typeof heard>[0], need?: string): Promise<readonly string[]> => titles(of(await asked((await heard(told)).conversation, need), 'interview'));

  it('alone, where nothing was found that says what somebody needs', async () => {
    await saved({ title: 'Wine cellars', text: 'Shelf 7.' });
    const told = await asked((await heard()).conversation);
    expect(told.advice).toEqual([{ house: 'interview', state: 'answered', need: '', found: 7, account: null }]);
    expect(titles(told.suggestions)).toEqual(english);
    expect(told.suggestions[1]).toMatchObject({ draftText: 'What would you like to do with it? That helps us find something that fits.', cite: null });
  });

  it.each([
    ['what was found is likelier no need', { restated: 'build a wine cellar', score: 0.4 }, undefined],
    ['it is said in a word or two', { restated: 'wine cellar' }, undefined],
    ['staff say it so', {}, 'cellars'],
  ])('where %s', async (_, told, need) => expect(await questions(told, need)).toEqual(english));

  it.each([['found', { restated: 'build a wine cellar' }, undefined], ['said by staff', {}, 'build a wine cellar']])('not where the need is clear as it was %s', async (_, told, need) => {
    const all = await asked((await heard(told)).conversation, need);
    expect(all.advice.map(({ house }) => house)).toEqual(['saved_answers']);
  });

  it.each([
    ['that of the author', 'de-CH', 'Worum es geht'], ["the library's first, where there are none in the author's", 'pl', 'De quoi il s’agit'], ["the library's first, where nobody knows the author's", null, 'De quoi il s’agit'],
  ])('in one language: %s', async (_, lang, first) => {
    const found = await questions({ restated: 'x', lang });
    expect(found).toHaveLength(7);
    expect(found[0]).toBe(first);
  });

  it("with a library's own questions first, its version of one in the place of it, and none that it hides", async () => {
    await saved({ kind: 'question', title: 'County question', text: 'Which?' }, { at: county, by: head });
    await saved({ kind: 'question', title: 'Our question', text: 'What?' });
    await saved({ kind: 'question', title: 'Our purpose', text: 'What will you do?' }, { insteadOfId: '0195c0de-0000-7000-8000-000000001002' });
    await mutate('mutation($at: ID!, $id: ID!) { done: hideSavedAnswer(libraryId: $at, id: $id) { id } }', { at: ashford.id, id: '0195c0de-0000-7000-8000-000000001003' });
    expect(await questions({ restated: 'x' })).toEqual(['Our question', 'Our purpose', 'County question', 'What it is about', 'By when', 'Which level', 'Which form', 'What matters most']);
  });

  it('nothing of an author who wants no machine to read what they say', async () => {
    const { post, conversation } = await heard({ restated: 'build a wine cellar' });
    await scene.query('update post set refusals = $2 where id = $1', [post, JSON.stringify([{ purpose: 'classify', sign: '#NoAI in bio' }])]);
    const answer = await api.ask(librarian, 'mutation($id: ID!) { askAdvisors(conversationId: $id) { __typename ... on UserError { code message } } }', { id: conversation });
    expect(answer.data?.['askAdvisors']).toMatchObject({ code: 'NEED_NOT_HEARD', message: expect.stringContaining('#NoAI in bio') });
    expect((await read(conversation)).advice).toEqual([]);
  });

  it('once for each need: asked again, its questions take the place of those before', async () => {
    const { conversation } = await heard();
    await asked(conversation);
    await saved({ kind: 'question', title: 'New', text: 'New?' });
    expect(titles((await asked(conversation)).suggestions)).toEqual(['New', ...english]);
  });
});
