import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Scene, type SceneLibrary } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database, type ReadScope, type Tx } from '../../database/index.js';
import { type ActsFor, type EnqueueOptions, type JobHandler, type JobKind, Jobs } from '../../jobs/index.js';
import { type Actor, Audit, Permissions } from '../../staff/index.js';
import type { DocumentBytes } from '../documents/decode-text.js';
import type { DocumentReading } from '../documents/read-document.js';
import { EntryLookUp } from '../entry-look-up.js';
import { FollowAccounts } from '../follow-accounts.js';
import { FollowDesk } from '../follow-desk.js';
import { Suppression } from '../../privacy/consent/index.js';
import { OwnLists } from '../own-lists.js';
import { ProfileCheck } from '../profile-check.js';
import { RememberedChanges, Town } from '../testing/town.js';
import { ListUnreadable } from './follow-import.errors.js';
import { type FollowImportLineRow, type FollowImportRow, importLineColumns } from './follow-import.row.js';
import { FollowImportsReader, importLineOrder } from './follow-imports.reader.js';
import { FollowImportsService, type ImportFacts } from './follow-imports.service.js';
import { ImportLinesRepository } from './import-lines.repository.js';
import { addedAtOnce, ImportApplying } from './import-applying.js';
import { ImportChores } from './import-chores.js';
import { applyImportJob, forgetImportsJob, lookUpImportJob } from './import-jobs.js';
import { ImportLookUp } from './import-look-up.js';

/** Remembers what was enqueued, and runs what is asked for. */
class RememberedJobs extends Jobs {
  readonly enqueued: { readonly kind: string; readonly data: object; readonly at?: Date; readonly libraryId?: string }[] = [];
  private readonly handlers = new Map<string, JobHandler<never, never>>();

  handle<Data extends object, For extends ActsFor>(kind: JobKind<Data, For>, handler: JobHandler<Data, For>): void {
    this.handlers.set(kind.name, handler as unknown as JobHandler<never, never>);
  }
  async enqueue<Data extends object, For extends ActsFor>(_tx: Tx, kind: JobKind<Data, For>, data: Data, options: EnqueueOptions<For>): Promise<string> {
    this.enqueued.push({ kind: kind.name, data, ...options });
    return 'job';
  }
  async run(kind: string, data: object, library?: { readonly id: string; readonly actorId: string }): Promise<void> {
    await this.handlers.get(kind)?.({ id: 'job', data, attempt: 1, abort: new AbortController().signal, library } as never);
  }
}

const suppression = new Suppression('test key');
let database: Database;
let scene: Scene;
let [county, ashford]: [SceneLibrary, SceneLibrary] = [] as never;
let [chief, ada, ben, observer]: [Actor, Actor, Actor, Actor] = [] as never;
let account: string;
let [changes, town]: [RememberedChanges, Town] = [] as never;
let applying: ImportApplying;
let [imports, lookUp, jobs]: [FollowImportsService, ImportLookUp, RememberedJobs] = [] as never;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 3, worker: 4, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  const millbrook = await scene.library({ name: 'Millbrook', parent: county });
  const person = async (at: SceneLibrary, role: 'administrator' | 'librarian' | 'observer'): Promise<Actor> => ({ id: await scene.person(at, role), kind: 'person' });
  [chief, ada, ben, observer] = [await person(county, 'administrator'), await person(ashford, 'librarian'), await person(millbrook, 'librarian'), await person(ashford, 'observer')];
  account = await scene.account(county);
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  [changes, town, jobs] = [new RememberedChanges(), new Town(), new RememberedJobs()];
  const lines = new ImportLinesRepository();
  applying = new ImportApplying(database, lines, new OwnLists(suppression), new Audit(), changes);
  imports = new FollowImportsService(new FollowDesk(database, new Permissions(), new Audit(), changes), lines, new FollowAccounts(), jobs, applying);
  lookUp = new ImportLookUp(database, lines, new EntryLookUp(town, new ProfileCheck(town)), new OwnLists(suppression));
});

const facts: ImportFacts = { reason: 'chamber of commerce', category: 'business' };
const bytesOf = (text: string): DocumentBytes => async function* () { yield Buffer.from(text); };
const read = async (listId: string, text: string, told: Partial<DocumentReading & ImportFacts> = {}): Promise<FollowImportRow> => {
  const { id } = await imports.start(ada, { listId, name: 'file.csv' });
  const result = await imports.read(ada, id, { columns: [], ...told }, { ...facts, ...told }, bytesOf(text));
  if (result instanceof ListUnreadable) throw new Error(result.message);
  return result;
};
const linesOf = (importId: string): Promise<FollowImportLineRow[]> => scene.query<FollowImportLineRow & Record<string, unknown>>(`select ${importLineColumns} from follow_import_line l join follow_import i on i.id = l.import_id where l.import_id = $1 order by l.entry`, [importId]);
const stateOf = async (importId: string): Promise<string> => (await scene.query<{ state: string }>('select state from follow_import where id = $1', [importId]))[0]?.state ?? '';
const followsOf = async (listId: string): Promise<string[]> => (await scene.query<{ key: string }>('select key from follow where list_id = $1 and removed_at is null order by key collate "C"', [listId])).map(({ key }) => key);
const readingOf = async <T>(read: (reader: FollowImportsReader, reads: ReadScope) => Promise<T>): Promise<T> => {
  const reads = database.reads(ada.id);
  try {
    return await read(new FollowImportsReader(), reads);
  } finally {
    await reads.close();
  }
};
const run = async (importId: string, stop?: AbortSignal): Promise<string> => (await lookUp.run({ importId, actorId: ashford.system }, stop)).how;
const shown = async (importId: string): Promise<unknown[]> => (await linesOf(importId)).map(({ line, outcome, why }) => [line, outcome, why]);

describe('an import', () => {
  it('shows line by line what it will do, follows nothing before, and then does just that', async () => {
    const list = await scene.list(ashford);
    await scene.follow(ashford, list, account, { key: '@there' });
    const { id, state } = await read(list, '@Paper\n\n #Town \n@paper\n@two\nnobody\n@down\n@there\n@nobot\n@gone\n@moved\n@circle\n@unknown\n@bug\nhttps://courier.example/rss');
    expect(state).toBe('looking-up');
    await expect(imports.apply(ada, id)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await run(id)).toBe('ready');
    const preview = [
      [1, 'will-add', null], [3, 'will-add', null], [4, 'already-there', 'It is the same as line 1.'], [5, 'several', 'It names 2 things.'],
      [6, 'refused', 'Nothing that could be followed goes by this name.'], [7, 'refused', 'The town does not answer.'], [8, 'already-there', 'It is on this list.'],
      [9, 'refused', 'This person asks not to be listened to: #nobot in the bio.'], [10, 'refused', 'This account was deleted.'], [11, 'moved', 'It moved here from @moved.'],
      [12, 'refused', 'It moved again and again.'], [13, 'will-add', null], [14, 'refused', "The account's plugin failed on it: a bug, which is in the log."], [15, 'will-add', null],
    ];
    expect(await shown(id)).toEqual(preview);
    expect((await linesOf(id)).filter(({ outcome, cure }) => (outcome === 'refused' || outcome === 'several') && cure === null)).toEqual([]);
    expect(await followsOf(list)).toEqual(['@there']);
    expect(changes.told).toEqual([]);

    town.asked.length = 0;
    expect(await imports.apply(ada, id)).toMatchObject({ state: 'applied', endedAt: expect.any(Date) });
    expect(await followsOf(list)).toEqual(['@here', '@paper', '@there', '@unknown', 'https://courier.example/rss', 'town']);
    expect(await shown(id)).toEqual(preview.map(([line, outcome, why]) => [line, outcome === 'will-add' || outcome === 'moved' ? 'added' : outcome, why]));
    const lines = await linesOf(id);
    expect(lines.filter(({ followId }) => followId !== null).map(({ line }) => line)).toEqual([1, 3, 8, 11, 13, 15]);
    expect(lines.slice(0, 4).map(({ targets }) => targets.map(({ key }) => key))).toEqual([['@paper'], ['town'], ['@paper'], ['@two-a', '@two-b']]);
    expect(await readingOf(async (reader, reads) => (await reader.counts(reads, [id])).map(({ outcome, count }) => [outcome, count]).toSorted())).toEqual([['added', 5], ['already-there', 2], ['refused', 6], ['several', 1]]);
    for (const [outcome, expected] of [['added', [1, 3, 11, 13, 15]], ['will-add', []], ['moved', []], ['several', [5]]] as const)
      expect(await readingOf(async (reader, reads) => (await reader.lines(reads, { id, libraryId: ashford.id }, [outcome], importLineOrder.page({ first: 20 }))).map(({ line }) => line))).toEqual(expected);
    expect(changes.told).toEqual([[account]]);
    expect(town.asked).toEqual([]);
    const [follow] = await scene.query('select * from follow where list_id = $1 and key = $2', [list, '@here']);
    expect(follow).toMatchObject({ kind: 'profile', network: 'practice', account_id: account, reason: 'chamber of commerce', category: 'business', added_by: ada.id });

    expect(await imports.apply(ada, id)).toMatchObject({ state: 'applied' });
    expect(changes.told).toHaveLength(1);
    await expect(imports.discard(ada, id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('takes what each row says, before what is said for all', async () => {
    const list = await scene.list(ashford);
    const csv = 'Name;Web site;Why;Category;Review;Keep days\nClub;@club;chess on Tuesdays;Community leader;2027-01-31;30\n;@b;;;;\nX;@c;;cats;;\nY;@d;;;2027-02-30;\nZ;@e;;;;many\n';
    const { id, format, encoding } = await read(list, csv);
    expect([format, encoding]).toEqual(['csv', 'utf-8']);
    await run(id);
    expect(await shown(id)).toEqual([
      [2, 'will-add', null], [3, 'will-add', null], [4, 'refused', 'The category must be one of: organisation, business, community-leader, media, person, other.'],
      [5, 'refused', 'The review date is not a day, as in 2026-03-01.'], [6, 'refused', 'The retention is a whole number of days, from 1 to 36525.'],
    ]);
    await imports.apply(ada, id);
    expect(await scene.query('select label, reason, category, review_on::text, keep_days from follow where list_id = $1 order by key', [list])).toEqual([
      { label: '@b', reason: 'chamber of commerce', category: 'business', review_on: null, keep_days: null },
      { label: 'Club', reason: 'chess on Tuesdays', category: 'community-leader', review_on: '2027-01-31', keep_days: 30 },
    ]);
  });

  it('refuses a line that nobody gave a reason', async () => {
    const { id } = await read(await scene.list(ashford), 'follow,why\n@a,because\n@b,', { reason: null });
    await run(id);
    expect(await shown(id)).toEqual([[2, 'will-add', null], [3, 'refused', 'It has no reason.']]);
  });

  it('comes in parts, is read again and otherwise, and says what cannot be read and where', async () => {
    const { id } = await imports.start(ada, { listId: await scene.list(ashford) });
    const document = Buffer.from('Wer,Warum\n@zoë,"Straße"\n', 'latin1');
    for (let at = 0; at < document.length; at += 7) await imports.addPart(ada, id, document.subarray(at, at + 7));
    const as = (told: Partial<DocumentReading>): ReturnType<FollowImportsService['read']> => imports.read(ada, id, { columns: [], ...told }, facts);
    expect(await as({})).toMatchObject({ code: 'WRONG_COLUMNS', line: 1, message: expect.stringContaining('1 "Wer", 2 "Warum"') });
    expect(await as({ encoding: 'utf-8' })).toMatchObject({ code: 'WRONG_ENCODING', line: 2 });
    expect(await as({ format: 'opml' })).toMatchObject({ code: 'NOT_OPML', line: 1 });
    expect([await stateOf(id), await linesOf(id)]).toEqual(['receiving', []]);
    expect(await as({ columns: [{ column: 'wer', means: 'target' }] })).toMatchObject({ state: 'looking-up', encoding: 'windows-1252' });
    expect(await as({ columns: [{ column: 'wer', means: 'target' }, { column: '2', means: 'reason' }] })).toMatchObject({ state: 'looking-up' });
    expect((await linesOf(id)).map(({ text, reason }) => [text, reason])).toEqual([['@zoë', 'Straße']]);
    await expect(imports.addPart(ada, id, document)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it("takes another installation's list without asking what it means, and says on the list whose it was", async () => {
    const list = await scene.list(ashford);
    const follow = { network: 'practice', reason: 'theirs', category: 'media' };
    const document = {
      format: 'earshot-follow-list', version: 1, name: 'Papers', source: { library: 'Hillside', exportedAt: '2026-03-01T10:00:00Z' },
      follows: [
        { ...follow, kind: 'profile', key: '@paper', label: 'The Paper' }, { ...follow, kind: 'hashtag', network: 'elsewhere', key: 'x', label: '#x' },
        { ...follow, kind: 'mentions', key: 'us', label: 'us' }, { ...follow, kind: 'planet', key: 'x', label: 'x' }, { ...follow, kind: 'profile', key: '@nobot', label: 'No' },
      ],
    };
    const { id } = await read(list, JSON.stringify(document), { accountIds: [account] });
    await run(id);
    expect((await linesOf(id)).map(({ outcome, why }) => [outcome, why])).toEqual([
      ['will-add', null], ['refused', 'None of the accounts hears the network "elsewhere".'], ['refused', "It belongs to the other library's own account."],
      ['refused', 'Things of the kind "planet" are not known here.'], ['refused', 'This person asks not to be listened to: #nobot in the bio.'],
    ]);
    await imports.apply(ada, id);
    expect(town.asked).toEqual([]);
    expect(await scene.query('select label, reason, category from follow where list_id = $1', [list])).toEqual([{ label: 'The Paper', reason: 'theirs', category: 'media' }]);
    expect(await scene.query('select sources from follow_list where id = $1', [list])).toEqual([{ sources: [{ library: 'Hillside', list: 'Papers', exportedAt: '2026-03-01T10:00:00Z', importedAt: expect.stringMatching(/^\d{4}-.*Z$/) }] }]);
  });

  it('takes the entries of a network one by one, and forgets them where the network fails', async () => {
    const { id } = await imports.start(ada, { listId: await scene.list(ashford) });
    const broken = async function* () { yield { line: 1, text: '@a' }; throw new Error('cut off'); };
    await expect(imports.readEntries(ada, id, facts, broken())).rejects.toThrow('cut off');
    expect([await stateOf(id), await linesOf(id)]).toEqual(['receiving', []]);
    const whole = async function* () { for (const key of ['@a', '@b']) yield { line: 1, text: key, target: { kind: 'profile', network: 'practice', key, label: key } }; };
    expect(await imports.readEntries(ada, id, facts, whole())).toMatchObject({ state: 'looking-up', format: 'network' });
    expect(await run(id)).toBe('ready');
    expect(await shown(id)).toEqual([[1, 'will-add', null], [1, 'will-add', null]]);
  });

  it('is seen and changed by those who write its list, and by nobody else', async () => {
    const list = await scene.list(ashford);
    const { id } = await read(list, '@a');
    for (const [actor, code] of [[ben, 'NOT_FOUND'], [observer, 'FORBIDDEN']] as const) {
      await expect(imports.apply(actor, id)).rejects.toMatchObject({ code });
      await expect(imports.start(actor, { listId: list })).rejects.toMatchObject({ code });
    }
    await expect(imports.discard({ ...ada, kind: 'token', scopes: ['read'] }, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await imports.discard(chief, id)).toMatchObject({ state: 'discarded' });
    expect(await linesOf(id)).toEqual([]);
    expect(await run(id)).toBe('over');
  });

  it('adds nothing twice and nothing that nobody would hear, whatever happened since it was shown', async () => {
    const [list, own] = [await scene.list(ashford), await scene.account(ashford)];
    const { id } = await read(list, '@a\n@b', { accountIds: [own] });
    await run(id);
    await scene.follow(ashford, list, own, { key: '@a' });
    await imports.apply(ada, id);
    expect(await shown(id)).toEqual([[1, 'already-there', 'It was added to this list meanwhile.'], [2, 'added', null]]);

    const late = await read(list, '@c', { accountIds: [own] });
    await run(late.id);
    await scene.query('update account set removed_at = now() where id = $1', [own]);
    await imports.apply(ada, late.id);
    expect(await shown(late.id)).toEqual([[1, 'refused', 'The account that would hear it was removed.']]);
  });
});

describe('looking up', () => {
  it('waits as long as a network asks, and goes on where it was', async () => {
    const { id } = await read(await scene.list(ashford), '@a\n@slow-down\n@b');
    town.waitUntil = new Date(Date.now() + 3_600_000);
    expect(await run(id)).toBe('waiting');
    expect((await shown(id)).map((line) => (line as unknown[])[1])).toEqual(['will-add', 'waiting', 'will-add']);
    expect(await lookUp.run({ importId: id, actorId: ashford.system })).toEqual({ how: 'waiting', again: expect.any(Date) });
    expect(await scene.query('select state_words, lease_until from follow_import where id = $1', [id])).toEqual([{ state_words: 'A network asks to wait before it answers more.', lease_until: null }]);
    await scene.query('update follow_import set next_at = now() where id = $1', [id]);
    town.asked.length = 0;
    expect(await run(id)).toBe('ready');
    expect(town.asked).toEqual(['@slow-down']);
  });

  it('is done by one process at a time, and by another when that one was killed', async () => {
    const { id } = await read(await scene.list(ashford), '@a\n@b');
    await scene.query(`update follow_import set lease_until = now() + interval '1 minute', lease_token = lease_token + 1 where id = $1`, [id]);
    expect(await run(id)).toBe('elsewhere');
    await scene.query(`update follow_import set lease_holder = $2 where id = $1`, [id, await database.holder()]);
    expect(await run(id)).toBe('elsewhere');
    await scene.query(`update follow_import set lease_holder = 'killed' where id = $1`, [id]);
    const ends = await Promise.all([run(id), run(id)]);
    expect(ends.filter((how) => how === 'ready')).toHaveLength(1);
  });

  it('writes nothing for a reading that is no longer the one', async () => {
    const { id } = await read(await scene.list(ashford), '@a');
    const [asked, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const resolve = town.resolve.bind(town);
    town.resolve = async (of, text) => {
      if (text !== '@a') return resolve(of, text);
      asked.resolve();
      await go.promise;
      return resolve(of, text);
    };
    const slow = run(id);
    await asked.promise;
    await imports.read(ada, id, { columns: [] }, facts, bytesOf('@b'));
    go.resolve();
    expect(await slow).toBe('over');
    expect((await linesOf(id)).map(({ text, outcome }) => [text, outcome])).toEqual([['@b', 'waiting']]);
    expect(await run(id)).toBe('ready');
  });

  it('is a job, written down with the reading, that hands on what it has to leave', async () => {
    const { id, libraryId } = await read(await scene.list(ashford), '@a\n@slow-down');
    const again = { kind: lookUpImportJob.name, data: { importId: id }, libraryId };
    expect(jobs.enqueued).toEqual([again]);
    new ImportChores(database, jobs, lookUp, applying);
    const library = { id: libraryId, actorId: ashford.system };

    town.waitUntil = new Date(Date.now() + 3_600_000);
    await jobs.run(lookUpImportJob.name, { importId: id }, library);
    await jobs.run(lookUpImportJob.name, { importId: id }, library);
    expect(jobs.enqueued.slice(1)).toEqual([{ ...again, at: expect.any(Date) }, { ...again, at: expect.any(Date) }]);
    await scene.query('update follow_import set next_at = now() where id = $1', [id]);
    await jobs.run(lookUpImportJob.name, { importId: id }, library);
    await jobs.run(lookUpImportJob.name, { importId: id }, library);
    expect(await stateOf(id)).toBe('ready');
    expect(jobs.enqueued).toHaveLength(3);
  });

  it('is given back when it is told to stop', async () => {
    const { id } = await read(await scene.list(ashford), '@a\n@b');
    expect(await run(id, AbortSignal.abort())).toBe('waiting');
    expect(await run(id)).toBe('ready');
  });

  it('forgets what lines said after thirty days, and keeps what became of it', async () => {
    const [old, young] = [await read(await scene.list(ashford), '@a'), await read(await scene.list(ashford), '@a')];
    await scene.query(`update follow_import set made_at = now() - interval '31 days' where id = $1`, [old.id]);
    new ImportChores(database, jobs, lookUp, applying);
    await jobs.run(forgetImportsJob.name, {});
    expect([await stateOf(old.id), await linesOf(old.id)]).toEqual(['discarded', []]);
    expect([await stateOf(young.id), (await linesOf(young.id)).length]).toEqual(['looking-up', 1]);
  });
});

describe('an import of many lines', () => {
  /** As the look-up leaves it, with more lines than are added while somebody waits. */
  const many = async (count = addedAtOnce * 2 + 1): Promise<FollowImportRow> => {
    const row = await imports.start(ada, { listId: await scene.list(ashford) });
    await scene.query(`update follow_import set state = 'ready', account_ids = array[$2::uuid], reason = 'r', category = 'other' where id = $1`, [row.id, account]);
    await scene.query(
      `insert into follow_import_line(import_id, library_id, entry, line, text, outcome, account_id, kind, network, key, target_label, follow_id)
       select $1, $2, n, n, '#' || n, 'will-add', $3, 'hashtag', 'practice', n, '#' || n, gen_random_uuid() from generate_series(1, $4::int) n`, [row.id, ashford.id, account, count]);
    return row;
  };
  const sizeOf = async (listId: string): Promise<number> => (await scene.query<{ n: number }>('select count(*)::int as n from follow where list_id = $1 and removed_at is null', [listId]))[0]?.n ?? -1;
  const system = (importId: string) => ({ importId, actorId: ashford.system });

  it('is applied by a job, says how far it is, and is followed all at once, by whoever wanted it', async () => {
    const { id, listId, libraryId } = await many();
    expect(await imports.apply(ada, id)).toMatchObject({ state: 'applying', linesApplied: 0, endedAt: null });
    expect(jobs.enqueued).toEqual([{ kind: applyImportJob.name, data: { importId: id }, libraryId }]);
    expect(await sizeOf(listId)).toBe(0);
    await expect(imports.discard(ada, id)).rejects.toMatchObject({ code: 'CONFLICT', message: 'This import is being applied.' });

    const [add, far] = [ImportLinesRepository.prototype.add, [] as unknown[]];
    const looked = jest.spyOn(ImportLinesRepository.prototype, 'add').mockImplementation(async function (this: ImportLinesRepository, ...told) {
      far.push((await scene.query<{ n: number }>('select lines_applied as n from follow_import where id = $1', [id]))[0]?.n, await sizeOf(listId));
      return add.apply(this, told);
    });
    new ImportChores(database, jobs, lookUp, applying);
    await jobs.run(applyImportJob.name, { importId: id }, { id: libraryId, actorId: ashford.system });
    looked.mockRestore();
    expect(far).toEqual([0, 0, addedAtOnce, 0, addedAtOnce * 2, 0]);
    expect(await sizeOf(listId)).toBe(addedAtOnce * 2 + 1);
    expect(await imports.apply(ada, id)).toMatchObject({ state: 'applied', linesApplied: addedAtOnce * 2 + 1, endedAt: expect.any(Date) });
    expect(await scene.query('select distinct added_by from follow where list_id = $1', [listId])).toEqual([{ added_by: ada.id }]);
    expect(await scene.query(`select actor_id, detail from audit where subject_id = $1 and action = 'follow-list.imported'`, [listId])).toEqual([{ actor_id: ada.id, detail: { import: id, follows: addedAtOnce * 2 + 1 } }]);
    expect(changes.told).toEqual([[account]]);
  });

  it('leaves nothing where it is stopped in the midst, is applied anew, and once where two do it', async () => {
    const { id, listId } = await many();
    await imports.apply(ada, id);
    await expect(applying.run(system(id), AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect([await stateOf(id), await sizeOf(listId), changes.told]).toEqual(['applying', 0, []]);
    expect(await imports.apply(ada, id)).toMatchObject({ state: 'applying' });
    expect(jobs.enqueued).toHaveLength(2);
    expect((await Promise.all([applying.run(system(id)), applying.run(system(id))])).toSorted()).toEqual(['applied', 'over']);
    expect([await stateOf(id), await sizeOf(listId), changes.told]).toEqual(['applied', addedAtOnce * 2 + 1, [[account]]]);
  });

  it('is left at that where its list ended meanwhile', async () => {
    const { id, listId } = await many(addedAtOnce + 1);
    await imports.apply(ada, id);
    await scene.query('update follow_list set removed_at = now() where id = $1', [listId]);
    expect(await applying.run(system(id))).toBe('over');
    expect([await stateOf(id), await sizeOf(listId)]).toEqual(['discarded', 0]);
  });
});

it('100,000 rows are read, looked up and applied, in one transaction and in bounded memory', async () => {
  const list = await scene.list(ashford);
  const { id } = await imports.start(ada, { listId: list });
  const document: DocumentBytes = async function* () {
    yield Buffer.from('follow,name,category\n');
    for (let n = 0; n < 100_000; n += 100) yield Buffer.from(Array.from({ length: 100 }, (_, index) => `#tag${n + index},"Tag ${n + index}, of the town",other\n`).join(''));
  };
  const before = process.memoryUsage().heapUsed;
  let most = 0;
  const look = setInterval(() => void (most = Math.max(most, process.memoryUsage().heapUsed - before)), 50);
  expect(await imports.read(ada, id, { columns: [] }, facts, document)).toMatchObject({ state: 'looking-up' });
  const working = jest.spyOn(database, 'working');
  expect(await run(id)).toBe('ready');
  expect(working.mock.calls.length).toBeLessThan(110);
  expect(await imports.apply(ada, id)).toMatchObject({ state: 'applying' });
  expect(await applying.run({ importId: id, actorId: ashford.system })).toBe('applied');
  jest.restoreAllMocks();
  clearInterval(look);
  expect(await scene.query('select count(*)::int as n from follow where list_id = $1', [list])).toEqual([{ n: 100_000 }]);
  expect(most).toBeLessThan(300_000_000);
}, 300_000);
