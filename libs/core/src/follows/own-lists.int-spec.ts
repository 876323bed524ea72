import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { JobsAtHand } from '../../../../test/support/jobs-at-hand.js';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { Suppression } from '../privacy/consent/index.js';
import { type Actor, Audit, Permissions } from '../staff/index.js';
import { AddFollowsService } from './add-follows.service.js';
import { EntryLookUp } from './entry-look-up.js';
import { FollowAccounts } from './follow-accounts.js';
import { FollowDesk } from './follow-desk.js';
import { outcomeNow } from './imports/follow-import.row.js';
import { FollowImportsService } from './imports/follow-imports.service.js';
import { ImportApplying } from './imports/import-applying.js';
import { ImportLinesRepository } from './imports/import-lines.repository.js';
import { ImportLookUp } from './imports/import-look-up.js';
import { OwnLists } from './own-lists.js';
import { ProfileCheck } from './profile-check.js';
import { RememberedChanges, Town } from './testing/town.js';

const suppression = new Suppression('test key');
const facts = { reason: 'chamber of commerce', category: 'business' };
let database: Database;
let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [ada, chief]: [Actor, Actor] = [] as never;
let account: string;
let [adding, imports, lookUp]: [AddFollowsService, FollowImportsService, ImportLookUp] = [] as never;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 2, worker: 1, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  [ada, chief] = [{ id: await scene.person(ashford, 'librarian'), kind: 'person' }, { id: await scene.person(county, 'administrator'), kind: 'person' }];
  account = await scene.account(county);
  const [town, lines, ownLists] = [new Town(), new ImportLinesRepository(), new OwnLists(suppression)];
  const [desk, entries] = [new FollowDesk(database, new Permissions(), new Audit(), new RememberedChanges()), new EntryLookUp(town, new ProfileCheck(town))];
  adding = new AddFollowsService(desk, entries, new FollowAccounts(), ownLists);
  imports = new FollowImportsService(desk, lines, new FollowAccounts(), new JobsAtHand(), new ImportApplying(database, lines, ownLists, new Audit(), new RememberedChanges()));
  lookUp = new ImportLookUp(database, lines, entries, ownLists);
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  await scene.query('delete from do_not_list');
  await scene.query('delete from suppression');
});

/** That a library does not hear somebody: a profile by its key, else a server or a word. */
const keepOut = async (at: SceneLibrary, target: 'profile' | 'host' | 'bio-word', value: string): Promise<void> => {
  const profile = target !== 'profile' ? null : ((await scene.query<{ id: string }>('select id from profile where remote_id = $1', [value]))[0]?.id ?? (await scene.profile({ remote_id: value })));
  await scene.query(`insert into do_not_list(id, library_id, act, target, profile_id, value, reason, by_actor) values ($1, $2, 'hear', $3, $4, $5, 'spam', $6)`, [newId(), at.id, target, profile, profile === null ? value : null, chief.id]);
};
const erase = (key: string): Promise<unknown> => scene.query(`insert into suppression(hash, kind) values ($1, 'profile')`, [suppression.profile('practice', key)]);
const begin = async (listId: string, text: string): Promise<string> => {
  const { id } = await imports.start(ada, { listId });
  await imports.read(ada, id, { columns: [] }, facts as never, async function* () { yield Buffer.from(text); });
  expect((await lookUp.run({ importId: id, actorId: ashford.system })).how).toBe('ready');
  return id;
};
const shown = async (importId: string): Promise<unknown[]> =>
  (await scene.query<{ text: string; outcome: string; why: string | null; cure: string | null }>(`select l.text, ${outcomeNow} as outcome, l.why, l.cure from follow_import_line l join follow_import i on i.id = l.import_id where l.import_id = $1 order by l.entry`, [importId]))
    .map(({ text, outcome, why, cure }) => [text, outcome, why, cure !== null]);
const followed = async (listId: string): Promise<string[]> => (await scene.query<{ key: string }>('select key from follow where list_id = $1 order by key collate "C"', [listId])).map(({ key }) => key);

const person = 'This person is on the list of whom the library does not hear.';
const server = 'Their server is on the list of whom the library does not hear.';
const word = 'A word that they say of themselves is on the list of whom the library does not hear.';
const gone = 'This person was erased here, and nothing of theirs comes in again.';
const lines = ['@ok', '@listed', '@ann-elsewhere', '@spam', '@erased', '@moved', 'https://news.elsewhere.example/rss', '#town'];

const listAll = async (): Promise<void> => {
  await keepOut(ashford, 'profile', '@listed');
  await keepOut(county, 'host', 'elsewhere.example');
  await keepOut(county, 'bio-word', 'robot');
  await erase('@erased');
  await keepOut(county, 'profile', '@moved');
};

describe('whom our own lists keep out', () => {
  it('is refused line by line where an import is shown, and not added when it is applied', async () => {
    await listAll();
    const list = await scene.list(ashford);
    const id = await begin(list, lines.join('\n'));
    const expected = [
      ['@ok', 'will-add', null, false], ['@listed', 'refused', person, true], ['@ann-elsewhere', 'refused', server, true], ['@spam', 'refused', word, true], ['@erased', 'refused', gone, true],
      ['@moved', 'refused', person, true], ['https://news.elsewhere.example/rss', 'refused', server, true], ['#town', 'will-add', null, false],
    ];
    expect(await shown(id)).toEqual(expected);
    await imports.apply(ada, id);
    expect(await followed(list)).toEqual(['@ok', 'town']);
  });

  it('is refused at applying where it was listed or erased after the import was shown, and nothing of its name stays in the line but what was written', async () => {
    const list = await scene.list(ashford);
    const id = await begin(list, lines.join('\n'));
    expect((await shown(id)).map((line) => (line as unknown[])[1])).toEqual(['will-add', 'will-add', 'will-add', 'will-add', 'will-add', 'moved', 'will-add', 'will-add']);
    const { post } = await scene.heard(ashford);
    const stored = await scene.profile({ remote_id: '@spam', bio: 'A Robot, for sale.' });
    await scene.query('update post set author_id = $1 where id = $2', [stored, post]);
    await listAll();
    await erase('@here');
    await imports.apply(ada, id);
    expect(await shown(id)).toEqual([
      ['@ok', 'added', null, false], ['@listed', 'refused', person, true], ['@ann-elsewhere', 'added', null, false], ['@spam', 'refused', word, true], ['@erased', 'refused', gone, true],
      ['@moved', 'refused', gone, true], ['https://news.elsewhere.example/rss', 'refused', server, true], ['#town', 'added', null, false],
    ]);
    expect(await scene.query(`select targets, key, target_label, follow_id from follow_import_line where import_id = $1 and outcome = 'refused' and (targets <> '[]' or coalesce(key, target_label, follow_id::text) is not null)`, [id])).toEqual([]);
    expect(await followed(list)).toEqual(['@ann-elsewhere', '@ok', 'town']);
  });

  it('is refused where a few lines are added at once, and where something was offered', async () => {
    await listAll();
    const list = await scene.list(ashford);
    const report = await adding.add(ada, { listId: list, accountIds: [account] }, lines.join('\n'), facts);
    expect(report.map(({ outcome, why }) => [outcome, why])).toEqual([['added', null], ['refused', person], ['refused', server], ['refused', word], ['refused', gone], ['refused', person], ['refused', server], ['added', null]]);
    expect(report.filter(({ outcome, cure, targets }) => outcome === 'refused' && (cure === null || targets.length > 0))).toEqual([]);
    expect(await adding.addTarget(ada, { listId: list, accountIds: [account] }, { kind: 'profile', network: 'practice', key: '@erased', label: '@erased' }, facts)).toMatchObject([{ outcome: 'refused', why: gone }]);
    expect(await followed(list)).toEqual(['@ok', 'town']);
  });

  it('is kept out by the library of the list and those above it, not by one beside it, and not by an entry that was lifted or is of writing', async () => {
    await keepOut(millbrook, 'profile', '@listed');
    await keepOut(ashford, 'profile', '@lifted');
    await keepOut(ashford, 'profile', '@written');
    await scene.query(`update do_not_list set lifted_at = now() where profile_id = (select id from profile where remote_id = '@lifted')`);
    await scene.query(`update do_not_list set act = 'contact' where profile_id = (select id from profile where remote_id = '@written')`);
    const report = await adding.add(ada, { listId: await scene.list(ashford), accountIds: [account] }, '@listed\n@lifted\n@written', facts);
    expect(report.map(({ outcome }) => outcome)).toEqual(['added', 'added', 'added']);
    const ofCounty = await adding.add(chief, { listId: await scene.list(county), accountIds: [account] }, '@listed', facts);
    expect(ofCounty.map(({ outcome }) => outcome)).toEqual(['added']);
  });
});
