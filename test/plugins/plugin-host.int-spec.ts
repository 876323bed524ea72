import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Attempt } from '@earshot/plugin-sdk';
import { PluginCalls, PluginHost } from '@earshot/core/plugins';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { withLookUps } from './with-look-ups.js';
import { withResponder } from './with-responder.js';

const attempt: Attempt = { key: 'k1', part: 0, text: 'Try the shelf by the window.', lang: 'en', media: [], firstTriedAt: new Date('2026-03-01T10:00:00Z'), lastTriedAt: new Date('2026-03-01T10:00:00Z') };

describe('the host of plugins, asked one question', () => {
  let bed: TestBed;
  let under: HostUnderTest;
  let host: PluginHost;
  let account: string;

  beforeAll(async () => {
    bed = await TestBed.open();
    under = await HostUnderTest.start(bed, [withLookUps, withResponder]);
    host = new PluginHost(new PluginCalls(under.contexts, under.options), under.planner);
    account = await bed.account('with-look-ups', []);
  });
  afterAll(() => bed.close());

  const responder = async (manner: string) => {
    const found = await host.responder(await bed.account('with-responder', [], { manner }));
    if (found === undefined) throw new Error('it answers');
    return found;
  };

  describe('resolve', () => {
    it('says what could be followed, with its network', async () => {
      expect(await host.resolve(account, 'x')).toEqual([{ kind: 'feed', key: 'x', label: 'x', network: 'fixture' }]);
      expect(await host.resolve(account, 'nothing')).toEqual([]);
    });
    it.each([['throw', 'failed unexpectedly'], ['garbage', 'cannot be followed']])('names the plugin that fails: %s', async (text, words) => {
      await expect(host.resolve(account, text)).rejects.toMatchObject({ name: 'PluginFault', message: expect.stringContaining(words) });
    });
    it('waits no longer than a person would', async () => {
      const refused = expect(host.resolve(account, 'hang')).rejects.toThrow('did not answer within 20 s');
      const turning = setInterval(() => under.clock.advance(1_000), 1);
      await refused;
      clearInterval(turning);
    });
    it('knows no account that is not there', async () => {
      await expect(host.resolve('019caf00-0000-7000-8000-000000000000', 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });

  describe('fetch', () => {
    it('gives checked batches, and people alone where those are asked for, also those who are gone', async () => {
      expect((await host.profiles(account, [{ network: 'fixture', id: 'anna' }])).map((each) => ('kind' in each ? each.why : each.handle))).toEqual(['@anna', 'deleted']);
      const kinds: string[] = [];
      for await (const { events } of host.fetch(account, { profiles: [] })) kinds.push(...events.map(({ kind }) => kind));
      expect(kinds).toEqual(['profile', 'profile-gone', 'unreadable']);
    });
    it('can be left in the middle of what never ends', async () => {
      let heard = 0;
      for await (const { events } of host.fetch(account, { thread: { network: 'fixture', id: 't' } })) if ((heard += events.length) === 3) break;
      expect(heard).toBe(3);
    });
    it('refuses what is no batch', async () => {
      const read = async (): Promise<void> => {
        for await (const _ of host.fetch(account, { posts: [] }));
      };
      await expect(read()).rejects.toMatchObject({ name: 'PluginFault' });
    });
  });

  describe('responder', () => {
    it('hands an image over, by which nothing was published however it ended', async () => {
      const image = { bytes: new Uint8Array(3), mediaType: 'image/png', width: 1, height: 1, alt: 'grey' };
      expect(await (await responder('well')).upload?.(image)).toBe('grey, 3 bytes');
      await expect((await responder('refuses')).upload?.(image)).rejects.toMatchObject({ kind: 'rejected' });
      for (const manner of ['throws', 'garbage']) await expect((await responder(manner)).upload?.(image)).rejects.toMatchObject({ name: 'PluginFault' });
    });

    it('answers', async () => {
      const well = await responder('well');
      expect((await well.abilities(undefined)).reply).toBe('yes');
      expect(await well.send(attempt)).toEqual({ network: 'fixture', id: 'reply k1' });
      expect(await well.find(attempt)).toEqual({ network: 'fixture', id: 'reply k1' });
      expect(well.change).toBeUndefined();
    });
    it('keeps what the network refuses as it is', async () => {
      await expect((await responder('refuses')).send(attempt)).rejects.toMatchObject({ name: 'RemoteError', kind: 'rejected', message: 'Replies are closed.' });
    });
    it.each(['throws', 'garbage'])('does not know whether it was sent when the plugin %s', async (manner) => {
      await expect((await responder(manner)).send(attempt)).rejects.toMatchObject({ name: 'RemoteError', kind: 'outcome-unknown' });
    });
    it('does not know either when the plugin never answers', async () => {
      const refused = expect((await responder('hangs')).send(attempt)).rejects.toMatchObject({ kind: 'outcome-unknown' });
      const turning = setInterval(() => under.clock.advance(10_000), 1);
      await refused;
      clearInterval(turning);
    });
    it('believes no garbage', async () => {
      const garbage = await responder('garbage');
      await expect(garbage.abilities(undefined)).rejects.toMatchObject({ name: 'PluginFault' });
      await expect(garbage.find(attempt)).rejects.toMatchObject({ name: 'PluginFault' });
      await expect((await responder('well')).send({ ...attempt, key: 'with a space' })).rejects.toThrow();
    });
    it('is not there where the plugin only listens', async () => {
      expect(await host.responder(account)).toBeUndefined();
    });
  });
});
