import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { identify } from './account.js';
import type { BlueskySecrets, Session } from './settings.js';
import { ask, ctxOn, read, signIn, type TestCtx } from './testing/bluesky-ctx.js';
import { did, FakeBluesky, NOW, postUri, SERVICE } from './testing/fake-bluesky.js';

const SOON = NOW.getTime() / 1_000 + 30;

const callsOf = (world: FakeBluesky, what: string): number => world.calls.filter((call) => call.endsWith(what)).length;

const sessionIn = (world: FakeBluesky, exp?: number): Session => {
  const { did: us, accessJwt, refreshJwt } = world.session(exp);
  return { handle: '@library.example', did: us, accessJwt, refreshJwt, host: SERVICE };
};

/** Secrets as several processes see them: each knows what it read last, and the first to write wins. */
const sharedBy = (first: BlueskySecrets) => {
  let kept = first;
  return {
    kept: () => kept,
    seenBy: (ctx: TestCtx): TestCtx => {
      let seen = kept;
      return {
        ...ctx,
        secrets: {
          read: () => seen,
          replace: async (next) => {
            const current = isDeepStrictEqual(seen, kept);
            seen = current ? next : kept;
            if (!current) throw new Error('replaced elsewhere');
            kept = next;
          },
        },
      };
    },
  };
};

/** The plugin once more, with nothing in common but what is stored. */
const anotherProcess = (): Promise<typeof import('./account.js')> => {
  jest.resetModules();
  return import('./account.js');
};

describe('a session', () => {
  it('is made once, kept, and used again', async () => {
    const world = new FakeBluesky();
    const ctx = ctxOn(world);
    expect(await identify(ctx)).toMatchObject({ ref: { network: 'bluesky', id: did('library') }, handle: 'library.example' });
    await identify(ctx);
    expect(callsOf(world, 'createSession')).toBe(1);
    expect(ctx.keptSecrets()).toMatchObject({ ...signIn, session: { did: did('library'), host: SERVICE } });
  });

  it('is refreshed before its hour is over', async () => {
    const world = new FakeBluesky();
    const first = sessionIn(world, SOON);
    const ctx = ctxOn(world, { ...signIn, session: first });
    await identify(ctx);
    expect(world.calls).toEqual(['POST com.atproto.server.refreshSession', 'GET app.bsky.actor.getProfile']);
    expect(ctx.keptSecrets().session).not.toEqual(first);
  });

  it('is refreshed when it is refused', async () => {
    const world = new FakeBluesky();
    const first = sessionIn(world);
    world.accessTokens.clear();
    const ctx = ctxOn(world, { ...signIn, session: first });
    await identify(ctx);
    expect(callsOf(world, 'refreshSession')).toBe(1);
    expect(callsOf(world, 'createSession')).toBe(0);
  });

  it('is made anew where it can no longer be refreshed', async () => {
    const world = new FakeBluesky();
    const first = sessionIn(world, SOON);
    world.refreshTokens.clear();
    const ctx = ctxOn(world, { ...signIn, session: first });
    await identify(ctx);
    expect(callsOf(world, 'createSession')).toBe(1);
  });

  it.each([500, 502, 429])('is kept where refreshing fails with %i', async (status) => {
    const world = new FakeBluesky();
    const first = sessionIn(world, SOON);
    world.instead.set('com.atproto.server.refreshSession', () => new Response('<h1>Down</h1>', { status }));
    const ctx = ctxOn(world, { ...signIn, session: first });
    await expect(identify(ctx)).rejects.toMatchObject({ kind: status === 429 ? 'rate-limited' : 'unreachable' });
    expect(ctx.keptSecrets().session).toEqual(first);
    expect(callsOf(world, 'createSession')).toBe(0);
  });

  it('is one valid session after two processes refreshed it at once', async () => {
    const world = new FakeBluesky();
    const first = sessionIn(world, SOON);
    const secrets = sharedBy({ ...signIn, session: first });
    const [one, other] = [secrets.seenBy(ctxOn(world)), secrets.seenBy(ctxOn(world))];
    const elsewhere = await anotherProcess();
    // Both have asked before either is answered; the network takes the old token a while longer.
    const bothAsked = Promise.withResolvers<void>();
    let asked = 0;
    world.instead.set('com.atproto.server.refreshSession', async () => {
      if ((asked += 1) === 2) bothAsked.resolve();
      await bothAsked.promise;
      world.refreshTokens.add(first.refreshJwt);
      return undefined;
    });
    await Promise.all([identify(one), elsewhere.identify(other)]);
    expect(asked).toBe(2);
    expect(other.secrets.read()).toEqual(one.secrets.read());
    const { session } = secrets.kept();
    expect(session?.refreshJwt).not.toBe(first.refreshJwt);
    expect(world.accessTokens.has(session?.accessJwt ?? '')).toBe(true);
    expect(world.refreshTokens.has(session?.refreshJwt ?? '')).toBe(true);
  });

  it('is taken from whoever refreshed it first, where the old token is dead by then', async () => {
    const world = new FakeBluesky();
    const secrets = sharedBy({ ...signIn, session: sessionIn(world, SOON) });
    const [one, other] = [secrets.seenBy(ctxOn(world)), secrets.seenBy(ctxOn(world))];
    await identify(one);
    await identify(other);
    expect(callsOf(world, 'createSession')).toBe(0);
    expect(other.secrets.read()).toEqual(one.secrets.read());
  });

  it('costs one request where three hundred channels of a process need it at once', async () => {
    const world = new FakeBluesky();
    const secrets = sharedBy({ ...signIn, session: sessionIn(world, SOON) });
    const channels = Array.from({ length: 300 }, (_, number) => `p${number}`);
    await Promise.all(channels.map((key) => read({ kind: 'hashtag', key, label: key }, secrets.seenBy(ctxOn(world)))));
    expect(callsOf(world, 'refreshSession')).toBe(1);
    expect(callsOf(world, 'createSession')).toBe(0);
    expect(callsOf(world, 'searchPosts')).toBe(300);
  });

  it('is not used for another handle that staff wrote into the settings', async () => {
    const world = new FakeBluesky();
    const ctx = ctxOn(world, { ...signIn, session: sessionIn(world) });
    await expect(identify({ ...ctx, settings: { ...ctx.settings, handle: 'museum.example' } })).rejects.toMatchObject({ kind: 'auth' });
  });

  it('ends with auth where the app password is wrong', async () => {
    const world = new FakeBluesky();
    await expect(identify(ctxOn(world, { ...signIn, appPassword: 'wrong' }))).rejects.toMatchObject({ kind: 'auth', message: expect.stringContaining('app password') });
  });

  it('says that an account with codes by mail wants an app password', async () => {
    const world = new FakeBluesky();
    world.instead.set('com.atproto.server.createSession', () => Response.json({ error: 'AuthFactorTokenRequired', message: 'A sign in code has been sent' }, { status: 401 }));
    await expect(identify(ctxOn(world))).rejects.toMatchObject({ kind: 'auth', message: expect.stringContaining('not with the password of the account') });
  });

  it('is not taken from an account that is taken down', async () => {
    const world = new FakeBluesky();
    world.instead.set('com.atproto.server.createSession', () => Response.json({ ...world.session(), active: false, status: 'takendown' }));
    await expect(identify(ctxOn(world))).rejects.toMatchObject({ kind: 'auth', message: expect.stringContaining('taken this account down') });
  });

  it('does not let its token leave https for a server that the document names', async () => {
    const world = new FakeBluesky();
    const asked: string[] = [];
    world.instead.set('com.atproto.server.createSession', () =>
      Response.json({ ...world.session(), didDoc: { service: [{ id: '#atproto_pds', serviceEndpoint: 'http://elsewhere.example' }] } }));
    const ctx = ctxOn(world, signIn, (input, init) => (asked.push(new URL(String(input)).origin), world.fetch(input, init)));
    await ask({ counts: [{ network: 'bluesky', id: postUri('ana', 'one') }] }, ctx);
    expect(new Set(asked)).toEqual(new Set([SERVICE]));
  });
});
