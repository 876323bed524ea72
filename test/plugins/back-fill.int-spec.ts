import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RemoteError } from '@earshot/plugin-sdk';
import { Classifiers, type NamedClassifier } from '@earshot/core/understanding';
import pg from 'pg';
import { coverageReports } from '../../libs/core/src/accounts/coverage-report.js';
import { TestBed } from './host-under-test.js';
import { ListeningProcess } from './listening-process.js';
import { withClassifier } from './with-classifier.js';
import { ThreadNetwork, withThreads } from './with-threads.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface CoverageGapRow {
  readonly state: string;
  readonly posts: number;
  readonly targets_done: number;
  readonly tries: number;
  readonly try_at: Date;
}

class Wondering extends Classifiers {
  constructor(private readonly loaded: readonly NamedClassifier[]) {
    super();
  }
  list(): readonly NamedClassifier[] {
    return this.loaded;
  }
}

let bed: TestBed;
let account: string;
let list: string;
let classifiers: Classifiers;
let network: ThreadNetwork;
let process: ListeningProcess;

beforeAll(async () => {
  bed = await TestBed.open();
  account = await bed.scene.account(bed.library, { plugin: 'with-threads' });
  list = await bed.scene.list(bed.library);
  classifiers = new Wondering([{ id: 'with-classifier/wondering', classifier: await (withClassifier.classifiers as Record<string, () => Promise<NamedClassifier['classifier']>>)['wondering']?.() as NamedClassifier['classifier'] }]);
});
beforeEach(async () => {
  network = new ThreadNetwork();
  process = await ListeningProcess.start(bed, [withThreads(network)], classifiers);
  await bed.scene.query(`update follow_history set state = 'done'`);
  await bed.scene.query(`update coverage_gap set state = 'closed'`);
});
afterAll(() => bed.close());

const ago = (ms: number): Date => new Date(process.clock.now() - ms);
let made = 0;
/** Follows somebody new of the network, and plans the channels anew. */
const follow = async (told: object = {}): Promise<{ readonly id: string; readonly by: string }> => {
  const by = `shop-${++made}`;
  const id = await bed.scene.follow(bed.library, list, account, { network: 'fixture', key: by, ...told });
  await process.host.planner.replan(account);
  // The rules of this process are a second old at most.
  process.clock.advance(1_001);
  return { id, by };
};
const say = (by: string, before: number, text?: string): string => {
  const id = `${by}/${network.posts.length}`;
  network.say(id, { by, at: ago(before), ...(text === undefined ? {} : { text }) });
  return id;
};
const fill = (abort = new AbortController().signal): Promise<void> => process.backFill.fillAll(abort);
const stored = async (ids: readonly string[]): Promise<string[]> => (await bed.scene.query<{ remote_id: string }>('select remote_id from post where remote_id = any($1) and known order by posted_at', [ids])).map((row) => row.remote_id);
const channelId = async (): Promise<string> => (await bed.channel(account, 'all')).id;
const gap = async (told: { readonly from?: Date | null; readonly to?: Date; readonly notedAt?: Date } = {}): Promise<string> => {
  const id = crypto.randomUUID();
  await bed.scene.query(`insert into coverage_gap(id, channel_id, library_id, gap_from, gap_to, why, noted_at, try_at) values ($1, $2, $3, $4, $5, 'the cursor was lost', $6, $6)`,
    [id, await channelId(), bed.library.id, told.from === undefined ? ago(5 * hour) : told.from, told.to ?? ago(2 * hour), told.notedAt ?? ago(0)]);
  return id;
};
const gapRow = async (id: string): Promise<CoverageGapRow> => (await bed.scene.query<CoverageGapRow & pg.QueryResultRow>('select state, posts, targets_done, tries, try_at from coverage_gap where id = $1', [id]))[0] as CoverageGapRow;

describe('a gap', () => {
  it('is asked for, target by target, and closed where the network says that this was all', async () => {
    const [one, two] = [await follow(), await follow()];
    await bed.scene.query(`update follow_history set state = 'done'`);
    const said = [say(one.by, 4 * hour), say(two.by, 3 * hour)];
    const outside = [say(one.by, 6 * hour), say(one.by, hour)];
    const id = await gap();
    await fill();
    expect(await stored([...said, ...outside])).toEqual(said);
    expect(await gapRow(id)).toMatchObject({ state: 'closed', posts: 2 });
    expect(network.asked.spans.find(({ key }) => key === one.by)).toEqual({ key: one.by, since: ago(5 * hour), until: ago(2 * hour) });
  });
  it('is asked for before those that ended earlier: after an outage staff see the newest, and the backlog comes behind', async () => {
    const { by } = await follow();
    await bed.scene.query(`update follow_history set state = 'done'`);
    const ends = [7, 2, 11, 3, 5].map((hours) => ago(hours * hour));
    for (const to of ends) await gap({ from: new Date(to.getTime() - 10 * minute), to });
    await fill();
    expect(network.asked.spans.filter(({ key }) => key === by).map(({ until }) => until)).toEqual(ends.toSorted((a, b) => b.getTime() - a.getTime()));
  });
  it('that the source told is asked for by a job of its own', async () => {
    await follow();
    await process.listening.takeFetched({ accountId: account, libraryId: bed.library.id, plugin: 'with-threads', channelId: await channelId() }, { events: [{ kind: 'gap', from: ago(3 * hour), to: ago(hour), why: 'overrun' }] } as never);
    expect(process.jobs.waiting.map(({ kind }) => kind.name)).toContain('listening.back-fill');
    await process.jobs.work();
    expect(await bed.scene.query(`select state from coverage_gap where why = 'overrun'`)).toEqual([{ state: 'closed' }]);
  });
  it('of which the network has but a part is partly closed, and lost where it has nothing', async () => {
    const { by } = await follow();
    await bed.scene.query(`update follow_history set state = 'done'`);
    say(by, 3 * hour);
    network.missing = { from: ago(5 * hour), to: ago(4 * hour) };
    const id = await gap();
    await fill();
    expect(await gapRow(id)).toMatchObject({ state: 'partly-closed', posts: 1 });
    expect(await bed.scene.query(`select 1 from coverage_gap where why = 'no longer kept'`)).toEqual([]);
    const second = await gap({ from: ago(9 * hour), to: ago(8 * hour) });
    await fill();
    expect((await gapRow(second)).state).toBe('lost');
  });
  it('that a network knows nothing of is lost', async () => {
    await follow();
    network.spanless = true;
    const id = await gap();
    await fill();
    expect((await gapRow(id)).state).toBe('lost');
  });
  it.each([
    ['The process was away longer than the network keeps a cursor.', () => {}, 'closed', 'Closed, one post came in since.'],
    ['The cursor is older than what is kept.', () => { network.missing = { from: ago(5 * hour), to: ago(4 * hour) }; }, 'partly-closed', 'Partly closed, one post came in since: no longer kept.'],
    ['The stream was open and did not bring what was said: a direct look found it.', () => { network.spanless = true; }, 'lost', 'Lost: The network does not say whether this was everything.'],
    ['The server refused to be asked so often.', () => { network.fault = new RemoteError('rate-limited', 'Too many requests.', { retryAfter: ago(-hour) }); }, 'open', 'Open: Too many requests.'],
    ['The hashtag timeline was closed to outsiders.', () => { network.fault = new RemoteError('rejected', 'This timeline is open to members only.'); }, 'lost', 'Lost: This timeline is open to members only.'],
  ] as const)('is shown with its reason and with what became of it: %s', async (why, arrange, state, told) => {
    const { by } = await follow();
    await bed.scene.query(`update follow_history set state = 'done'`);
    await bed.scene.query('delete from coverage_gap');
    say(by, 3 * hour);
    arrange();
    await process.listening.takeFetched({ accountId: account, libraryId: bed.library.id, plugin: 'with-threads', channelId: await channelId() }, { events: [{ kind: 'gap', from: ago(5 * hour), to: ago(2 * hour), why }] } as never);
    await fill();
    expect(await bed.scene.query('select why, state from coverage_gap')).toEqual([{ why, state }]);
    const reads = bed.database.reads(await bed.scene.person(bed.library, 'observer'));
    const [report] = await coverageReports(reads, { libraryId: bed.library.id, account }, ago(0));
    await reads.close();
    expect(report?.channels.flatMap(({ gaps }) => gaps)).toEqual([expect.stringContaining(`${why.replace(/\.$/, '')}. ${told}`)]);
  });
  it('whose beginning nobody knows is asked for from a week before', async () => {
    const { by } = await follow();
    await bed.scene.query(`update follow_history set state = 'done'`);
    await bed.scene.query('update channel set heard_from = null');
    const to = ago(hour);
    await gap({ from: null, to });
    await fill();
    expect(network.asked.spans.find(({ key }) => key === by)?.since).toEqual(new Date(to.getTime() - 7 * day));
  });
  it('is tried again while the network is away, and goes on where it was', async () => {
    const [one, two] = [await follow(), await follow()];
    await bed.scene.query(`update follow_history set state = 'done'`);
    const targets = (await bed.scene.query<{ targets: { key: string }[] }>('select targets from channel where account_id = $1', [account]))[0]?.targets.map(({ key }) => key) ?? [];
    const last = [one.by, two.by].sort((a, b) => targets.indexOf(a) - targets.indexOf(b)).at(-1) as string;
    const fine = network.answer.bind(network);
    network.answer = async function* (want) {
      if ('target' in want && want.target.key === last) throw new RemoteError('unreachable', 'away');
      yield* fine(want);
    };
    const id = await gap();
    await fill();
    expect(await gapRow(id)).toMatchObject({ state: 'open', tries: 1, targets_done: targets.indexOf(last), try_at: ago(-5 * minute) });
    network.answer = fine;
    await fill();
    expect((await gapRow(id)).state).toBe('open');
    network.asked.spans.splice(0);
    process.clock.advance(5 * minute);
    await fill();
    expect((await gapRow(id)).state).toBe('closed');
    expect(network.asked.spans.map(({ key }) => key)).toEqual(targets.slice(targets.indexOf(last)));
  });
  it('is asked for by one process at a time', async () => {
    await follow();
    await bed.scene.query(`update follow_history set state = 'done'`);
    await gap();
    const other = await ListeningProcess.start(bed, [withThreads(network)], classifiers);
    let release = (): void => {};
    network.pause = () => new Promise((resolve) => (release = resolve));
    const first = fill();
    while (network.asked.spans.length === 0) await new Promise((resolve) => void setImmediate(resolve));
    await other.backFill.fillAll(new AbortController().signal);
    expect(network.asked.spans).toHaveLength(1);
    network.pause = () => Promise.resolve();
    release();
    await first;
  });
  it.each(['gap', 'history'] as const)('that a killed process began, %s, is asked for by another as soon as that one is known to be gone', async (kind) => {
    const { id } = await follow();
    if (kind === 'gap') await bed.scene.query(`update follow_history set state = 'done'`);
    const at = kind === 'gap' ? await gap() : id;
    const [table, key] = kind === 'gap' ? ['coverage_gap', 'id'] : ['follow_history', 'follow_id'];
    const taken = async (holder: string): Promise<unknown> => bed.scene.query(`update ${table} set lease_holder = $2, lease_until = $3 where ${key} = $1`, [at, holder, ago(-hour)]);
    await taken(await bed.database.holder());
    await fill();
    expect(network.asked.spans).toEqual([]);
    await taken('killed');
    await fill();
    expect(network.asked.spans).not.toEqual([]);
  });
  it('is left to another process where this one stops', async () => {
    await follow();
    await bed.scene.query(`update follow_history set state = 'done'`);
    const id = await gap();
    const stop = new AbortController();
    network.pause = async () => stop.abort();
    await fill(stop.signal);
    expect((await gapRow(id)).state).toBe('open');
    network.pause = () => Promise.resolve();
    await fill();
    expect((await gapRow(id)).state).toBe('closed');
  });
});

describe('a new follow', () => {
  const historyOf = async (id: string) => (await bed.scene.query<{ state: string; posts: number; words: string | null; since: Date; until: Date }>('select state, posts, words, since, until from follow_history where follow_id = $1', [id]))[0];

  it('brings its last seven days, as history: what is older than three is not for an unprompted answer', async () => {
    const { id, by } = await follow();
    const [old, fresh, older] = [say(by, 5 * day, 'I wonder about looms'), say(by, 2 * day, 'I wonder about wool'), say(by, 8 * day)];
    await fill();
    expect(await stored([old, fresh, older] as string[])).toEqual([old, fresh]);
    expect(await historyOf(id)).toMatchObject({ state: 'done', posts: 2, words: null });
    const reasons = async (remote: string | undefined) =>
      (await bed.scene.query<{ reasons: { kind: string }[]; waiting_since: Date | null }>('select c.reasons, c.waiting_since from conversation c join post p using (thread_id) where p.remote_id = $1', [remote]))[0];
    expect((await reasons(fresh))?.reasons.map(({ kind }) => kind)).toContain('unanswered');
    expect((await reasons(old))?.reasons.map(({ kind }) => kind)).toContain('old');
    expect((await reasons(old))?.waiting_since).toBeNull();
  });
  it('tells nobody of it, as what comes later is told', async () => {
    const { by } = await follow();
    say(by, 2 * day);
    const subscriber = new pg.Client(bed.database.connection('app'));
    await subscriber.connect();
    await subscriber.query('listen earshot_hint');
    const told: string[] = [];
    const later = new Promise<void>((resolve) => subscriber.on('notification', ({ payload = '' }) => {
      told.push(payload);
      if (payload.includes('"conversation"')) resolve();
    }));
    await fill();
    await process.hear(account, 'with-threads', [network.say(`${by}-now`, { by, at: ago(0) })]);
    await later;
    await subscriber.end();
    const [now] = await bed.scene.query<{ id: string }>('select c.id from conversation c join post p using (thread_id) where p.remote_id = $1', [`${by}-now`]);
    expect(told.flatMap((payload) => JSON.parse(payload) as { kind: string; id: string }[]).filter(({ kind }) => kind === 'conversation').map(({ id }) => id)).toEqual([now?.id]);
  });
  it('says what of it the network does not have', async () => {
    const { id, by } = await follow();
    say(by, 2 * day);
    network.missing = { to: ago(4 * day) };
    await fill();
    expect(await historyOf(id)).toMatchObject({ state: 'partly', posts: 1, words: 'no longer kept' });
  });
  it('waits for its channel, and asks nothing for one that was removed', async () => {
    const id = await bed.scene.follow(bed.library, list, account, { network: 'fixture', key: 'unplanned' });
    await fill();
    expect((await historyOf(id))?.state).toBe('waiting');
    await bed.scene.query('update follow set removed_at = now() where id = $1', [id]);
    await process.host.planner.replan(account);
    await fill();
    expect(network.asked.spans.map(({ key }) => key)).not.toContain('unplanned');
  });
  it('is not asked for where it is only a way to hear', async () => {
    const { id } = await follow({ kind: 'timeline' });
    expect(await historyOf(id)).toBeUndefined();
  });
});
