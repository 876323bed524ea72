import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ApiApp, codeOf, startApi } from '../../../../test/support/api-app.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import type { ReadScope } from '../database/index.js';
import { SignIn } from '../staff/index.js';
import { StaffApiModule } from '../staff/api/index.js';
import { LibrariesModule } from './index.js';

let api: ApiApp;
let scene: Scene;
let county: SceneLibrary, ashford: SceneLibrary;
let chief: Record<string, string>, librarian: Record<string, string>, foreigner: Record<string, string>;

beforeAll(async () => {
  const test = await createTestDatabase();
  api = await startApi(test, { imports: [StaffApiModule, LibrariesModule] });
  scene = await Scene.open(test);
  county = await scene.library({ name: 'County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  const as = async (actor: string): Promise<Record<string, string>> => ({ cookie: `earshot=${(await api.app.get(SignIn).openSession(actor)).secret}`, 'x-earshot': '1' });
  chief = await as(await scene.person(county, 'administrator'));
  librarian = await as(await scene.person(ashford, 'librarian'));
  foreigner = await as(await scene.person(await scene.library(), 'administrator'));
});
afterAll(async () => {
  await scene.close();
  await api.close();
});

const found = 'mutation($input: FoundLibraryInput!) { foundLibrary(input: $input) { __typename ... on Library { id name parent { name } myRole } ... on UserError { code } } }';
const area = 'mutation($id: ID!, $add: [PlaceInput!]!, $remove: [ID!]!) { changeServiceArea(libraryId: $id, add: $add, remove: $remove) { places { id kind value } } }';

describe('founding', () => {
  it('puts a library into the tree, with a system actor for its jobs and the roles from above', async () => {
    const answer = await api.ask(chief, found, { input: { parentId: ashford.id, kind: 'branch', name: 'Mill Lane', handle: 'mill-lane' } });
    expect(answer).toMatchObject({ data: { foundLibrary: { __typename: 'Library', name: 'Mill Lane', parent: { name: 'Ashford' }, myRole: 'administrator' } } });
    const { id } = (answer.data as { foundLibrary: { id: string } }).foundLibrary;
    expect(await scene.query(`select r.role from system_actor s join actor_role r using (actor_id) where s.library_id = $1`, [id])).toEqual([{ role: 'librarian' }]);
    expect(await scene.query('select action from audit where library_id = $1', [id])).toEqual([{ action: 'library.founded' }]);
    expect(await api.ask(librarian, 'query($id: ID!) { library(id: $id) { myRole } }', { id })).toMatchObject({ data: { library: { myRole: 'librarian' } } });
  });

  it.each([
    ['a handle that somebody has', { handle: 'library-1' }, 'HANDLE_TAKEN'],
    ['a handle with signs', { handle: 'Über/uns' }, 'BAD_INPUT'],
    ['a branch below a consortium', { kind: 'branch', handle: 'x-1' }, 'BAD_INPUT'],
    ['a second consortium below', { kind: 'consortium', handle: 'x-2' }, 'BAD_INPUT'],
    ['a zone that is none', { timeZone: 'Mars/Base', handle: 'x-3' }, 'BAD_INPUT'],
    ['a language that is none', { languages: ['English'], handle: 'x-4' }, 'BAD_INPUT'],
  ])('refuses %s', async (_what, wrong, code) => {
    const answer = await api.ask(chief, found, { input: { parentId: county.id, kind: 'library', name: 'X', ...wrong } });
    expect(codeOf(answer) ?? (answer.data as { foundLibrary: { code: string } }).foundLibrary.code).toBe(code);
  });

  it('is for administrators above', async () => {
    const input = { parentId: ashford.id, kind: 'branch', name: 'X', handle: 'x' };
    expect(codeOf(await api.ask(librarian, found, { input }))).toBe('FORBIDDEN');
    expect(codeOf(await api.ask(foreigner, found, { input }))).toBe('NOT_FOUND');
  });
});

describe('the service area', () => {
  it('takes places once, as they are written, and gives them up again', async () => {
    const add = [{ kind: 'name', value: ' Ashford ' }, { kind: 'hashtag', value: '#ashford' }, { kind: 'name', value: 'Ashford' }, { kind: 'postcode', value: 'TN23' }];
    const places = ((await api.ask(chief, area, { id: ashford.id, add, remove: [] })).data as { changeServiceArea: { places: { id: string; kind: string; value: string }[] } }).changeServiceArea.places;
    expect(places.map(({ kind, value }) => `${kind} ${value}`)).toEqual(['hashtag ashford', 'name Ashford', 'postcode TN23']);
    const again = await api.ask(chief, area, { id: ashford.id, add: add.slice(0, 1), remove: [places[2]?.id] });
    expect((again.data as { changeServiceArea: { places: unknown[] } }).changeServiceArea.places).toHaveLength(2);
    expect(await scene.query(`select detail from audit where action = 'library.service-area-changed' order by at`)).toEqual([{ detail: { added: 3, removed: 0 } }, { detail: { added: 0, removed: 1 } }]);
  });
  it.each([[{ kind: 'hashtag', value: '#two words' }], [{ kind: 'name', value: '' }], [{ kind: 'name', value: 'a\nb' }]])('refuses %j', async (place) => {
    expect(codeOf(await api.ask(chief, area, { id: ashford.id, add: [place], remove: [] }))).toBe('BAD_INPUT');
  });
});

describe('reading', () => {
  it('the tree, in as many statements for thirteen libraries as for one', async () => {
    const reads = jest.spyOn(api.database, 'reads');
    const tree = 'query($id: ID!) { library(id: $id) { name children { name myRole places { value } children { name } } } }';
    const read = async (): Promise<{ children: number; statements: number }> => {
      const answer = await api.ask(chief, tree, { id: county.id });
      const scope = reads.mock.results.at(-1)?.value as ReadScope;
      return { children: (answer.data as { library: { children: unknown[] } }).library.children.length, statements: scope.statements };
    };
    const one = await read();
    for (let i = 0; i < 12; i++) await scene.library({ name: `Member ${i}`, parent: county });
    expect([one.children, await read()]).toEqual([1, { children: 13, statements: one.statements }]);
  });
  it('nothing of another tree', async () => {
    expect(await api.ask(foreigner, 'query($id: ID!) { library(id: $id) { name } }', { id: ashford.id })).toEqual({ status: 200, data: { library: null } });
    expect(await api.ask(librarian, '{ myLibraries { edges { node { name } } } viewer { roles { library { name } role } } }')).toMatchObject({
      data: { myLibraries: { edges: [{ node: { name: 'Ashford' } }, { node: { name: 'Mill Lane' } }] }, viewer: { roles: [{ library: { name: 'Ashford' }, role: 'librarian' }] } },
    });
  });
});
