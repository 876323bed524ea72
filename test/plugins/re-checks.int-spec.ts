import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RemoteError } from '@earshot/plugin-sdk';
import { TestBed } from './host-under-test.js';
import { ListeningProcess } from './listening-process.js';
import { ThreadNetwork, withThreads } from './with-threads.js';

const minute = 60_000;
const hour = 60 * minute;

let bed: TestBed;
let account: string;
let network: ThreadNetwork;
let process: ListeningProcess;

beforeAll(async () => {
  bed = await TestBed.open();
  account = await bed.scene.account(bed.library, { plugin: 'with-threads' });
  await bed.scene.follow(bed.library, await bed.scene.list(bed.library), account, { network: 'fixture', key: 'club' });
});
beforeEach(async () => {
  network = new ThreadNetwork();
  process = await ListeningProcess.start(bed, [withThreads(network)]);
  await bed.scene.query('update post set ask_at = null');
});
afterAll(() => bed.close());

let said = 0;
const now = (): Date => new Date(process.clock.now());
/** Posts of the followed club, each alone; their ids. */
const hear = async (posts = 1): Promise<string[]> => {
  const ids = Array.from({ length: posts }, () => `alone-${++said}`);
  await process.hear(account, 'with-threads', ids.map((id) => network.say(id, { at: now() })));
  return ids;
};
const check = (): Promise<void> => process.reChecks.checkDue(new AbortController().signal);
const pass = async (ms: number): Promise<void> => {
  process.clock.advance(ms);
  await check();
};
const rowOf = async (id: string) => (await bed.scene.query<{ text: string | null; gone_why: string | null; ask_at: Date | null; asked_at: Date | null }>('select * from post where remote_id = $1', [id]))[0];
const edit = (id: string, text: string): void => {
  const at = network.posts.findIndex((post) => post.ref.id === id);
  network.posts[at] = { ...network.posts[at]!, text, version: '2' };
};
const take = (id: string): void => void network.posts.splice(network.posts.findIndex((post) => post.ref.id === id), 1);

describe('what is stored', () => {
  it('is asked about after an hour and a day, and then every week', async () => {
    const [id] = await hear();
    for (const wait of [59 * minute, minute, 22 * hour, hour, 6 * 24 * hour, 7 * 24 * hour]) await pass(wait);
    expect(network.asked.posts).toEqual(Array.from({ length: 4 }, () => [id]));
    expect((await rowOf(id!))?.asked_at).toEqual(now());
  });
  it('is edited and let go of as its author did on the network', async () => {
    const [edited, deleted, same] = (await hear(3)) as [string, string, string];
    edit(edited, 'better said');
    take(deleted);
    await pass(hour);
    expect(network.asked.posts).toHaveLength(1);
    expect([await rowOf(edited), await rowOf(deleted), await rowOf(same)]).toMatchObject([{ text: 'better said' }, { text: null, gone_why: 'deleted' }, { text: `What ${same} says` }]);
    await pass(24 * hour);
    expect(network.asked.posts[1]).toEqual([edited, same]);
  });
  it('is asked about under the name that the host of our account has for it: of what is gone no other finds anything', async () => {
    const [id] = (await hear()) as [string];
    await bed.scene.query(`insert into post_alias(network, host, local_id, post_id) select 'fixture', h, 'name at ' || h, id from post, unnest(array['alder.example', 'birch.example', 'cedar.example']) h where remote_id = $1`, [id]);
    await pass(hour);
    expect(network.asked.hosts).toEqual(['alder.example']);
    await bed.scene.query(`with us as (insert into profile(id, network, remote_id, handle, url) values (gen_random_uuid(), 'fixture', 'us', 'library', 'https://Birch.example/@library') returning id) update account set profile_id = us.id from us where account.id = $1`, [account]);
    await pass(24 * hour);
    expect(network.asked.hosts.slice(1)).toEqual(['birch.example']);
    await bed.scene.query('update account set profile_id = null where id = $1', [account]);
  });
  it('is asked of the account whose host has a name for it, whichever brought its thread', async () => {
    const [id] = (await hear()) as [string];
    const other = await bed.scene.account(bed.library, { plugin: 'with-threads', profile_id: await bed.scene.profile({ network: 'fixture', remote_id: 'us elsewhere', url: 'https://dogwood.example/@library' }) });
    await bed.scene.query(`insert into thread_look(thread_id, account_id, since) select thread_id, $2, now() from post where remote_id = $1 on conflict (thread_id) do update set account_id = $2`, [id, account]);
    await bed.scene.query(`insert into post_alias(network, host, local_id, post_id) select 'fixture', 'dogwood.example', 'there', id from post where remote_id = $1`, [id]);
    const asked = jest.spyOn(process.plugins, 'fetch');
    await pass(hour);
    expect(asked.mock.calls.filter(([, want]) => 'posts' in want).map(([by]) => by)).toEqual([other]);
    asked.mockRestore();
    await bed.scene.query('update account set removed_at = now() where id = $1', [other]);
  });
  it('is asked about seldom where the network says nothing of posts', async () => {
    network.postless = true;
    const [id] = (await hear()) as [string];
    await pass(hour);
    await pass(7 * 24 * hour);
    expect(network.asked.posts).toEqual([[id]]);
    expect(await rowOf(id)).toMatchObject({ gone_why: null, asked_at: null });
  });
  it('waits as long as the network asks for, and the rest of the account with it', async () => {
    await hear(45);
    network.fault = new RemoteError('rate-limited', 'Slow down.', { retryAfter: new Date(process.clock.now() + hour + 40 * minute) });
    await pass(hour);
    expect(network.asked.posts).toHaveLength(1);
    network.fault = undefined;
    await pass(39 * minute);
    expect(network.asked.posts).toHaveLength(1);
    await pass(minute);
    expect(network.asked.posts.slice(1).map((posts) => posts.length)).toEqual([20, 20, 5]);
  });
  it('that a killed process took is due again', async () => {
    const [id] = await hear();
    process.clock.advance(hour);
    const stop = new AbortController();
    network.pause = () => { stop.abort(); return Promise.reject(new DOMException('stopped', 'AbortError')); };
    await process.reChecks.checkDue(stop.signal);
    network.pause = () => Promise.resolve();
    await check();
    expect(network.asked.posts).toEqual([[id], [id]]);
  });
  it('survives a plugin that fails, and says so', async () => {
    await hear();
    network.answer = () => { throw new TypeError('oops'); };
    await pass(hour);
    expect(process.warnings).toEqual(['Stored posts could not be asked about']);
  });
  it('is asked about by no account that is off', async () => {
    await hear();
    await bed.scene.query(`update account set state = 'off' where id = $1`, [account]);
    await pass(hour);
    expect(network.asked.posts).toEqual([]);
    await bed.scene.query(`update account set state = 'on' where id = $1`, [account]);
    await pass(24 * hour);
    expect(network.asked.posts).toHaveLength(1);
  });
});

describe('ten thousand posts a day', () => {
  it('are a few requests a minute, also when all are due at once', async () => {
    await bed.scene.query(
      `with thread as (insert into thread(id) select gen_random_uuid() from generate_series(1, 10000) returning id),
         conversation as (insert into conversation(id, library_id, thread_id, last_post_at) select gen_random_uuid(), $1, id, now() from thread)
       insert into post(id, network, remote_id, thread_id, known, version, url, posted_at, heard_at, text, audience, ask_at)
       select gen_random_uuid(), 'fixture', 'many-' || id, id, true, '1', 'https://fixture.example/', $2, $2, 'one of many', 'public', $2::timestamptz + interval '1 hour' from thread`, [bed.library.id, now()]);
    // As autovacuum does where posts come one after another: without it a database plans for an empty table.
    await bed.scene.query('analyze', []);
    network.postless = true;
    process.clock.advance(hour);
    for (let minutes = 0; minutes < 3; minutes++) {
      await check();
      process.clock.advance(minute);
    }
    expect(network.asked.posts.map((posts) => posts.length)).toEqual(Array.from({ length: 15 }, () => 20));
    // After an hour, a day, a week, two: of all that is kept so long, four turns a day.
    expect((10_000 * 4) / 20 / (24 * 60)).toBeLessThan(2);
    await bed.scene.query(`delete from post where remote_id like 'many-%'`);
  });
});

describe('a post that somebody is about to answer', () => {
  it('is asked for at once', async () => {
    const [id] = (await hear()) as [string];
    take(id);
    await process.reChecks.checkNow({ accountId: account, libraryId: bed.library.id, plugin: 'with-threads' }, { network: 'fixture', id });
    expect(await rowOf(id)).toMatchObject({ gone_why: 'deleted', asked_at: now() });
  });
  it('keeps nobody waiting for a network that hangs', async () => {
    const [id] = (await hear()) as [string];
    let [release, reached] = [(): void => {}, (): void => {}];
    const hanging = new Promise<void>((resolve) => (reached = resolve));
    network.pause = () => { reached(); return new Promise((resolve) => (release = resolve)); };
    const asked = process.reChecks.checkNow({ accountId: account, libraryId: bed.library.id, plugin: 'with-threads' }, { network: 'fixture', id });
    await hanging;
    process.clock.advance(4_000);
    await asked;
    expect(await rowOf(id)).toMatchObject({ gone_why: null, asked_at: null });
    take(id);
    release();
    while ((await rowOf(id))?.asked_at === null) await process.host.calm();
    expect(process.warnings).toEqual([]);
  });
});
