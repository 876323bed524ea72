import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DatabaseGone } from '@earshot/core/errors';
import { RemoteError } from '@earshot/plugin-sdk';
import { ChannelCare } from '../../libs/core/src/plugins/channels/channel-care.js';
import { leaseHolder } from '../../libs/core/src/database/holders/lease-holder.js';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { withAccount } from './with-account.js';
import { withDeafSource } from './with-deaf-source.js';
import { withFlood } from './with-flood.js';
import { withGarbage } from './with-garbage.js';
import { withHangingSource } from './with-hanging-source.js';
import { withLateRejection } from './with-late-rejection.js';
import { withLyingCursor } from './with-lying-cursor.js';
import { withPollSource } from './with-poll-source.js';
import { withRemoteErrors } from './with-remote-errors.js';
import { withStreamSource } from './with-stream-source.js';
import { withThrowingPlan } from './with-throwing-plan.js';
import { withThrowingSource } from './with-throwing-source.js';

describe('the channel runner', () => {
  let bed: TestBed;
  beforeEach(async () => {
    bed = await TestBed.open();
  });
  afterEach(() => bed.close());

  describe('a source that behaves', () => {
    it('is planned, read to its end, and looked at again after its pulse from where it was', async () => {
      const host = await HostUnderTest.start(bed, [withPollSource]);
      const account = await bed.account('with-poll-source', ['a']);
      await host.turn();
      expect(host.intake.posts()).toEqual(['a/1', 'a/2']);
      const channel = await bed.channel(account, 'a');
      expect(channel).toMatchObject({ state: 'waiting', state_words: null, cursor: { at: 2 }, failures: 0 });
      expect(channel.next_in_ms).toBeGreaterThan(55_000);
      expect(await bed.health(account)).toEqual({ health: 'well', health_words: null });
      await host.turn();
      expect(host.intake.posts()).toHaveLength(2);
      await bed.elapse(60_000);
      await host.turn();
      expect(host.intake.posts()).toEqual(['a/1', 'a/2', 'a/3', 'a/4']);
    });

    it('gets channels for what is followed later, and loses those no longer followed', async () => {
      const host = await HostUnderTest.start(bed, [withPollSource]);
      const account = await bed.account('with-poll-source', ['a']);
      await host.turn();
      await bed.follow(account, ['b']);
      await bed.scene.query(`update follow set removed_at = now() where account_id = $1 and key = 'a'`, [account]);
      await host.turn();
      expect((await bed.channels(account)).map((row) => [row.key, row.removed_at !== null])).toEqual([['a', true], ['b', false]]);
      expect(host.intake.posts().slice(2)).toEqual(['b/1', 'b/2']);
      await bed.follow(account, ['a']);
      await host.turn();
      expect(host.intake.posts().slice(4)).toEqual(['a/3', 'a/4']);
    });

    it('hears of new follows while its stream is open, without being opened again', async () => {
      const host = await HostUnderTest.start(bed, [withStreamSource]);
      const account = await bed.account('with-stream-source', ['a']);
      await host.runner.look();
      await host.sign('taken');
      await bed.follow(account, ['b']);
      await host.look();
      await host.runner.beat();
      await host.sign('taken');
      expect(host.intake.posts()).toEqual(['told of a', 'told of a and b']);
      await bed.scene.query(`update account set state = 'off' where id = $1`, [account]);
      await host.runner.beat();
      expect(await host.sign('ended')).toMatchObject({ how: 'unwanted', state: 'waiting' });
      await host.runner.look();
      expect(await host.sign('looked')).toBeDefined();
      expect(host.intake.posts()).toHaveLength(2);
    });

    it('is blamed for nothing where our own database was away, and read again once that answers, without waiting for the lease', async () => {
      const [host, account] = [await HostUnderTest.start(bed, [withPollSource]), await bed.account('with-poll-source', ['a'])];
      const away = new DatabaseGone(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
      jest.spyOn(host.contexts, 'open').mockRejectedValueOnce(away);
      const settle = jest.spyOn(ChannelCare.prototype, 'settle').mockRejectedValueOnce(away).mockRejectedValueOnce(away);
      try {
        await host.runner.look();
        await host.sign('opened');
        await expect(host.runner.look()).rejects.toThrow('The database does not answer.');
        await host.runner.look();
        expect(await host.sign('ended')).toMatchObject({ how: 'database-gone', state: 'backing-off' });
      } finally {
        settle.mockRestore();
      }
      expect(await bed.channel(account, 'a')).toMatchObject({ state: 'backing-off', state_words: 'The database of Earshot did not answer; it is read again.', failures: 1 });
      await bed.elapse(60_000);
      await host.turn();
      expect(host.intake.posts()).toEqual(['a/1', 'a/2']);
      expect(await bed.channel(account, 'a')).toMatchObject({ state: 'waiting', failures: 0 });
    });

    it('is taken over at once from a process of this machine that was killed, and from no other', async () => {
      const [host, account] = [await HostUnderTest.start(bed, [withPollSource]), await bed.account('with-poll-source', ['a', 'b', 'c'])];
      await host.turn();
      const [mine, another] = [leaseHolder(), spawn('true')];
      const pid = String(another.pid);
      await once(another, 'exit');
      const replaced = (at: number, by: string): string => mine.split(':').with(at, by).join(':');
      const held = (key: string, holder: string): Promise<unknown> =>
        bed.scene.query(`update channel set state = 'reading', lease_holder = $3, lease_until = now() + interval '20 s', next_at = now() where account_id = $1 and key = $2`, [account, key, holder]);
      await held('a', replaced(1, pid));
      await held('b', mine);
      await held('c', replaced(3, 'another-boot').split(':').with(1, pid).join(':'));
      const later = await HostUnderTest.start(bed, [withPollSource], { holder: 'later' });
      later.runner.start();
      later.clock.advance(0);
      expect(await later.sign('ended')).toMatchObject({ key: 'a', how: 'returned' });
      expect((await bed.channels(account)).map((row) => [row.key, row.state])).toEqual([['a', 'waiting'], ['b', 'reading'], ['c', 'reading']]);
      await later.runner.stop();
    });

    it('is left at a shutdown, and free for others at once', async () => {
      const host = await HostUnderTest.start(bed, [withStreamSource]);
      const account = await bed.account('with-stream-source', ['a']);
      host.runner.start();
      host.clock.advance(0);
      await host.sign('taken');
      await host.runner.stop();
      expect(await host.sign('ended')).toMatchObject({ how: 'shutdown' });
      const other = await HostUnderTest.start(bed, [withStreamSource], { holder: 'two' });
      await other.runner.look();
      await other.sign('taken');
      expect((await bed.channel(account, 'stream')).state).toBe('reading');
      other.runner.start();
      await other.runner.stop();
    });
  });

  describe('two processes on one database', () => {
    it('share the channels, and never read one twice', async () => {
      const [one, two] = [await HostUnderTest.start(bed, [withPollSource], { holder: 'one' }), await HostUnderTest.start(bed, [withPollSource], { holder: 'two' })];
      const feeds = Array.from({ length: 40 }, (_, n) => `feed ${n}`);
      await bed.account('with-poll-source', feeds);
      await one.planner.planStale(one.registry);
      await Promise.all([one.turn(), two.turn()]);
      await Promise.all([one.turn(), two.turn()]);
      const posts = [...one.intake.posts(), ...two.intake.posts()];
      expect(new Set(posts).size).toBe(80);
      expect(posts).toHaveLength(80);
    });

    it('the other takes over when a lease has run out, and not before', async () => {
      const [one, two] = [await HostUnderTest.start(bed, [withStreamSource], { holder: 'one' }), await HostUnderTest.start(bed, [withStreamSource], { holder: 'two' })];
      await bed.account('with-stream-source', ['a']);
      await one.runner.look();
      await one.sign('taken');
      await bed.elapse(15_000);
      await one.runner.beat();
      await bed.elapse(19_000);
      await two.runner.look();
      expect(await two.sign('looked')).toEqual({ kind: 'looked', held: 0 });
      await bed.elapse(1_001);
      await two.runner.look();
      expect(await two.sign('looked')).toEqual({ kind: 'looked', held: 1 });
      await two.sign('taken');
      await one.runner.beat();
      expect(await one.sign('ended')).toMatchObject({ how: 'lease-lost' });
    });

    it('refuses the late commit of the one that was held up, which reads no further', async () => {
      const [one, two] = [await HostUnderTest.start(bed, [withPollSource], { holder: 'one' }), await HostUnderTest.start(bed, [withPollSource], { holder: 'two' })];
      const account = await bed.account('with-poll-source', ['a']);
      const held = Promise.withResolvers<void>();
      const arrived = Promise.withResolvers<void>();
      one.intake.before = async () => {
        arrived.resolve();
        await held.promise;
      };
      await one.runner.look();
      await arrived.promise;
      await bed.elapse(20_001);
      await two.turn();
      held.resolve();
      expect(await one.sign('ended')).toMatchObject({ how: 'lease-lost', state: undefined });
      expect(one.intake.posts()).toEqual([]);
      expect(two.intake.posts()).toEqual(['a/1', 'a/2']);
      expect(await bed.channel(account, 'a')).toMatchObject({ cursor: { at: 2 }, state: 'waiting', lease_token: '2' });
    });
  });

  describe('an account with secrets', () => {
    const signIn = (account: string, token: string): Promise<unknown> =>
      bed.scene.query(
        `insert into account_secret(account_id, sealed) values ($1, $2) on conflict (account_id) do update set sealed = $2, version = account_secret.version + 1`,
        [account, bed.keys.seal(account, JSON.stringify({ token }))],
      );

    it('asks for a sign-in where there are none, or where the network took them back', async () => {
      const host = await HostUnderTest.start(bed, [withAccount]);
      const account = await bed.account('with-account', ['a']);
      await host.turn();
      expect(await bed.health(account)).toEqual({ health: 'sign-in-again', health_words: 'Nobody has signed in yet.' });
      const other = await bed.account('with-account', ['b']);
      await signIn(other, 'revoked');
      await host.turn();
      expect(await bed.health(other)).toEqual({ health: 'sign-in-again', health_words: 'The token was revoked.' });
    });

    it('asks for none where somebody signed in while the network refused the secrets that were there before', async () => {
      const signedInMeanwhile = { ...withAccount, account: { ...withAccount.account, identify: async () => {
        await signIn(account, 'good');
        throw new RemoteError('auth', 'The token was revoked.');
      } } };
      const host = await HostUnderTest.start(bed, [signedInMeanwhile]);
      const account = await bed.account('with-account', ['a']);
      await signIn(account, 'revoked');
      await host.turn();
      expect(await bed.health(account)).toEqual({ health: 'well', health_words: null });
      expect(host.intake.posts()).toEqual(['hello 1']);
    });

    it('is nobody of whom it was told with secrets that were replaced meanwhile', async () => {
      const signedInMeanwhile = { ...withAccount, account: { ...withAccount.account, identify: async () => {
        await signIn(account, 'of another');
        return { ref: { network: 'fixture', id: 'the former' }, handle: '@former', refusals: [] };
      } } };
      const host = await HostUnderTest.start(bed, [signedInMeanwhile]);
      const account = await bed.account('with-account', []);
      await signIn(account, 'of one');
      await host.planner.replan(account);
      expect(await bed.scene.query('select profile_id, identified_at from account where id = $1', [account])).toEqual([{ profile_id: null, identified_at: null }]);
    });

    it('keeps what the plugin replaces, sealed; remembers what it stores; listens to mentions of who we are; logs no secret', async () => {
      const host = await HostUnderTest.start(bed, [withAccount]);
      const account = await bed.account('with-account', ['a'], { greeting: 'good day' });
      await signIn(account, 'hunter2-token');
      await host.turn();
      expect(host.intake.posts()).toContain('good day 1');
      expect((await bed.channels(account)).map((row) => row.key)).toEqual(['a', 'mentions us']);
      const { secrets } = await host.contexts.open(account, { abort: new AbortController().signal });
      expect(String((secrets.read() as { token: string }).token)).toMatch(/^hunter2-token\++$/);
      expect(JSON.stringify(host.warnings)).not.toContain('hunter2');
    });

    it('lets one of two replace the secrets, and tells the other', async () => {
      const host = await HostUnderTest.start(bed, [withAccount]);
      const account = await bed.account('with-account', []);
      await signIn(account, 'first');
      const open = async () => (await host.contexts.open(account, { abort: new AbortController().signal })).ctx;
      const [one, two] = [await open(), await open()];
      await one.secrets.replace({ token: 'from one' });
      await expect(two.secrets.replace({ token: 'from two' })).rejects.toThrow('replaced by another process');
      expect(two.secrets.read()).toEqual({ token: 'from one' });
      await expect(two.secrets.replace({ token: '' })).rejects.toThrow();
      expect((await open()).secrets.read()).toEqual({ token: 'from one' });
      await two.secrets.replace({ token: 'then from two' });
      expect((await open()).secrets.read()).toEqual({ token: 'then from two' });
    });
  });

  describe('a remote failure', () => {
    const fail = async (...kinds: string[]) => {
      const host = await HostUnderTest.start(bed, [withRemoteErrors]);
      const account = await bed.account('with-remote-errors', [...kinds, 'fine']);
      await host.turn();
      return { host, account, row: (kind: string) => bed.channel(account, kind) };
    };

    it('auth: stops the whole account until somebody signs in', async () => {
      const { host, account, row } = await fail('auth');
      expect(await row('auth')).toMatchObject({ state: 'stopped', state_words: 'The network says: auth.' });
      expect((await row('fine')).state).toBe('stopped');
      expect(await bed.health(account)).toEqual({ health: 'sign-in-again', health_words: 'The network says: auth.' });
      await bed.elapse(86_400_000);
      const before = host.intake.batches.length;
      await host.turn();
      expect(host.intake.batches).toHaveLength(before);
    });

    it('rate-limited: pauses until it may', async () => {
      const { row } = await fail('rate-limited');
      const channel = await row('rate-limited');
      expect(channel).toMatchObject({ state: 'paused', failures: 1 });
      expect(channel.next_in_ms).toBeGreaterThan(590_000);
      expect(channel.next_in_ms).toBeLessThanOrEqual(660_000);
    });

    it('unreachable: backs off further each time, and starts over after a batch', async () => {
      const { host, account, row } = await fail('unreachable', 'unreachable later');
      const waits: number[] = [];
      for (let n = 0; n < 5; n++) {
        waits.push((await row('unreachable')).next_in_ms);
        await bed.elapse(3_600_000);
        await host.turn();
      }
      for (const [n, wait] of waits.entries()) expect(Math.abs(wait - 2_500 * 2 ** n)).toBeLessThan(400);
      expect((await row('unreachable later')).failures).toBe(1);
      expect(await bed.health(account)).toMatchObject({ health: 'troubled', health_words: '1 of 3 channels is not reachable: The network says: unreachable.' });
    });

    it('invalid-data: leaves a dead letter, and goes on', async () => {
      const { row, host } = await fail('invalid-data');
      await bed.elapse(60_000);
      await host.turn();
      expect((await row('invalid-data')).state).toBe('waiting');
      expect(await bed.scene.query('select why, digest, times from dead_letter')).toEqual([{ why: 'The network says: invalid-data.', digest: 'a digest', times: 2 }]);
    });

    it('cursor-lost: records the gap, and begins again without a cursor', async () => {
      const { row, host } = await fail('cursor-lost');
      const heard = (await row('cursor-lost')).heard_until;
      await bed.elapse(60_000);
      await host.turn();
      expect(await row('cursor-lost')).toMatchObject({ cursor: null, state: 'waiting' });
      expect(await bed.scene.query('select gap_from, why, state from coverage_gap')).toEqual([{ gap_from: heard, why: 'The network says: cursor-lost.', state: 'open' }]);
      await host.turn();
      expect((await row('cursor-lost')).cursor).toBe(1);
    });

    it('cursor-lost: of a channel that was opened for the first time, what it heard since bounds the gap', async () => {
      const { row } = await fail('cursor-lost later');
      const { heard_until } = await row('cursor-lost later');
      expect(heard_until).not.toBeNull();
      expect(await bed.scene.query('select gap_from from coverage_gap')).toEqual([{ gap_from: heard_until }]);
    });

    it('rejected: stops this channel and no other', async () => {
      const { row } = await fail('rejected');
      expect(await row('rejected')).toMatchObject({ state: 'stopped', state_words: 'The network says: rejected.' });
      expect((await row('fine')).state).toBe('waiting');
    });
  });

  describe('a source that misbehaves is set aside with words, and nothing else is', () => {
    const beside = async (plugin: Parameters<typeof HostUnderTest.start>[1][number], feeds: readonly string[]) => {
      const host = await HostUnderTest.start(bed, [plugin, withPollSource]);
      const account = await bed.account(plugin.id, feeds);
      const other = await bed.account('with-poll-source', ['good']);
      return { host, account, fine: async () => expect((await bed.channel(other, 'good')).cursor).toEqual({ at: 2 }) };
    };

    it('throws', async () => {
      const feeds = ['at once', 'nothing', 'in its iterator', 'a string', 'after a batch'];
      const { host, account, fine } = await beside(withThrowingSource, feeds);
      await host.turn();
      for (const feed of feeds) expect(await bed.channel(account, feed)).toMatchObject({ state: 'quarantined', state_words: expect.stringContaining('The plugin "with-throwing-source"') });
      // Staff are told of each, and once of the account that hears nothing any more.
      const channels = (await bed.channels(account)).map(({ id }) => id).sort();
      expect(host.troubles.flatMap((trouble) => (trouble.what === 'quarantined' ? [trouble.channelId] : [])).sort()).toEqual(channels);
      expect(host.troubles.filter(({ what }) => what !== 'quarantined')).toMatchObject([{ what: 'failed', accountId: account }]);
      expect(host.intake.posts()).toContain('before the fall');
      const words = (await bed.channels(account)).map((row) => row.state_words).join(' ');
      expect(words).not.toContain('anna');
      expect((await bed.health(account)).health).toBe('failed');
      await fine();
    });

    it.each([['throw', 'failed while it planned'], ['twice', 'the same key'], ['garbage', 'no valid plan'], ['flood', 'plans 5000 channels']])('plans %s', async (feed, words) => {
      const { host, account, fine } = await beside(withThrowingPlan, [feed]);
      await host.turn();
      expect(await bed.channels(account)).toEqual([]);
      expect(await bed.health(account)).toEqual({ health: 'troubled', health_words: expect.stringContaining(words) });
      await fine();
    });

    it('leaves a follow out of its plan', async () => {
      const { host, account } = await beside(withThrowingPlan, ['left out', 'in']);
      await host.turn();
      expect((await bed.channels(account)).map((row) => row.key)).toEqual(['in']);
    });

    it('hangs as a poll', async () => {
      const { host, account, fine } = await beside(withHangingSource, ['a']);
      await host.runner.look();
      await host.sign('progress', 'a');
      await host.sign('ended', 'good');
      host.clock.advance(60_000 * 3 + 30_000);
      expect(await host.sign('ended', 'a')).toMatchObject({ how: 'silent', state: 'quarantined' });
      expect((await bed.channel(account, 'a')).state_words).toContain('gave no sign of life for 4 min');
      await fine();
    });

    it('falls silent as a stream: opened again, and set aside the third time in a row', async () => {
      const { host, account } = await beside(withHangingSource, ['stream']);
      const states: unknown[] = [];
      for (let n = 0; n < 3; n++) {
        await host.runner.look();
        await host.sign('progress', 'stream');
        host.clock.advance(3_000 + 30_000);
        states.push((await host.sign('ended', 'stream')).state);
        await bed.elapse(3_600_000);
      }
      expect(states).toEqual(['backing-off', 'backing-off', 'quarantined']);
      expect((await bed.channel(account, 'stream')).state_words).toContain('fell silent 3 times in a row');
    });

    it('never settles on abort', async () => {
      const { host, account, fine } = await beside(withDeafSource, ['a']);
      await host.runner.look();
      await host.sign('taken', 'a');
      await host.sign('ended', 'good');
      await host.calm();
      host.clock.advance(60_000 * 3 + 30_000);
      await host.calm();
      host.clock.advance(5_000);
      expect(await host.sign('ended', 'a')).toMatchObject({ how: 'abandoned', state: 'quarantined' });
      expect((await bed.channel(account, 'a')).state_words).toContain('did not stop when it was told to');
      await fine();
    });

    it('rejects late, where nobody waits any more', async () => {
      const { host, account } = await beside(withLateRejection, ['a']);
      host.runner.start();
      host.clock.advance(0);
      await host.sign('taken', 'a');
      await host.runner.stop();
      expect(await host.sign('ended', 'a')).toMatchObject({ how: 'shutdown' });
      expect((await bed.channel(account, 'a')).state).toBe('waiting');
      expect(host.warnings.map((warning) => warning.message)).toContain('a batch was stored but not acknowledged');
    });

    it('floods: a batch past the limit is a fault, an endless poll gives way when others wait', async () => {
      const { host, account, fine } = await beside(withFlood, ['too large']);
      await host.turn();
      expect(await bed.channel(account, 'too large')).toMatchObject({ state: 'quarantined', state_words: expect.stringContaining('more than 10000 events') });
      await fine();
      const narrow = await HostUnderTest.start(bed, [withFlood], { holder: 'narrow', limits: { polls: 1, turnMs: 1_000 } });
      narrow.intake.before = () => narrow.clock.advance(100);
      const endless = await bed.account('with-flood', ['endless']);
      await narrow.runner.look();
      expect(await narrow.sign('ended', 'endless')).toMatchObject({ how: 'reopen', state: 'waiting' });
      expect((await bed.channel(endless, 'endless')).cursor).toBe(10);
    });

    it('hangs in all its channels: places go round, and nobody gets a second one while another waits for a first', async () => {
      const greedy = await bed.account('with-hanging-source', ['1', '2', '3', '4', '5', '6']);
      const host = await HostUnderTest.start(bed, [withHangingSource, withPollSource], { limits: { polls: 4 } });
      await host.look();
      expect((await bed.channels(greedy)).filter(({ state }) => state === 'reading')).toHaveLength(4);
      const modest = [await bed.account('with-poll-source', ['a']), await bed.account('with-poll-source', ['b'])];
      // Longer due than theirs are all that it has left.
      await bed.scene.query(`update channel set next_at = now() - interval '1 hour' where account_id = $1 and state = 'waiting'`, [greedy]);
      await bed.scene.query(`update account set state = 'off' where id = $1`, [greedy]);
      await host.runner.beat();
      for (const key of ['1', '2', '3', '4']) await host.sign('ended', key);
      await bed.scene.query(`update account set state = 'on' where id = $1`, [greedy]);
      await host.look();
      const reading = async (account: string) => (await bed.channels(account)).filter(({ state, cursor }) => state === 'reading' || cursor !== null).length;
      expect(await reading(greedy)).toBe(2);
      expect(await Promise.all(modest.map(reading))).toEqual([1, 1]);
      await host.runner.stop();
    });

    it('is not asked to read where it was stopped while it was being opened', async () => {
      const account = await bed.account('with-hanging-source', ['1']);
      const host = await HostUnderTest.start(bed, [withHangingSource]);
      const [open, held] = [host.contexts.open.bind(host.contexts), Promise.withResolvers<void>()];
      host.contexts.open = async (...asked) => held.promise.then(() => open(...asked));
      await host.look();
      await bed.scene.query(`update account set state = 'off' where id = $1`, [account]);
      await host.runner.beat();
      held.resolve();
      expect(await host.sign('ended', '1')).toMatchObject({ how: 'unwanted', state: 'waiting' });
    });

    it('lies about its cursor', async () => {
      const { host, account, fine } = await beside(withLyingCursor, ['no json', 'other schema', 'in place', 'future', 'honest']);
      await host.turn();
      const words = async (feed: string) => (await bed.channel(account, feed)).state_words;
      expect(await words('no json')).toContain('does not survive JSON');
      expect(await words('other schema')).toContain("does not fit the plugin's own schema");
      expect(await words('in place')).toContain('never moved its cursor');
      expect((await bed.channel(account, 'future')).heard_until?.getTime()).toBe(host.clock.now());
      await bed.scene.query(`update channel set cursor = '"of an older version"', next_at = now() where account_id = $1 and key = 'honest'`, [account]);
      await host.turn();
      expect(await bed.channel(account, 'honest')).toMatchObject({ cursor: null, state: 'waiting' });
      await host.turn();
      expect(host.intake.posts().filter((id) => id === 'from the beginning')).toHaveLength(2);
      await fine();
    });

    it('yields garbage: dead letters in its place, the rest is heard', async () => {
      const { host, account, fine } = await beside(withGarbage, ['events', 'no batch']);
      await host.turn();
      expect(host.intake.posts().filter((id) => id === 'first' || id === 'last')).toEqual(['first', 'last']);
      expect((await bed.channel(account, 'events')).state).toBe('waiting');
      expect(await bed.scene.query('select sum(times)::int as times from dead_letter')).toEqual([{ times: 9 }]);
      expect(await bed.channel(account, 'no batch')).toMatchObject({ state: 'quarantined', state_words: expect.stringContaining('No batch') });
      await fine();
    });
  });
});
