import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GuardedNetwork } from '../../libs/core/src/plugins/network/guarded-network.js';
import { HostBudgets } from '../../libs/core/src/plugins/network/host-budgets.repository.js';
import { CountedHost } from './counted-host.js';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { withSessions } from './with-sessions.js';

const second = 1_000;
let bed: TestBed;
let server: CountedHost;
let network: GuardedNetwork;
let host: HostUnderTest;
let account: string;

beforeAll(async () => {
  [bed, server] = [await TestBed.open(), await CountedHost.open()];
  host = await HostUnderTest.start(bed, [withSessions(server.host)], { network: (options) => (network = new GuardedNetwork(new HostBudgets(bed.database), options)) });
  account = await bed.scene.account(bed.library, { plugin: 'with-sessions', settings: JSON.stringify({ account: 'ours' }), allowed_addresses: [server.host] });
  await bed.scene.query('insert into account_secret(account_id, sealed) values ($1, $2)', [account, bed.keys.seal(account, JSON.stringify({ password: 'p' }))]);
  await bed.follow(account, ['one', 'two', 'three']);
  await host.turn();
});
afterAll(async () => {
  await network.onApplicationShutdown();
  await server.close();
  await bed.close();
});

/** So much time goes by, for us and for the database, which looks each ten seconds of it. */
const pass = async (ms: number): Promise<void> => {
  for (let gone = 0; gone < ms; gone += 10 * second) {
    host.clock.advance(10 * second);
    await bed.elapse(10 * second);
    await bed.scene.query(`update host_budget set open_until = open_until - interval '10 s', refilled_at = refilled_at - interval '10 s'`);
    await host.turn();
  }
};

describe('a host that is away for ten minutes', () => {
  it('is asked seldom meanwhile, and heard from where it was once it is back: no session, no gap, nothing twice', async () => {
    const before = host.intake.posts();
    // All are due as it goes.
    await bed.elapse(600 * second);
    server.isAway = true;
    server.forget();
    await pass(600 * second);
    // Three channels that ask each ten seconds would be a hundred and eighty.
    expect(server.asked.length).toBeLessThanOrEqual(15);
    expect(await bed.health(account)).toMatchObject({ health: 'troubled', health_words: expect.stringContaining('not reachable') });
    server.isAway = false;
    server.forget();
    // It is looked after twice as rarely each time, so as late again as it was away, and half of that.
    await pass(900 * second);
    expect(server.times('/session/')).toEqual([]);
    const posts = host.intake.posts();
    for (const feed of ['one', 'two', 'three']) expect(posts.filter((id) => id?.includes(`/${feed}/`))).toEqual(expect.arrayContaining([`ours/${feed}/1`, `ours/${feed}/2`]));
    expect(new Set(posts).size).toBe(posts.length);
    expect(posts.length).toBeGreaterThan(before.length);
    expect(await bed.scene.query('select why from coverage_gap')).toEqual([]);
    expect(await bed.health(account)).toEqual({ health: 'well', health_words: null });
  }, 60_000);
});
