import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Scene } from '../../../../../test/support/scene.js';
import { createTestDatabase } from '../../../../../test/support/test-database.js';
import { Database, newId } from '../../database/index.js';
import { LeaseLost } from '../intake.js';
import { type ChannelCommit, ChannelStore } from './channel-store.js';

const nothing: ChannelCommit = { gaps: [], unreadable: [], counts: {} };
const store = new ChannelStore();
let database: Database;
let scene: Scene;
let channel: string;

beforeAll(async () => {
  const test = await createTestDatabase();
  database = await Database.open({ connections: test.connections, entities: [], poolSize: { app: 1, worker: 1, listener: 2 } });
  scene = await Scene.open(test);
});
beforeEach(async () => {
  const library = await scene.library();
  const account = await scene.account(library);
  channel = newId();
  await scene.query(`insert into channel(id, account_id, library_id, key, mode, pulse_ms, lease_token) values ($1, $2, $3, 'feed', 'poll', 1000, 7)`, [channel, account, library.id]);
});

const commit = (told: Partial<ChannelCommit>, token = '7'): Promise<void> =>
  database.listening((tx) => store.commit(tx, { channelId: channel, token }, { ...nothing, ...told }));
const row = async (): Promise<Record<string, unknown>> => (await scene.query('select * from channel where id = $1', [channel]))[0] ?? {};

describe('ChannelStore', () => {
  afterAll(async () => {
    await scene.close();
    await database.close();
  });

  it('refuses a commit under an older token, and writes nothing of it', async () => {
    await expect(commit({ cursor: { at: 1 }, counts: { kept: 3 }, gaps: [{ to: new Date(), why: 'x' }] }, '6')).rejects.toThrow(LeaseLost);
    expect((await row())['cursor']).toBeNull();
    expect(await scene.query('select 1 from channel_count where channel_id = $1', [channel])).toEqual([]);
    expect(await scene.query('select 1 from coverage_gap where channel_id = $1', [channel])).toEqual([]);
  });

  it('keeps the cursor where a batch gives none, and never moves coverage back', async () => {
    const [early, late] = [new Date('2026-03-01T10:00:00Z'), new Date('2026-03-01T11:00:00Z')];
    await commit({ cursor: { at: 1 }, heardUntil: late, lastEventAt: late });
    await commit({ heardUntil: early, lastEventAt: early });
    expect(await row()).toMatchObject({ cursor: { at: 1 }, heard_from: late, heard_until: late, last_event_at: late, failures: 0 });
  });

  it('claims no coverage of what is to come, also where the clock of a process runs ahead', async () => {
    await commit({ heardUntil: new Date(Date.now() + 7_200_000) });
    expect(await scene.query('select heard_until <= now() as past, heard_until > now() - interval $$1 minute$$ as late from channel where id = $1', [channel])).toEqual([{ past: true, late: true }]);
  });

  it('claims no coverage at all where the source says of none', async () => {
    await commit({ cursor: { at: 1 }, lastEventAt: new Date('2026-03-01T10:00:00Z') });
    expect(await row()).toMatchObject({ heard_from: null, heard_until: null });
  });

  it('stores a cursor that is JSON null or a bare string', async () => {
    await commit({ cursor: 'abc' });
    expect((await row())['cursor']).toBe('abc');
  });

  it('counts the same dead letter up, within a batch and over batches', async () => {
    const letter = { why: 'post.url: is no http or https address', digest: '{url:string(3)} sha256:1' };
    await commit({ unreadable: [letter, letter, { why: 'other', digest: 'other' }] });
    await commit({ unreadable: [letter] });
    expect(await scene.query('select digest, times from dead_letter where channel_id = $1 order by digest', [channel])).toEqual([
      { digest: 'other', times: 1 },
      { digest: letter.digest, times: 3 },
    ]);
  });

  it('keeps a thousand kinds of dead letters and no more, while known ones are counted on', async () => {
    const letters = Array.from({ length: 1_000 }, (_, n) => ({ why: 'no', digest: `digest ${n}` }));
    await commit({ unreadable: letters });
    await commit({ unreadable: [{ why: 'no', digest: 'one too many' }, { why: 'no', digest: 'digest 0' }] });
    expect(await scene.query(`select count(*)::int as kinds, sum(times)::int as times from dead_letter where channel_id = $1`, [channel])).toEqual([{ kinds: 1_000, times: 1_001 }]);
  });

  it('adds counts by day, and records gaps', async () => {
    await commit({ counts: { kept: 2, unmatched: 5, suppressed: 0 }, gaps: [{ to: new Date('2026-03-01T10:00:00Z'), why: 'the server was away' }] });
    await commit({ counts: { kept: 1 } });
    expect(await scene.query(`select outcome, times::int from channel_count where channel_id = $1 order by outcome`, [channel])).toEqual([
      { outcome: 'kept', times: 3 },
      { outcome: 'unmatched', times: 5 },
    ]);
    expect(await scene.query('select gap_from, why, state from coverage_gap where channel_id = $1', [channel])).toEqual([{ gap_from: null, why: 'the server was away', state: 'open' }]);
  });
});
