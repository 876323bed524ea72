import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { Database, newId } from '../database/index.js';
import { type Actor, Audit, Permissions } from '../staff/index.js';
import { AnnotationsService } from './annotations.service.js';
import { ClaimsService } from './claims.service.js';
import { TriageDesk } from './triage-desk.js';
import { AlreadyClaimed, Changed, NotAtThisLibrary, WrongState } from './triage.errors.js';
import { TriageService } from './triage.service.js';
import { UnmetNeedsRepository } from './unmet-needs/unmet-needs.repository.js';
import { UnmetNeeds } from './unmet-needs/unmet-needs.service.js';

let database: Database;
let scene: Scene;
let [county, ashford, millbrook]: [SceneLibrary, SceneLibrary, SceneLibrary] = [] as never;
let [ada, ben, observer]: [Actor, Actor, Actor] = [] as never;
let heard: Awaited<ReturnType<Scene['heard']>>;
let [triage, claims, annotations]: [TriageService, ClaimsService, AnnotationsService] = [] as never;

const person = (id: string): Actor => ({ id, kind: 'person' });

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 4, worker: 1, listener: 1 } });
  county = await scene.library({ name: 'Larch County' });
  ashford = await scene.library({ name: 'Ashford', parent: county });
  millbrook = await scene.library({ name: 'Millbrook', parent: county });
  ada = person(await scene.person(ashford));
  ben = person(await scene.person(millbrook));
  observer = person(await scene.person(ashford, 'observer'));
  const permissions = new Permissions();
  const desk = new TriageDesk(database, permissions, new Audit());
  triage = new TriageService(desk);
  claims = new ClaimsService(desk);
  annotations = new AnnotationsService(desk);
});
afterAll(async () => {
  await scene.close();
  await database.close();
});
beforeEach(async () => {
  heard = await scene.heard(ashford);
});

const target = (): { conversationId: string } => ({ conversationId: heard.conversation });
const timeline = async (): Promise<string[]> =>
  (await scene.query<{ kind: string }>('select kind from timeline where conversation_id = $1 order by at, id', [heard.conversation])).map(({ kind }) => kind);
const audited = async (): Promise<string[]> =>
  (await scene.query<{ action: string }>('select action from audit where subject_id = $1 order by at, id', [heard.conversation])).map(({ action }) => action);
const stored = async (): Promise<Record<string, unknown>> => (await scene.query('select * from conversation where id = $1', [heard.conversation]))[0] ?? {};

describe('every act', () => {
  it('is written to the timeline, to the audit log and into the version, once', async () => {
    const first = await triage.hide(ada, target());
    const second = await triage.hide(ada, target());
    expect(first).toMatchObject({ version: 2, hiddenAt: expect.any(Date) });
    expect(second).toEqual(first);
    expect(await timeline()).toEqual(['hidden']);
    expect(await audited()).toEqual(['conversation.hidden']);
  });

  it('tells subscribers after the commit', async () => {
    const { Client } = await import('pg').then((pg) => pg.default);
    const listening = new Client(database.connection('app'));
    await listening.connect();
    await listening.query('listen earshot_hint');
    const told = new Promise<string | undefined>((resolve) => listening.on('notification', ({ payload }) => resolve(payload)));
    await triage.hide(ada, target());
    expect(JSON.parse((await told) ?? '')).toEqual([{ kind: 'conversation', id: heard.conversation, library: ashford.id, version: 2 }]);
    await listening.end();
  });

  it('does nothing where the conversation changed since it was read', async () => {
    await annotations.tag(ada, { ...target(), name: 'gardens' });
    expect(await triage.hide(ada, { ...target(), ifVersion: 1 })).toEqual(new Changed(2));
    expect(await stored()).toMatchObject({ hidden_at: null, version: 2 });
    expect(await triage.hide(ada, { ...target(), ifVersion: 2 })).toMatchObject({ version: 3 });
  });

  it('is refused to an observer, to a token without the scope, and to another library', async () => {
    await expect(triage.hide(observer, target())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(triage.hide({ ...ada, kind: 'token', scopes: ['read'] }, target())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(triage.hide(ben, target())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(triage.hide(ada, { conversationId: 'no id' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await timeline()).toEqual([]);
  });

  it('reaches the survivor by the id of a conversation that was merged into it', async () => {
    const merged = await scene.conversation(ashford, await scene.thread(), { merged_into: heard.conversation });
    const mergedBefore = await scene.conversation(ashford, await scene.thread(), { merged_into: merged });
    expect(await triage.hide(ada, { conversationId: mergedBefore })).toMatchObject({ id: heard.conversation, version: 2 });
  });
});

describe('claims', () => {
  let atMillbrook: string;
  beforeEach(async () => {
    atMillbrook = await scene.conversation(millbrook, heard.thread);
  });

  it('of two libraries at once one gets the thread, and the other is told which', async () => {
    const [a, b] = await Promise.all([claims.claim(ada, target()), claims.claim(ben, { conversationId: atMillbrook })]);
    const refused = [a, b].filter((result) => result instanceof AlreadyClaimed);
    expect(refused).toHaveLength(1);
    const winner = a instanceof AlreadyClaimed ? millbrook : ashford;
    expect(refused[0]).toMatchObject({ code: 'ALREADY_CLAIMED', libraryId: winner.id, libraryName: winner.name, since: expect.any(Date) });
    expect(JSON.stringify(refused[0])).not.toContain(winner === ashford ? ada.id : ben.id);
    const [again] = [await (winner === ashford ? claims.claim(ada, target()) : claims.claim(ben, { conversationId: atMillbrook }))];
    expect(again).toMatchObject({ libraryId: winner.id, version: 2 });
  });

  it('are released by who holds them, for another to take', async () => {
    await claims.claim(ada, target());
    expect(await claims.release(ben, { conversationId: atMillbrook })).toBeInstanceOf(AlreadyClaimed);
    await claims.release(ada, target());
    expect(await claims.release(ada, target())).toMatchObject({ version: 3 });
    expect(await claims.claim(ben, { conversationId: atMillbrook })).toMatchObject({ id: atMillbrook, version: 2 });
    expect(await timeline()).toEqual(['claimed', 'released']);
  });

  it('stay with who answered', async () => {
    await claims.claim(ada, target());
    await scene.query('update thread_claim set answered_at = now() where thread_id = $1', [heard.thread]);
    expect(await claims.release(ada, target())).toMatchObject({ code: 'WRONG_STATE', state: 'answered' });
  });

  it('go back to the others when it is not for us', async () => {
    await claims.claim(ada, target());
    await triage.close(ada, { ...target(), outcome: 'not-for-us' });
    expect(await claims.claim(ben, { conversationId: atMillbrook })).toMatchObject({ id: atMillbrook });
    expect(await timeline()).toEqual(['claimed', 'closed', 'released']);
  });
});

describe('states', () => {
  it('open, closed with an outcome, reopened', async () => {
    const closed = await triage.close(ada, { ...target(), outcome: 'helped', unmetNeed: '  a seed library ' });
    expect(closed).toMatchObject({ state: 'closed', waitingSince: null, snoozedUntil: null });
    expect(await triage.close(ada, { ...target(), outcome: 'helped' })).toEqual(closed);
    expect(await triage.close(ada, { ...target(), outcome: 'referred' })).toMatchObject({ code: 'WRONG_STATE', state: 'closed', message: 'This conversation is closed: reopen it first.' });
    expect(await scene.query('select kind, unmet_need from outcome where conversation_id = $1', [heard.conversation])).toEqual([{ kind: 'helped', unmet_need: 'a seed library' }]);
    expect(JSON.stringify(await scene.query('select detail from audit where subject_id = $1', [heard.conversation]))).not.toContain('seed');
    expect(await triage.reopen(ada, target())).toMatchObject({ state: 'open', waitingOn: 'us', waitingSince: expect.any(Date) });
    expect(await triage.reopen(ada, target())).toMatchObject({ version: 3 });
    expect(await timeline()).toEqual(['closed', 'reopened']);
  });

  it.each(['closed', 'hidden'] as const)('what is %s is not claimed, assigned or snoozed', async (state) => {
    await (state === 'closed' ? triage.close(ada, { ...target(), outcome: 'helped' }) : triage.hide(ada, target()));
    const until = new Date(Date.now() + 3_600_000);
    for (const attempt of [claims.claim(ada, target()), triage.assign(ada, { ...target(), assigneeId: ada.id }), triage.snooze(ada, { ...target(), until })])
      expect(await attempt).toMatchObject({ code: 'WRONG_STATE', state });
  });

  it('what is hidden is shown again as it was', async () => {
    await triage.hide(ada, target());
    expect(await triage.close(ada, { ...target(), outcome: 'helped' })).toBeInstanceOf(WrongState);
    expect(await triage.show(ada, target())).toMatchObject({ state: 'open', hiddenAt: null });
    expect(await triage.show(ada, target())).toMatchObject({ version: 3 });
  });

  it('is snoozed until a moment ahead, and woken', async () => {
    const until = new Date(Date.now() + 3_600_000);
    expect(await triage.snooze(ada, { ...target(), until, waitingOn: 'author' })).toMatchObject({ snoozedUntil: until, waitingOn: 'author' });
    expect(await triage.snooze(ada, { ...target(), until })).toMatchObject({ version: 2 });
    expect(await triage.snooze(ada, { ...target(), until: null })).toMatchObject({ snoozedUntil: null });
    for (const wrong of [new Date(0), new Date(NaN), new Date(Date.now() + 400 * 86_400_000)])
      expect(() => triage.snooze(ada, { ...target(), until: wrong })).toThrow('until must lie ahead');
  });

  it('is given to those who can act at its library, and to nobody', async () => {
    const [colleague, chief] = [await scene.person(ashford), await scene.person(county, 'administrator')];
    expect(await triage.assign(ada, { ...target(), assigneeId: colleague })).toMatchObject({ assigneeId: colleague });
    expect(await triage.assign(ada, { ...target(), assigneeId: chief })).toMatchObject({ assigneeId: chief });
    for (const other of [ben.id, observer.id, ashford.system, newId()])
      expect(await triage.assign(ada, { ...target(), assigneeId: other })).toEqual(new NotAtThisLibrary([other], 'librarians and administrators'));
    expect(await triage.assign(ada, { ...target(), assigneeId: null })).toMatchObject({ assigneeId: null });
    expect(await timeline()).toEqual(['assigned', 'assigned', 'assigned']);
  });
});

describe('annotations', () => {
  it('tags are one whatever their spaces, and are taken off', async () => {
    await annotations.tag(ada, { ...target(), name: '#home   brewing' });
    await annotations.tag(ada, { ...target(), name: ' home brewing ' });
    expect(await scene.query('select name from tag where conversation_id = $1', [heard.conversation])).toEqual([{ name: 'home brewing' }]);
    await annotations.untag(ada, { ...target(), name: 'home brewing' });
    expect(await annotations.untag(ada, { ...target(), name: 'home brewing' })).toMatchObject({ version: 3 });
  });

  it('a note mentions who has a role at the library, and is written once', async () => {
    const noteId = newId();
    const note = { ...target(), body: 'Ask the seed savers?', mentions: [observer.id, observer.id], noteId };
    await annotations.note(ada, note);
    await annotations.note(ada, note);
    expect(await scene.query('select id, mentions from note where conversation_id = $1', [heard.conversation])).toEqual([{ id: noteId, mentions: [observer.id] }]);
    expect(await annotations.note(ada, { ...target(), body: 'psst', mentions: [observer.id, ben.id] })).toMatchObject({ code: 'NOT_AT_THIS_LIBRARY', actorIds: [ben.id] });
    expect(await timeline()).toEqual(['noted']);
    expect(JSON.stringify(await scene.query('select detail from timeline where conversation_id = $1', [heard.conversation]))).not.toContain('seed savers');
  });

  it('a finding is marked, marked otherwise and unmarked', async () => {
    const findingId = await scene.finding(heard.post);
    const marks = (): Promise<unknown[]> => scene.query('select label, "right" from finding_mark where post_id = $1', [heard.post]);
    await annotations.mark(ada, { ...target(), findingId, right: true });
    await annotations.mark(ada, { ...target(), findingId, right: true });
    expect(await marks()).toEqual([{ label: 'need.implicit', right: true }]);
    await annotations.mark(ada, { ...target(), findingId, right: false });
    expect(await marks()).toEqual([{ label: 'need.implicit', right: false }]);
    await annotations.unmark(ada, { ...target(), findingId });
    expect(await annotations.unmark(ada, { ...target(), findingId })).toMatchObject({ version: 4 });
    expect(await marks()).toEqual([]);
    const elsewhere = await scene.finding((await scene.heard(ashford)).post);
    await expect(annotations.mark(ada, { ...target(), findingId: elsewhere, right: true })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a need that could not be met', () => {
  const needs = (): UnmetNeeds => new UnmetNeeds(database, new TriageDesk(database, new Permissions(), new Audit()), new UnmetNeedsRepository());
  const unmet = async (): Promise<string> => {
    await triage.close(ada, { ...target(), outcome: 'referred', unmetNeed: 'large print of the new atlas' });
    return (await scene.query<{ id: string }>('select id from outcome where conversation_id = $1 and unmet_need is not null', [heard.conversation]))[0]?.id ?? '';
  };

  it('brings its conversation back once it can be, and once alone', async () => {
    const id = await unmet();
    await triage.hide(ada, target());
    expect(await needs().meet(ada, id)).toMatchObject({ id: heard.conversation, state: 'open', waitingOn: 'us', hiddenAt: null });
    expect((await timeline()).at(-1)).toBe('need-met');
    expect((await scene.query('select met_by, met_at is not null as met from outcome where id = $1', [id]))[0]).toEqual({ met_by: ada.id, met: true });
    await triage.close(ada, { ...target(), outcome: 'helped' });
    expect(await needs().meet(ada, id)).toMatchObject({ state: 'closed' });
    expect((await timeline()).filter((kind) => kind === 'need-met')).toHaveLength(1);
  });
  it('by two people in the same moment as by one', async () => {
    const id = await unmet();
    await Promise.all([needs().meet(ada, id), needs().meet(ada, id)]);
    expect((await timeline()).filter((kind) => kind === 'need-met')).toHaveLength(1);
  });
  it('is met by nobody else, and an outcome without one by nobody', async () => {
    const id = await unmet();
    await expect(needs().meet(ben, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(needs().meet(observer, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await triage.reopen(ada, target());
    await triage.close(ada, { ...target(), outcome: 'helped' });
    const [helped] = await scene.query<{ id: string }>(`select id from outcome where conversation_id = $1 and kind = 'helped'`, [heard.conversation]);
    await expect(needs().meet(ada, helped?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(needs().meet(ada, 'nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
