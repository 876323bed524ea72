import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signedIn, startAdvising } from '../../../../../test/plugins/advising-app.js';
import { FakeClock } from '../../../../../test/plugins/fake-clock.js';
import { type ApiAnswer, type ApiApp, codeOf } from '../../../../../test/support/api-app.js';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { forgetPosts } from '../../privacy/index.js';
import { newId } from '../../database/index.js';
import { newSecretText } from '../../staff/index.js';

type Caller = Record<string, string>;
interface Answer {
  readonly __typename: string;
  readonly id: string;
  readonly libraryId: string | null;
  readonly standing: string;
  readonly title: string;
  readonly text: string;
  readonly version: number;
  readonly code?: string;
  readonly [field: string]: unknown;
}

let api: ApiApp;
let scene: Scene;
let county: SceneLibrary, ashford: SceneLibrary, desk: SceneLibrary, birch: SceneLibrary;
let head: Caller, librarian: Caller, observer: Caller, atDesk: Caller, elsewhere: Caller, program: Caller;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  county = await scene.library({ name: 'Larch County', kind: 'consortium' });
  ashford = await scene.library({ parent: county });
  desk = await scene.library({ parent: ashford, kind: 'branch' });
  birch = await scene.library({ parent: county });
  api = await startAdvising(test, new FakeClock());
  const at = async (library: SceneLibrary, role: 'librarian' | 'observer' = 'librarian'): Promise<Caller> => signedIn(scene, await scene.person(library, role));
  [head, librarian, observer, atDesk, elsewhere] = [await at(county), await at(ashford), await at(ashford, 'observer'), await at(desk), await at(birch)];
  program = await tokenOf(['read', 'draft']);
}, 60_000);
afterAll(async () => {
  await api.close();
  await scene.close();
});

const tokenOf = async (scopes: readonly string[]): Promise<Caller> => {
  const [secret, actor] = [newSecretText('ear_'), newId()];
  await scene.query(`insert into actor(id, kind) values ($1, 'token')`, [actor]);
  await scene.query(`insert into token(actor_id, library_id, name, hash, scopes, created_by, expires_at) values ($1, $2, 'a program', $3, $4, $5, now() + interval '1 hour')`, [actor, ashford.id, secret.hash, scopes, await scene.person(ashford)]);
  await scene.role(actor, ashford, 'librarian');
  return { authorization: `Bearer ${secret.text}` };
};

const plain = '__typename id libraryId standing kind title text placeholders lang categories reviewOn insteadOfId version createdBy { __typename } library { name }';
const fields = `__typename ... on SavedAnswer { ${plain} } ... on UserError { code message } ... on SavedAnswerChanged { now: version } ... on OwnVersionExists { answerId }`;
const said = (told: object = {}): object => ({ kind: 'answer', title: `Hours ${newId()}`, text: 'We are open.', lang: 'en', ...told });
const create = (told: object = {}, { by = librarian, at = ashford, insteadOfId }: { by?: Caller; at?: SceneLibrary; insteadOfId?: string } = {}): Promise<ApiAnswer> =>
  api.ask(by, `mutation($at: ID!, $answer: SavedAnswerInput!, $of: ID) { done: createSavedAnswer(libraryId: $at, answer: $answer, insteadOfId: $of) { ${fields} } }`, { at: at.id, answer: said(told), of: insteadOfId });
const change = (id: string, version: number, told: object = {}, by = librarian): Promise<ApiAnswer> =>
  api.ask(by, `mutation($id: ID!, $v: Int!, $answer: SavedAnswerInput!) { done: changeSavedAnswer(id: $id, version: $v, answer: $answer) { ${fields} } }`, { id, v: version, answer: said(told) });
const act = (what: 'remove' | 'restore', id: string, by = librarian): Promise<ApiAnswer> => api.ask(by, `mutation($id: ID!) { done: ${what}SavedAnswer(id: $id) { ${fields} } }`, { id });
const setHidden = (what: 'hide' | 'show', id: string, by = librarian, at = ashford): Promise<ApiAnswer> =>
  api.ask(by, `mutation($at: ID!, $id: ID!) { done: ${what}SavedAnswer(libraryId: $at, id: $id) { ${plain} } }`, { at: at.id, id });
const doneOf = (answer: ApiAnswer): Answer => {
  expect(answer.errors).toBeUndefined();
  return answer.data?.['done'] as Answer;
};
const created = async (...of: Parameters<typeof create>): Promise<Answer> => {
  const answer = doneOf(await create(...of));
  expect(answer.__typename).toBe('SavedAnswer');
  return answer;
};
const listed = async (filter = '', { by = librarian, at = ashford, first = 100 }: { by?: Caller; at?: SceneLibrary; first?: number } = {}): Promise<Answer[]> => {
  const answers: Answer[] = [];
  for (let after: string | null = null; ; ) {
    const answer = await api.ask(by, `query($at: ID!, $first: Int!, $after: Cursor) { savedAnswers(libraryId: $at, first: $first, after: $after, ${filter}) { edges { node { ${plain} } } pageInfo { endCursor hasNextPage } } }`, { at: at.id, first, after });
    expect(answer.errors).toBeUndefined();
    const page = answer.data?.['savedAnswers'] as { edges: { node: Answer }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    answers.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) return answers;
    after = page.pageInfo.endCursor;
  }
};
const idsOf = (answers: readonly Answer[]): readonly string[] => answers.map(({ id }) => id);
const seen = async (id: string, at: SceneLibrary, by: Caller): Promise<Answer | null> =>
  (await api.ask(by, `query($at: ID!, $id: ID!) { savedAnswer(libraryId: $at, id: $id) { ${plain} } }`, { at: at.id, id })).data?.['savedAnswer'] as Answer | null;
/** The first of those that come with the program in German. */
const german = '0195c0de-0000-7000-8000-000000002001';

describe('a saved answer', () => {
  it('is made, with what is to be filled in, and changed by whoever read it last', async () => {
    const made = await created({ text: 'Open {{opening hours}}; {{opening hours}} on holidays.', lang: 'en-GB', categories: ['visiting', ' visiting '], reviewOn: '2027-01-31' });
    expect(made).toMatchObject({ libraryId: ashford.id, standing: 'used', placeholders: ['{{opening hours}}'], categories: ['visiting'], reviewOn: '2027-01-31', version: 1, createdBy: { __typename: 'Actor' }, library: { name: expect.any(String) } });
    expect(doneOf(await change(made.id, 1, { title: 'When we are open', text: 'Always.' }))).toMatchObject({ title: 'When we are open', placeholders: [], categories: [], reviewOn: null, version: 2 });
    expect(doneOf(await change(made.id, 1, { text: 'Never.' }))).toEqual({ __typename: 'SavedAnswerChanged', code: 'SAVED_ANSWER_CHANGED', message: expect.stringContaining('read it again'), now: 2 });
    expect(await seen(made.id, ashford, librarian)).toMatchObject({ text: 'Always.' });
    expect(await scene.query(`select action from audit where subject_id = $1 order by at`, [made.id])).toEqual([{ action: 'saved-answer.created' }, { action: 'saved-answer.changed' }]);
  });

  it('is changed by one of two who do so at once', async () => {
    const { id } = await created();
    const both = await Promise.all([change(id, 1, { text: 'One.' }), change(id, 1, { text: 'Other.' })]);
    expect(both.map((answer) => doneOf(answer).__typename).sort()).toEqual(['SavedAnswer', 'SavedAnswerChanged']);
  });

  it('is removed, and comes back', async () => {
    const { id, version } = await created();
    expect(doneOf(await act('remove', id))).toMatchObject({ standing: 'removed' });
    expect(idsOf(await listed())).not.toContain(id);
    expect(idsOf(await listed('standing: removed'))).toContain(id);
    expect(await seen(id, desk, atDesk)).toBeNull();
    expect(doneOf(await change(id, version + 1))).toMatchObject({ code: 'SAVED_ANSWER_REMOVED' });
    expect(doneOf(await act('remove', id))).toMatchObject({ standing: 'removed', version: version + 1 });
    expect(doneOf(await act('restore', id))).toMatchObject({ standing: 'used' });
    expect(idsOf(await listed())).toContain(id);
  });

  it.each([
    ['title', { title: ' ' }], ['title', { title: 'two\nlines' }], ['title', { title: 'x'.repeat(201) }], ['text', { text: '' }], ['text', { text: 'x'.repeat(5_001) }], ['text', { text: 'a\u0000' }],
    ['lang', { lang: 'x' }], ['reviewOn', { reviewOn: '2027-02-30' }], ['categories', { categories: [''] }], ['categories', { categories: ['x'.repeat(61)] }],
    ['categories', { categories: Array.from({ length: 21 }, (_, n) => `c${n}`) }],
  ])('is refused where its %s is none: %j', async (field, told) => {
    const answer = await create(told);
    expect(codeOf(answer)).toBe('BAD_INPUT');
    expect(answer.errors?.[0]?.extensions['field']).toBe(field);
  });

  it('is one of two thousand at most', async () => {
    const full = await scene.library();
    const by = await signedIn(scene, await scene.person(full));
    await scene.query(`insert into saved_answer(id, library_id, kind, title, text, lang, created_by, changed_by) select gen_random_uuid(), $1, 'answer', 'n' || n, 'x', 'en', $2, $2 from generate_series(1, 2000) n`, [full.id, full.system]);
    expect(doneOf(await create({}, { by, at: full }))).toMatchObject({ code: 'TOO_MANY_SAVED_ANSWERS', message: expect.stringContaining('2000') });
    const [first] = await scene.query<{ id: string }>('select id from saved_answer where library_id = $1 limit 1', [full.id]);
    await act('remove', first?.id ?? '', by);
    expect(doneOf(await create({}, { by, at: full })).__typename).toBe('SavedAnswer');
    expect(doneOf(await act('restore', first?.id ?? '', by))).toMatchObject({ code: 'TOO_MANY_SAVED_ANSWERS' });
  });
});

describe('who may', () => {
  it('is: observers and programs read, librarians write, and others see nothing', async () => {
    const { id } = await created();
    for (const by of [observer, program]) {
      expect(await seen(id, ashford, by)).toMatchObject({ id });
      expect(idsOf(await listed('', { by }))).toContain(id);
      for (const refused of [create({}, { by }), change(id, 1, {}, by), act('remove', id, by), act('restore', id, by), setHidden('hide', german, by), setHidden('show', german, by)]) expect(codeOf(await refused)).toBe('FORBIDDEN');
    }
    expect(codeOf(await api.ask(await tokenOf(['read']), 'query($at: ID!) { savedAnswerCategories(libraryId: $at) { name } }', { at: ashford.id }))).toBe('FORBIDDEN');
    expect(await seen(id, birch, elsewhere)).toBeNull();
    for (const refused of [change(id, 1, {}, elsewhere), act('remove', id, elsewhere), setHidden('hide', id, elsewhere, birch), create({}, { by: elsewhere })]) expect(codeOf(await refused)).toBe('NOT_FOUND');
    expect(codeOf(await create({}, { by: elsewhere, at: birch, insteadOfId: id }))).toBe('NOT_FOUND');
  });

  it('write what is their own alone: of what is above, they put their own in its place', async () => {
    const { id } = await created({}, { by: head, at: county });
    for (const refused of [change(id, 1), act('remove', id), change(german, 1)]) expect(codeOf(await refused)).toBe('NOT_FOUND');
    const own = await created();
    expect(codeOf(await setHidden('hide', own.id))).toBe('BAD_INPUT');
    expect(codeOf(await create({}, { insteadOfId: own.id }))).toBe('BAD_INPUT');
  });
});

describe('down the tree', () => {
  it('an answer of the consortium is used by all below it', async () => {
    const { id } = await created({}, { by: head, at: county });
    for (const [at, by] of [[ashford, librarian], [desk, atDesk], [birch, elsewhere]] as const) expect(await seen(id, at, by)).toMatchObject({ standing: 'used', libraryId: county.id });
    expect(idsOf(await listed('whose: above'))).toContain(id);
    expect(idsOf(await listed('whose: own'))).not.toContain(id);
  });

  it('is hidden by a library for itself and those below it, and shown again', async () => {
    const { id } = await created({}, { by: head, at: county });
    expect(doneOf(await setHidden('hide', id))).toMatchObject({ standing: 'hidden' });
    expect(doneOf(await setHidden('hide', id))).toMatchObject({ standing: 'hidden' });
    expect([await seen(id, desk, atDesk), await seen(id, birch, elsewhere), await seen(id, county, head)]).toMatchObject([{ standing: 'hidden' }, { standing: 'used' }, { standing: 'used' }]);
    expect(idsOf(await listed('standing: hidden'))).toContain(id);
    expect(doneOf(await setHidden('show', id, atDesk, desk))).toMatchObject({ standing: 'hidden' });
    expect(doneOf(await setHidden('show', id))).toMatchObject({ standing: 'used' });
    expect(idsOf(await listed())).toContain(id);
  });

  it('is replaced by a version of a library\'s own, once, until that one is removed', async () => {
    const { id } = await created({}, { by: head, at: county });
    const own = await created({ text: 'Open in Ashford.' }, { insteadOfId: id });
    expect(own).toMatchObject({ insteadOfId: id, standing: 'used' });
    expect([await seen(id, ashford, librarian), await seen(id, desk, atDesk), await seen(id, birch, elsewhere)]).toMatchObject([{ standing: 'replaced' }, { standing: 'replaced' }, { standing: 'used' }]);
    expect(doneOf(await create({}, { insteadOfId: id }))).toMatchObject({ code: 'OWN_VERSION_EXISTS', answerId: own.id });
    await act('remove', own.id);
    expect(await seen(id, ashford, librarian)).toMatchObject({ standing: 'used' });
    const other = await created({}, { insteadOfId: id });
    expect(doneOf(await act('restore', own.id))).toMatchObject({ code: 'OWN_VERSION_EXISTS', answerId: other.id });
  });

  it('what comes with the program is hidden and replaced as well', async () => {
    expect(await seen(german, ashford, librarian)).toMatchObject({ libraryId: null, library: null, standing: 'used', kind: 'question', lang: 'de', title: 'Worum es geht', createdBy: null, version: 1 });
    expect(await listed('whose: program, lang: "de"', { at: birch, by: elsewhere })).toHaveLength(7);
    await setHidden('hide', german, elsewhere, birch);
    const replaced = '0195c0de-0000-7000-8000-000000002002';
    await created({ kind: 'question', lang: 'de', title: 'Zweck', text: 'Wozu?' }, { by: elsewhere, at: birch, insteadOfId: replaced });
    expect(await listed('whose: program, lang: "de"', { at: birch, by: elsewhere })).toHaveLength(5);
    expect(await listed('whose: program, lang: "de"')).toHaveLength(7);
  });
});

describe('the list', () => {
  let shelf: SceneLibrary;
  let by: Caller;
  const at = (filter: string, first?: number): Promise<Answer[]> => listed(filter, { at: shelf, by, ...(first === undefined ? {} : { first }) });
  const titles = async (filter: string): Promise<readonly string[]> => (await at(filter)).map(({ title }) => title);

  beforeAll(async () => {
    shelf = await scene.library();
    by = await signedIn(scene, await scene.person(shelf));
    const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    await created({ title: 'Cellars', text: 'Books about building cellars are on the second floor.', categories: ['building', 'books'], reviewOn: day(-2) }, { by, at: shelf });
    await created({ title: 'Öffnungszeiten', text: 'Die Bücherei ist dienstags geöffnet.', lang: 'de', categories: ['visiting'], reviewOn: day(30) }, { by, at: shelf });
    await created({ title: 'Café', text: 'Our coffee is hot.', lang: 'en-GB', categories: ['visiting'] }, { by, at: shelf });
    await created({ kind: 'question', title: 'Purpose', text: 'What would you like to build?' }, { by, at: shelf });
  });

  it.each([
    ['by words of its own language', 'whose: own, search: "build"', ['Cellars', 'Purpose']],
    ['in any form of them, without accents', 'whose: own, search: "OFFNUNGSZEIT"', ['Öffnungszeiten']],
    ['by phrases and exclusions', 'whose: own, search: "build -cellars"', ['Purpose']],
    ['by its categories', 'whose: own, search: "visiting"', ['Café', 'Öffnungszeiten']],
    ['by one category', 'category: "visiting"', ['Café', 'Öffnungszeiten']],
    ['by language, of whatever region', 'whose: own, lang: "en"', ['Cafe\u0301'.normalize('NFC'), 'Cellars', 'Purpose']],
    ['by kind', 'whose: own, kind: question', ['Purpose']],
    ['by those to be looked at again', 'due: true', ['Cellars']],
    ['by those that are not', 'whose: own, due: false', ['Café', 'Purpose', 'Öffnungszeiten']],
    ['by nothing that is there', 'search: "unicorns"', []],
  ])('is narrowed %s', async (_, filter, expected) => expect(await titles(filter)).toEqual(expected));

  it('comes in pages that leave out none and repeat none', async () => {
    const all = idsOf(await at(''));
    expect(all).toHaveLength(4 + 28);
    expect(idsOf(await at('', 5))).toEqual(all);
  });

  it('says under which words answers are filed, and how many', async () => {
    const answer = await api.ask(by, 'query($at: ID!) { savedAnswerCategories(libraryId: $at) { name count } }', { at: shelf.id });
    expect((answer.data?.['savedAnswerCategories'] as object[]).slice(0, 6)).toEqual(
      [['Auskunftsgespräch', 7], ['entretien de référence', 7], ['entrevista de referencia', 7], ['reference interview', 7], ['visiting', 2], ['books', 1]].map(([name, count]) => ({ name, count })));
  });

  it.each(['lang: "x"', `search: "${'x'.repeat(501)}"`, 'category: "a\\u0000"', 'first: 0'])('refuses %.30s', async (filter) => {
    expect(codeOf(await api.ask(by, `query($at: ID!) { savedAnswers(libraryId: $at, ${filter}) { edges { cursor } } }`, { at: shelf.id }))).toBe('BAD_INPUT');
  });
});

describe('a sent reply', () => {
  const sent = async (text: string, state = 'sent') => {
    const heard = await scene.heard(ashford, { text: 'I wonder how hard it would be to build a wine cellar in my basement' });
    await scene.query(`update profile set handle = 'anna@town.example', name = 'Anna Lindqvist', url = 'https://town.example/@anna' where id = $1`, [heard.author]);
    const [reply, account, by] = [newId(), await scene.account(ashford), await scene.person(ashford)];
    await scene.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, lang, state, drafted_by, approved_by, approved_kind, approved_text, first_tried_at, sent_at, sent_ref)
       values ($1, $2, $3, $4, $5, gen_random_uuid(), $6, 'en', $7, $8, case when $7 = 'sent' then $8::uuid end, case when $7 = 'sent' then 'person' end, case when $7 = 'sent' then $6 end, now(), case when $7 = 'sent' then now() end, case when $7 = 'sent' then '{}'::jsonb end)`,
      [reply, ashford.id, heard.conversation, account, heard.post, text, state, by]);
    return { ...heard, reply };
  };
  it('is saved without the signature that holds at its library', async () => {
    await scene.query(`insert into reply_policy(id, library_id, approvers, second_person, unasked_days, signature) values (gen_random_uuid(), $1, 'librarian', '{}', 7, '— {{first name}}, {{library}}')`, [county.id]);
    const { reply } = await sent('Three books are on the shelf.\n— Ben, Ashford');
    expect(doneOf(await save(reply))).toMatchObject({ leftOut: ['signature'], answer: { text: 'Three books are on the shelf.' } });
    await scene.query('delete from reply_policy');
  });

  const save = async (replyId: string, { by = librarian, title = 'Cellars' } = {}): Promise<ApiAnswer> =>
    api.ask(by, `mutation($id: ID!, $title: String!) { done: saveReplyAsAnswer(replyId: $id, title: $title, categories: ["building"]) { __typename ... on AnswerOfReply { leftOut answer { ${plain} } } ... on UserError { code message } } }`, { id: replyId, title });

  it('becomes an answer without whom it was written to, once', async () => {
    const { reply } = await sent('@anna@town.example Hello Anna, see https://town.example/@anna and our shelf on cellars.');
    const saved = doneOf(await save(reply));
    expect(saved).toMatchObject({ leftOut: ['mentions', 'names', 'links'], answer: { title: 'Cellars', text: 'Hello {{name}}, see {{link}} and our shelf on cellars.', placeholders: ['{{name}}', '{{link}}'], categories: ['building'], lang: 'en' } });
    expect((doneOf(await save(reply, { title: 'Again' }))['answer'] as Answer)).toMatchObject({ id: (saved['answer'] as Answer).id, title: 'Cellars' });
    await act('remove', (saved['answer'] as Answer).id);
    expect((doneOf(await save(reply))['answer'] as Answer).id).not.toBe((saved['answer'] as Answer).id);
  });

  it('is saved with all its parts, whichever of them it is asked of', async () => {
    const { reply } = await sent('Hello Anna, three books are on the shelf.');
    const [[part] = []] = [await scene.query<{ id: string }>(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, lang, state, drafted_by, approved_by, approved_kind, approved_text, sent_at, sent_ref, whole_id, part)
       select gen_random_uuid(), library_id, conversation_id, account_id, to_post_id, gen_random_uuid(), 'Ask by the door.', lang, state, drafted_by, approved_by, approved_kind, 'Ask by the door.', now(), '{}', id, 1 from reply where id = $1 returning id`, [reply])];
    const saved = doneOf(await save(part?.id ?? ''))['answer'] as Answer;
    expect(saved).toMatchObject({ text: 'Hello {{name}}, three books are on the shelf.\n\nAsk by the door.' });
    expect((doneOf(await save(reply))['answer'] as Answer).id).toBe(saved.id);
  });

  it('quotes nobody', async () => {
    const { reply } = await sent('You wonder how hard it would be to build a wine cellar in my basement: not very.');
    expect(doneOf(await save(reply))).toMatchObject({ leftOut: ['quotes'], answer: { text: expect.stringMatching(/^You \{\{in your words\}\}: not very\.$/u) } });
  });

  it('is one: others are refused, and so are those who may not', async () => {
    const [{ reply }, draft] = [await sent('Three books.'), await sent('Three books.', 'draft')];
    expect(doneOf(await save(draft.reply))).toMatchObject({ code: 'REPLY_NOT_SENT' });
    for (const by of [observer, program]) expect(codeOf(await save(reply, { by }))).toBe('FORBIDDEN');
    expect(codeOf(await save(reply, { by: elsewhere }))).toBe('NOT_FOUND');
    expect(codeOf(await save(newId()))).toBe('NOT_FOUND');
    expect(codeOf(await save(reply, { title: '' }))).toBe('BAD_INPUT');
  });

  it('lets go of what somebody takes back, also where staff wrote it into the answer, and is still found', async () => {
    const { reply, post, conversation } = await sent('Three books on cellars.');
    const { id } = doneOf(await save(reply))['answer'] as Answer;
    await change(id, 1, { title: 'Kellerbau', text: 'To "build a wine cellar in my basement": three books.' });
    await api.database.keeping((tx) => forgetPosts(tx, new Map([[post, 'deleted' as const]]), new Map()));
    expect(await seen(id, ashford, librarian)).toMatchObject({ title: 'Kellerbau', text: expect.stringMatching(/^\[…\]"?: three books\.$/u) });
    expect(await scene.query('select 1 from saved_answer where id = $1 and search is null', [id])).toHaveLength(1);
    expect(idsOf(await listed('search: "kellerbau"'))).toEqual([id]);
    expect(idsOf(await listed('search: "basement"'))).not.toContain(id);
    await scene.query('delete from reply where id = $1', [reply]);
    await scene.query('delete from hearing where conversation_id = $1', [conversation]);
    await scene.query('delete from conversation where id = $1', [conversation]);
    expect(await seen(id, ashford, librarian)).toMatchObject({ title: 'Kellerbau' });
  });

  it('goes along where its conversation becomes part of another', async () => {
    const [one, other] = [await sent('Three books.'), await scene.heard(ashford)];
    const { id } = doneOf(await save(one.reply))['answer'] as Answer;
    await api.database.listening((tx) => tx.query('select merge_conversation_work($1, $2)', [one.conversation, other.conversation]));
    expect(await scene.query('select conversation_id as c from saved_answer where id = $1', [id])).toEqual([{ c: other.conversation }]);
  });
});

describe('a file', () => {
  const imported = `... on SavedAnswerImport { new changed same leftOut entries { entry does title answerId problems { kind field message } } } ... on UserError { code message }`;
  const preview = (at: SceneLibrary, content: string, by: Caller): Promise<ApiAnswer> => api.ask(by, `query($at: ID!, $content: String!) { done: previewSavedAnswerImport(libraryId: $at, content: $content) { __typename ${imported} } }`, { at: at.id, content });
  const bring = (at: SceneLibrary, content: string, by: Caller): Promise<ApiAnswer> => api.ask(by, `mutation($at: ID!, $content: String!) { done: importSavedAnswers(libraryId: $at, content: $content) { __typename ${imported} } }`, { at: at.id, content });
  const exported = async (at: SceneLibrary, by: Caller): Promise<string> => {
    const answer = await api.ask(by, 'query($at: ID!) { files: exportSavedAnswers(libraryId: $at) { content answers } }', { at: at.id });
    return (answer.data?.['files'] as { content: string }[])[0]?.content ?? '';
  };
  const place = async (parent?: SceneLibrary): Promise<{ readonly at: SceneLibrary; readonly by: Caller }> => {
    const at = await scene.library(parent === undefined ? {} : { parent });
    return { at, by: await signedIn(scene, await scene.person(at)) };
  };

  it('carries answers to another library, which is told before what it brings', async () => {
    const [one, other] = [await place(), await place()];
    await created({ title: 'Hours', text: 'Open {{hours}}.\n"Always"', categories: ['visiting'], reviewOn: '2027-01-31' }, one);
    await created({ title: 'Wofür', kind: 'question', lang: 'de' }, one);
    const gone = await created({ title: 'Gone' }, one);
    await act('remove', gone.id, one.by);
    const file = await exported(one.at, one.by);
    expect(doneOf(await preview(other.at, file, other.by))).toMatchObject({ new: 2, changed: 0, same: 0, leftOut: 0, entries: [{ does: 'new', title: 'Hours', answerId: null }, { does: 'new', title: 'Wofür' }] });
    expect(await listed('whose: own', other)).toEqual([]);
    expect(doneOf(await bring(other.at, file, other.by))).toMatchObject({ new: 2, entries: [{ answerId: expect.any(String) }, {}] });
    expect(await listed('whose: own', other)).toMatchObject([{ title: 'Hours', text: 'Open {{hours}}.\n"Always"', categories: ['visiting'], reviewOn: '2027-01-31', libraryId: other.at.id }, { title: 'Wofür' }]);
    expect(doneOf(await bring(other.at, file, other.by))).toMatchObject({ new: 0, same: 2 });
    expect(doneOf(await preview(one.at, file, one.by))).toMatchObject({ new: 0, same: 2 });
  });

  it('changes what it names, leaves what was changed since, and says what cannot be read', async () => {
    const here = await place();
    const [a, b] = [await created({ title: 'A', text: 'old' }, here), await created({ title: 'B', text: 'old' }, here)];
    const file = (await exported(here.at, here.by)).replaceAll('"old"', '"new"').replace('"answers": [', '"answers": [{ "kind": "answer" }, ');
    await change(b.id, 1, { title: 'B', text: 'meanwhile' }, here.by);
    const expected = { new: 0, changed: 1, same: 0, leftOut: 2 };
    expect(doneOf(await preview(here.at, file, here.by))).toMatchObject({ ...expected, entries: [{ entry: 1, does: 'left_out', problems: [{ field: 'title' }, { field: 'text' }, { field: 'lang' }] }, { does: 'changed', answerId: a.id }, { does: 'left_out', answerId: b.id, problems: [{ kind: 'changed_since' }] }] });
    expect(doneOf(await bring(here.at, file, here.by))).toMatchObject(expected);
    expect(await listed('whose: own', here)).toMatchObject([{ id: a.id, text: 'new', version: 2 }, { id: b.id, text: 'meanwhile', version: 2 }]);
  });

  it('that is none, or too large, does nothing and says so', async () => {
    const here = await place();
    for (const content of ['', '{}', '[]', '\u0000', '{"format": "earshot saved answers", "version": 2}']) {
      expect(doneOf(await preview(here.at, content, here.by))).toMatchObject({ code: 'SAVED_ANSWER_FILE_UNREADABLE' });
      expect(doneOf(await bring(here.at, content, here.by))).toMatchObject({ code: 'SAVED_ANSWER_FILE_UNREADABLE' });
    }
    const entries = JSON.stringify(Array.from({ length: 2 }, (_, n) => ({ kind: 'answer', title: `t${n}`, text: 'x', lang: 'en' })));
    await scene.query(`insert into saved_answer(id, library_id, kind, title, text, lang, created_by, changed_by) select gen_random_uuid(), $1, 'answer', 'n' || n, 'x', 'en', $2, $2 from generate_series(1, 1999) n`, [here.at.id, here.at.system]);
    expect(doneOf(await bring(here.at, `{"format": "earshot saved answers", "version": 1, "answers": ${entries}}`, here.by))).toMatchObject({ code: 'TOO_MANY_SAVED_ANSWERS' });
  });

  it('is read by observers, and brought by librarians', async () => {
    const file = await exported(ashford, observer);
    expect(doneOf(await preview(ashford, file, observer)).__typename).toBe('SavedAnswerImport');
    for (const by of [observer, program]) expect(codeOf(await bring(ashford, file, by))).toBe('FORBIDDEN');
    expect(codeOf(await bring(ashford, file, elsewhere))).toBe('NOT_FOUND');
    expect(codeOf(await api.ask(elsewhere, 'query($at: ID!) { exportSavedAnswers(libraryId: $at) { answers } }', { at: ashford.id }))).toBe('NOT_FOUND');
  });
});
