import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GuardedNetwork } from '../../libs/core/src/plugins/network/guarded-network.js';
import { HostBudgets } from '../../libs/core/src/plugins/network/host-budgets.repository.js';
import { CountedHost } from './counted-host.js';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { withSessions } from './with-sessions.js';

const [accounts, feeds] = [40, 8];
/** What one process polls at a time, and how many connections it has to one host. */
const [atOnce, connections] = [32, 8];
let bed: TestBed;
let server: CountedHost;
let process: HostUnderTest;
const networks: GuardedNetwork[] = [];

/** A new process, with nothing in memory. */
const start = async (holder: string): Promise<void> => {
  process = await HostUnderTest.start(bed, [withSessions(server.host)], {
    holder,
    network: (options) => {
      const network = new GuardedNetwork(new HostBudgets(bed.database), options);
      networks.push(network);
      return network;
    },
  });
};
/** Looks each second until nothing is due any more. How many feeds were asked for in each. */
const looks = async (): Promise<readonly number[]> => {
  const asked: number[] = [];
  const feedsAsked = (): number => server.asked.filter((path) => path.startsWith('/feed/')).length;
  for (;;) {
    const before = feedsAsked();
    await process.turn();
    if (feedsAsked() === before) return asked;
    asked.push(feedsAsked() - before);
  }
};
const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

beforeAll(async () => {
  [bed, server] = [await TestBed.open(), await CountedHost.open()];
  for (let n = 0; n < accounts; n++) {
    const account = await bed.scene.account(bed.library, { plugin: 'with-sessions', settings: JSON.stringify({ account: `account-${n}` }), allowed_addresses: [server.host] });
    await bed.scene.query('insert into account_secret(account_id, sealed) values ($1, $2)', [account, bed.keys.seal(account, JSON.stringify({ password: 'p' }))]);
    await bed.follow(account, Array.from({ length: feeds }, (_, feed) => `feed-${feed}`));
  }
  await start('one');
});
beforeEach(() => server.forget());
afterAll(async () => {
  for (const network of networks) await network.onApplicationShutdown();
  await server.close();
  await bed.close();
});

describe('forty accounts with three hundred and twenty feeds at one host', () => {
  it('make one session each, and ask for no more than thirty-two feeds a second', async () => {
    const asked = await looks();
    expect(Math.max(...asked)).toBeLessThanOrEqual(atOnce);
    expect(server.most).toBeLessThanOrEqual(connections);
    for (const [path, times] of [['/session/', accounts], ['/who/', accounts], ['/feed/', accounts * feeds]] as const) expect(server.times(path)).toEqual(Array(times).fill(1));
  }, 60_000);

  it('make no session and are asked for nothing that is not due where the process is started again', async () => {
    await process.runner.stop();
    await start('two');
    expect(await looks()).toEqual([]);
    expect(server.asked).toEqual([]);
  });

  it('make no session and ask for each feed once where the process was killed in the middle, however long that is ago', async () => {
    await bed.elapse(3_600_000);
    // It dies as it asks: what it asked for comes to nobody.
    const answers = Promise.withResolvers<void>();
    server.before = () => answers.promise;
    const killed = process;
    await killed.runner.look();
    while (server.asked.length < connections) await killed.calm();
    server.before = async () => {};
    server.forget();
    await bed.elapse(3_600_000);
    await start('three');
    const asked = await looks();
    answers.resolve();
    expect(Math.max(...asked)).toBeLessThanOrEqual(atOnce);
    expect(server.times('/session/')).toEqual([]);
    expect(server.times('/who/')).toEqual([]);
    expect(sum(asked)).toBe(accounts * feeds);
    killed.runner.start();
    await killed.runner.stop();
  }, 60_000);

  it('make no session and ask for nothing three times where PostgreSQL goes away in the middle', async () => {
    await bed.elapse(3_600_000);
    await process.runner.look();
    // Everybody’s connections end at once, while feeds are asked for and stored.
    await bed.scene.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
    for (let n = 0; n < atOnce; n++) {
      await process.sign('opened');
      await process.sign('ended');
    }
    await bed.elapse(60_000);
    await looks();
    await bed.elapse(60_000);
    const asked = await looks();
    expect(asked.every((times) => times <= atOnce)).toBe(true);
    expect(server.times('/session/')).toEqual([]);
    const times = server.times('/feed/');
    expect(times).toHaveLength(accounts * feeds);
    expect(Math.max(...times)).toBeLessThanOrEqual(2);
    const ids = process.intake.posts();
    expect(new Set(ids).size).toBe(ids.length);
  }, 60_000);
});
