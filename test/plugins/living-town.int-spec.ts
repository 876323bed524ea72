import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Source, Target } from '@earshot/plugin-sdk';
import practice from '@earshot/plugin-practice';
import { ashford } from '@earshot/plugin-practice/town';
import { TestBed } from './host-under-test.js';
import { ListeningProcess } from './listening-process.js';

const minute = 60_000;

let bed: TestBed;
let account: string;
let process: ListeningProcess;
let town: Awaited<ReturnType<typeof ashford>>;
let cursor: unknown;

beforeAll(async () => {
  [bed, town] = [await TestBed.open(), await ashford()];
  // An hour of the town in a minute of ours; seven of its days are over.
  account = await bed.scene.account(bed.library, { plugin: 'practice', settings: JSON.stringify({ speed: 60 }) });
  const list = await bed.scene.list(bed.library);
  for (const person of town.people.values()) if (person.followed) await bed.scene.follow(bed.library, list, account, { key: person.id });
  process = await ListeningProcess.start(bed, [practice]);
  await listen();
});
afterAll(() => bed.close());

/** The town's stream of those who are followed, until it has told everything there is by now. */
const listen = async (): Promise<void> => {
  const targets = (await bed.scene.query<Target>(`select kind, key, label from follow where account_id = $1`, [account])) as unknown as Target[];
  const stop = new AbortController();
  const { account: { plugin }, ctx } = await process.host.contexts.open(account, { abort: stop.signal });
  const source = plugin.source as Source<unknown, unknown>;
  for await (const batch of source.read({ ...(source.plan(targets)[0] as never as object), changes: (async function* () {})(), ...(cursor === undefined ? {} : { cursor }) } as never, ctx)) {
    await process.hear(account, 'practice', batch.events);
    cursor = batch.cursor ?? cursor;
    if (batch.heardUntil !== undefined) break;
  }
  stop.abort();
};
const strangers = async (): Promise<{ by: string; id: string }[]> =>
  (await bed.scene.query<{ by: string; id: string }>('select a.remote_id as by, p.remote_id as id from post p join profile a on a.id = p.author_id where p.known and p.text is not null order by p.posted_at'))
    .filter(({ by }) => town.people.get(by)?.followed === false);

describe('the practice town', () => {
  it('brings nothing by its stream of those whom nobody follows', async () => {
    expect((await bed.scene.query('select 1 from post where known'))).not.toEqual([]);
    expect(await strangers()).toEqual([]);
  });
  it('brings them by looking at the threads that still live, at once', async () => {
    await process.jobs.work();
    const heard = await strangers();
    expect(heard.length).toBeGreaterThan(10);
    // Under posts of those who are followed, every one of them.
    const roots = await bed.scene.query<{ followed: boolean }>(
      `select exists (select 1 from post r join profile a on a.id = r.author_id join follow f on f.key = a.remote_id where r.thread_id = p.thread_id) as followed from post p where p.remote_id = any($1)`, [heard.map(({ id }) => id)]);
    expect(roots.every(({ followed }) => followed)).toBe(true);
  });
  it('lets a stranger’s question under a followed post arrive within the thread’s next look', async () => {
    const asks = 'flu-clinic.3';
    process.clock.advance(10 * minute);
    await listen();
    // The clinic spoke; the question under it is not on the stream.
    expect((await strangers()).map(({ id }) => id)).not.toContain(asks);
    process.clock.advance(10 * minute);
    await process.look();
    const heard = (await strangers()).map(({ id }) => id);
    expect(heard).toContain(asks);
    // Who asks not to be kept is not kept by this way either.
    expect(heard).not.toContain('flu-clinic.2');
  });
  it('brings the last days of somebody who is followed from now on', async () => {
    const id = await bed.scene.follow(bed.library, await bed.scene.list(bed.library), account, { key: 'gus-hanlon', added_at: new Date(process.clock.now()) });
    await process.host.planner.replan(account);
    process.clock.advance(1_001);
    await process.backFill.fillAll(new AbortController().signal);
    const [history] = await bed.scene.query<{ state: string; posts: number }>('select state, posts from follow_history where follow_id = $1', [id]);
    expect(history?.state).toBe('done');
    expect(history?.posts).toBeGreaterThan(10);
    const said = await bed.scene.query<{ id: string }>(`select p.remote_id as id from post p join profile a on a.id = p.author_id where a.remote_id = 'gus-hanlon' and p.known`);
    expect(said.length).toBeGreaterThanOrEqual(history?.posts ?? 0);
  });
  it('lets them go again when they take it back', async () => {
    const kept = await strangers();
    for (let looks = 0; looks < 40; looks++) {
      process.clock.advance(10 * minute);
      await listen();
      await process.look();
    }
    const after = await strangers();
    expect(after.length).toBeGreaterThan(kept.length);
    const gone = [...town.posts.values()].filter((post) => post.deletedAt !== undefined).map((post) => post.id);
    expect(after.filter(({ id }) => gone.includes(id))).toEqual([]);
  });
});
