import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@earshot/core/database';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { ListeningProcess } from './listening-process.js';
import { withPollSource } from './with-poll-source.js';
import { withRemoteErrors } from './with-remote-errors.js';
import { withStreamSource } from './with-stream-source.js';
import { ThreadNetwork, withThreads } from './with-threads.js';

let bed: TestBed;
beforeEach(async () => {
  bed = await TestBed.open();
});
afterEach(() => bed.close());

const never = new AbortController().signal;
/** At a library; without one, everywhere. */
const stop = async (what: 'listening' | 'all', at: string | null = bed.library.id, stoppedAt = new Date()): Promise<void> =>
  void (await bed.scene.query(`insert into stop(id, library_id, what, why, by_name, stopped_at) values ($1, $2, $3, 'the server moves', 'Ann Lee', $4)`, [newId(), at, what, stoppedAt]));
const resume = async (): Promise<void> => void (await bed.scene.query('update stop set resumed_at = now() where resumed_at is null'));

describe('while listening is stopped', () => {
  it.each([['listening', true], ['all', true], ['listening', false]] as const)('no channel is taken, and each is when it is resumed, from where it was (%s, at its library: %s)', async (what, here) => {
    const host = await HostUnderTest.start(bed, [withPollSource]);
    const account = await bed.account('with-poll-source', ['a']);
    await host.turn();
    await stop(what, here ? bed.library.id : null);
    await bed.elapse(60_000);
    await host.turn();
    expect(host.intake.posts()).toEqual(['a/1', 'a/2']);
    expect(await bed.channel(account, 'a')).toMatchObject({ state: 'waiting', lease_holder: null });
    await resume();
    await host.turn();
    expect(host.intake.posts()).toEqual(['a/1', 'a/2', 'a/3', 'a/4']);
  });

  it('for one library, those beside and above it are heard, and those below it are not', async () => {
    const host = await HostUnderTest.start(bed, [withPollSource]);
    const county = bed.library;
    const ashford = await bed.scene.library({ parent: county, kind: 'library' });
    const branch = await bed.scene.library({ parent: ashford, kind: 'branch' });
    const elm = await bed.scene.library({ parent: county, kind: 'library' });
    const accounts = await Promise.all([county, ashford, branch, elm].map(async (library) => {
      const account = await bed.scene.account(library, { plugin: 'with-poll-source' });
      await bed.scene.follow(library, await bed.scene.list(library), account, { kind: 'feed', key: library.name, label: library.name });
      return account;
    }));
    await stop('listening', ashford.id);
    await host.turn();
    const heard = await Promise.all(accounts.map(async (account) => (await bed.channels(account)).some((channel) => channel.cursor !== null)));
    expect(heard).toEqual([true, false, false, true]);
  });

  it('what another process reads at that moment is given back within a look of its own', async () => {
    const [one, other] = [await HostUnderTest.start(bed, [withStreamSource]), await HostUnderTest.start(bed, [withStreamSource])];
    const account = await bed.account('with-stream-source', ['a']);
    await one.look();
    await one.sign('taken');
    await stop('listening');
    await one.runner.heedStops();
    expect(await one.sign('ended')).toMatchObject({ how: 'unwanted', state: 'waiting' });
    expect(await bed.channel(account, 'stream')).toMatchObject({ lease_holder: null, state: 'waiting', failures: 0 });
    // Neither takes it again.
    await one.look();
    await other.look();
    expect([one, other].map(({ seen }) => seen.filter(({ kind }) => kind === 'opened').length)).toEqual([1, 0]);
    await resume();
    await other.look();
    expect(await other.sign('taken')).toMatchObject({ accountId: account });
    await Promise.all([one.runner.stop(), other.runner.stop()]);
  });

  it('a process whose look is held up learns of it by its heart-beat', async () => {
    const host = await HostUnderTest.start(bed, [withStreamSource]);
    await bed.account('with-stream-source', ['a']);
    await host.look();
    await host.sign('taken');
    await stop('listening');
    await host.runner.beat();
    expect(await host.sign('ended')).toMatchObject({ how: 'unwanted' });
  });

  it('what was missed meanwhile is a gap that says who stopped it and why; another gap keeps its own reason', async () => {
    const host = await HostUnderTest.start(bed, [withRemoteErrors]);
    const account = await bed.scene.account(bed.library, { plugin: 'with-remote-errors' });
    await bed.scene.query(`insert into channel(id, account_id, library_id, key, mode, pulse_ms, heard_from, heard_until) values ($1, $2, $3, 'x', 'poll', 1000, now() - interval '2 days', now() - interval '3 hours')`, [newId(), account, bed.library.id]);
    const { id } = await bed.channel(account, 'x');
    const hour = 3_600_000;
    await stop('listening', bed.library.id, new Date(Date.now() - 3 * hour));
    await bed.scene.query(`update stop set resumed_at = now() - interval '1 minute'`);
    const gap = (from: number, to: number) => ({ from: new Date(Date.now() - from), to: new Date(Date.now() - to), why: 'the cursor was lost' });
    await bed.database.listening((tx) => host.store.note(tx, id, { gaps: [gap(3 * hour, 0), gap(30 * hour, 0), gap(5 * hour, 4 * hour)], unreadable: [], counts: {} }));
    const gaps = await bed.scene.query<{ why: string }>('select why from coverage_gap order by gap_to - gap_from');
    expect(gaps.map(({ why }) => why)).toEqual(['the cursor was lost', 'Stopped by Ann Lee: the server moves', 'the cursor was lost']);
  });
});

describe('what looks at threads, gaps, histories, streams and stored posts', () => {
  let network: ThreadNetwork;
  let listening: ListeningProcess;
  let account: string;
  beforeEach(async () => {
    network = new ThreadNetwork();
    listening = await ListeningProcess.start(bed, [withThreads(network)]);
    account = await bed.scene.account(bed.library, { plugin: 'with-threads' });
    const list = await bed.scene.list(bed.library);
    for (const key of ['one', 'two']) await bed.scene.follow(bed.library, list, account, { network: 'fixture', key });
    await listening.host.planner.replan(account);
    listening.clock.advance(1_001);
    await listening.hear(account, 'with-threads', [network.say('root', { by: 'one', at: new Date(listening.clock.now() - 3_600_000) })]);
    await bed.scene.query(`update post set ask_at = now() - interval '1 minute'`);
    await bed.scene.query(`update follow_history set state = 'done'`);
    await bed.scene.query(
      `insert into coverage_gap(id, channel_id, library_id, gap_from, gap_to, why, noted_at, try_at) select $1, id, library_id, $2::timestamptz - interval '5 hours', $2::timestamptz - interval '2 hours', 'the cursor was lost', $2, $2 from channel where account_id = $3`,
      [newId(), new Date(listening.clock.now()), account]);
  });

  const workAll = async (): Promise<void> => {
    await listening.look();
    await listening.backFill.fillAll(never);
    await listening.reChecks.checkDue(never);
    await listening.canary.lookAtDue(never);
  };

  it('waits while listening is stopped, and goes on afterwards', async () => {
    await stop('listening');
    await workAll();
    expect(network.asked).toEqual({ counts: [], threads: [], posts: [], spans: [], hosts: [] });
    await resume();
    await workAll();
    expect(network.asked.spans.map(({ key }) => key).sort()).toEqual(['one', 'two']);
    expect(network.asked.counts.length + network.asked.threads.length).toBeGreaterThan(0);
  });

  it('is ended in the middle, within a second, and taken up again where it was, with no try spent', async () => {
    const [asked, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    network.pause = () => {
      asked.resolve();
      return goOn.promise;
    };
    const filling = listening.backFill.fillAll(never);
    await asked.promise;
    await stop('listening');
    await listening.stops.look();
    goOn.resolve();
    await filling;
    expect(network.asked.spans).toHaveLength(1);
    expect(await bed.scene.query('select state, tries, lease_until from coverage_gap')).toEqual([{ state: 'open', tries: 0, lease_until: null }]);
    network.pause = () => Promise.resolve();
    await resume();
    await listening.backFill.fillAll(never);
    expect((await bed.scene.query<{ state: string }>('select state from coverage_gap'))[0]?.state).toBe('closed');
  });
});

describe('somebody who stops', () => {
  it('waits for whoever takes work at that moment, and whoever comes next takes none', async () => {
    const host = await HostUnderTest.start(bed, [withPollSource]);
    await bed.account('with-poll-source', ['a']);
    const [inside, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const taking = bed.database.listening(async (tx) => {
      await tx.query(`select stopped('listening')`);
      inside.resolve();
      await goOn.promise;
    });
    await inside.promise;
    let committed = false;
    const stopping = stop('listening').then(() => (committed = true));
    // Once it waits for the lock, so does whoever comes after it.
    await waiting('advisory', 1);
    const looking = host.look();
    await waiting('advisory', 2);
    expect(committed).toBe(false);
    goOn.resolve();
    await Promise.all([taking, stopping, looking]);
    expect(host.seen.filter(({ kind }) => kind === 'opened')).toEqual([]);
  });

  /** So many sessions of this database wait for a lock. */
  const waiting = async (kind: string, count: number): Promise<void> => {
    for (;;) {
      const rows = await bed.database.listening((tx) => tx.query<{ n: number }>(`select count(*)::int as n from pg_locks where not granted and locktype = $1 and database = (select oid from pg_database where datname = current_database())`, [kind]));
      if ((rows[0]?.n ?? 0) >= count) return;
      await new Promise((resolve) => void setImmediate(resolve));
    }
  };
});
