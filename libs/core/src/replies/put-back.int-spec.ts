import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Scene, type SceneLibrary } from '../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../test/support/test-database.js';
import { SteadyClient, newId } from '../database/index.js';
import { StopAdministration } from '../stops/index.js';
import { noticePutBack } from './put-back.js';
import type { ReplyState } from './reply.row.js';
import { SentMark } from './sent-mark.js';

const states: readonly ReplyState[] = ['draft', 'in_review', 'approved', 'sending', 'sent', 'failed', 'unknown', 'withdrawn'];

let scene: Scene;
let owner: SteadyClient;
let ashford: SceneLibrary;
let replies: Record<ReplyState, string>;

beforeAll(async () => {
  const test = await createTestDatabase();
  scene = await Scene.open(test);
  owner = new SteadyClient(test.owner);
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await scene.close();
});
beforeEach(async () => {
  await scene.query('delete from reply');
  await scene.query('delete from stop');
  await scene.query('update installation set cluster = null, last_sent_at = null');
  ashford = await scene.library();
  const [heard, account, ada] = [await scene.heard(ashford), await scene.account(ashford), await scene.person(ashford)];
  replies = {} as Record<ReplyState, string>;
  for (const state of states) {
    const [id, approver] = [newId(), ['draft', 'in_review', 'withdrawn'].includes(state) ? null : ada];
    await scene.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, state, drafted_by, approved_by, approved_kind, approved_text, approved_at, due_at, lease_until, sent_at, sent_ref)
       values ($1, $2, $3, $4, $5, gen_random_uuid(), 'By the window.', $6, $7, $8::uuid, case when $8::uuid is not null then 'person' end, case when $8::uuid is not null then 'By the window.' end,
         case when $8::uuid is not null then '2026-03-01T12:00:00Z'::timestamptz end, case when $6 in ('approved', 'sending') then now() end, case when $6 = 'sending' then now() end,
         case when $6 = 'sent' then now() end, case when $6 = 'sent' then '{"network":"practice","id":"1"}'::jsonb end)`,
      [id, ashford.id, heard.conversation, account, heard.post, state, ada, approver]);
    replies[state] = id;
  }
});

const stored = async (state: ReplyState): Promise<Record<string, unknown>> => (await scene.query('select * from reply where id = $1', [replies[state]]))[0] ?? {};
const stops = () => scene.query('select library_id, what, by_name from stop where resumed_at is null');
const everything = () => scene.query('select * from reply order by id');
const sendingIsStopped = [{ library_id: null, what: 'sending', by_name: 'Earshot' }];

describe('a database that starts', () => {
  it('is believed the first time, and as long as it stays the one that it was', async () => {
    const before = await everything();
    for (const files of ['17 1', '17 1', '17 1']) expect(await noticePutBack(owner, { files, sentAt: undefined })).toBeUndefined();
    expect([await everything(), await stops()]).toEqual([before, []]);
  });

  it('of other files was put back or moved: nothing leaves, and a person decides on what may have left', async () => {
    await noticePutBack(owner, { files: '17 1' });
    expect(await noticePutBack(owner, { files: '18 2' })).toBe(2);
    expect(await stops()).toEqual(sendingIsStopped);
    for (const state of ['approved', 'sending'] as const)
      expect(await stored(state)).toMatchObject({ state: 'unknown', due_at: null, lease_until: null, version: 2, unproven: true, first_tried_at: new Date('2026-03-01T12:00:00Z'), failure_words: expect.stringContaining('put back') });
    // Before these are sent, once they are approved, the network is asked for them.
    for (const state of ['draft', 'in_review', 'failed'] as const) expect(await stored(state)).toMatchObject({ state, unproven: true, first_tried_at: expect.any(Date), version: 1 });
    for (const state of ['sent', 'unknown', 'withdrawn'] as const) expect(await stored(state)).toMatchObject({ state, unproven: false, first_tried_at: null, version: 1 });
    expect(await scene.query(`select kind, detail->>'because' as because from timeline where library_id = $1`, [ashford.id])).toEqual([{ kind: 'send-unknown', because: 'put-back' }, { kind: 'send-unknown', because: 'put-back' }]);
  });

  it('is judged once: whoever resumed sending is not stopped again', async () => {
    await noticePutBack(owner, { files: '17 1' });
    await noticePutBack(owner, { files: '18 2', sentAt: new Date('2026-03-01T12:00:00.123Z') });
    await new StopAdministration(owner).resume('everywhere');
    expect(await noticePutBack(owner, { files: '18 2', sentAt: new Date('2026-03-01T12:00:00.123Z') })).toBeUndefined();
    expect(await stops()).toEqual([]);
  });

  it('knows of less than was sent from here, with the files that it had: it was put back', async () => {
    await noticePutBack(owner, {});
    await scene.query(`select note_sent('2026-03-01T12:00:00.123Z')`, []);
    expect(await noticePutBack(owner, { sentAt: new Date('2026-03-01T12:00:00.123Z') })).toBeUndefined();
    expect(await noticePutBack(owner, { sentAt: new Date('2026-03-01T12:00:00.124Z') })).toBe(2);
    expect(await stops()).toEqual(sendingIsStopped);
  });

  it('of another cluster was put back, whatever machine it is asked from', async () => {
    await noticePutBack(owner, {});
    await scene.query(`update installation set cluster = '1234567 1'`, []);
    expect(await noticePutBack(owner, {})).toBe(2);
  });

  it('is new, and the data folder is not: nothing is stopped, then or later', async () => {
    const test = await createTestDatabase();
    const empty = new SteadyClient(test.owner);
    await empty.connect();
    const newScene = await Scene.open(test);
    const sentAt = new Date('2026-03-01T12:00:00Z');
    expect(await noticePutBack(empty, { sentAt })).toBeUndefined();
    await newScene.library();
    expect(await noticePutBack(empty, { sentAt })).toBeUndefined();
    await Promise.all([newScene.close(), empty.end()]);
  });

  it.each([['listening', 'all'], ['all', 'all'], ['sending', 'sending']] as const)('while %s is stopped already: %s is stopped', async (what, then) => {
    await noticePutBack(owner, { files: '17 1' });
    await new StopAdministration(owner).stop('everywhere', { what, why: 'the server moves', by: 'root' });
    await noticePutBack(owner, { files: '18 2' });
    expect(await stops()).toMatchObject([{ library_id: null, what: then }]);
  });
});

describe('the mark of what was sent', () => {
  let folder: string;
  const warned: string[] = [];
  const log = { debug: () => {}, info: () => {}, warn: (message: string) => void warned.push(message), error: () => {} };
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'earshot-mark-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('is read as it was noted, to the millisecond', async () => {
    const mark = new SentMark(join(folder, 'sent'), log);
    expect(await mark.read()).toBeUndefined();
    for (const at of [new Date('2026-03-01T12:00:00.123Z'), new Date('2026-03-01T12:00:00.999Z')]) {
      await mark.note(at);
      expect(await mark.read()).toEqual(at);
    }
  });
  it('tells nothing where it is no moment', async () => {
    await writeFile(join(folder, 'broken'), 'half a li');
    expect(await new SentMark(join(folder, 'broken'), log).read()).toBeUndefined();
  });
  it('that cannot be written holds nothing up, and is warned of', async () => {
    await new SentMark(join(folder, 'nowhere', 'sent'), log).note(new Date());
    expect(warned).toHaveLength(1);
  });
});
