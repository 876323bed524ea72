import { isDeepStrictEqual } from 'node:util';
import { isRemoteError, RemoteError } from '@earshot/plugin-sdk';
import { z } from 'zod';
import { errorOf, isStaleToken } from './remote-errors.js';
import type { BlueskyCtx, Session } from './settings.js';
import { ask, type Asked, bodyOf, type Call, hostOf } from './xrpc.js';

const EARLY_MS = 60_000;
const MOST_TRIES = 3;

const documentSchema = z.object({ service: z.array(z.object({ id: z.string(), serviceEndpoint: z.unknown() })) });
const answerSchema = z.object({ did: z.string().min(1), accessJwt: z.string().min(1), refreshJwt: z.string().min(1), didDoc: z.unknown().optional(), active: z.boolean().optional(), status: z.string().optional() });

/** The data server that a DID document names, where it is no weaker than the address that we were given: tokens do not leave https. */
export const dataServerIn = (document: unknown, service: string): string | undefined => {
  const read = documentSchema.safeParse(document);
  const named = read.data?.service.find(({ id }) => id === '#atproto_pds' || id.endsWith('#atproto_pds'))?.serviceEndpoint;
  const url = typeof named === 'string' ? URL.parse(named) : null;
  if (url === null || url.username !== '' || (url.protocol !== 'https:' && (url.protocol !== 'http:' || URL.parse(service)?.protocol !== 'http:'))) return undefined;
  return url.origin;
};

const sessionOf = (asked: Asked, host: string, ctx: BlueskyCtx): Session => {
  const { did, accessJwt, refreshJwt, didDoc, active, status } = bodyOf(asked, answerSchema, hostOf(host), 'session', ctx.now());
  if (active === false) throw errorOf({ host: hostOf(host), status: 401, name: status === 'deactivated' ? 'AccountDeactivated' : 'AccountTakedown', words: '' }, ctx.now());
  return { handle: ctx.settings.handle, did, accessJwt, refreshJwt, host: dataServerIn(didDoc, ctx.settings.service) ?? host };
};

/** What is kept for the handle that the settings name. */
const keptFor = (ctx: BlueskyCtx): Session | undefined => {
  const { session } = ctx.secrets.read();
  return session?.handle === ctx.settings.handle ? session : undefined;
};

/** By DID where it is known: a handle may have become another's. */
const create = async (ctx: BlueskyCtx): Promise<Session> => {
  const identifier = keptFor(ctx)?.did ?? ctx.settings.handle.replace(/^@/, '').toLowerCase();
  const call = { nsid: 'com.atproto.server.createSession', body: { identifier, password: ctx.secrets.read().appPassword } };
  return sessionOf(await ask(ctx, ctx.settings.service, call), ctx.settings.service, ctx);
};

/** What another process stored meanwhile, if it did: writing what is there already is refused then, and shows the newer. */
const elsewhere = async (ctx: BlueskyCtx, stale: Session): Promise<Session | undefined> => {
  await ctx.secrets.replace(ctx.secrets.read()).catch(() => undefined);
  const session = keptFor(ctx);
  return session?.refreshJwt === stale.refreshJwt ? undefined : session;
};

const refresh = async (ctx: BlueskyCtx, stale: Session): Promise<Session> => {
  const asked = await ask(ctx, stale.host, { nsid: 'com.atproto.server.refreshSession', body: {} }, stale.refreshJwt);
  if (asked.failure === undefined || !isStaleToken(asked.failure)) return sessionOf(asked, stale.host, ctx);
  return (await elsewhere(ctx, stale)) ?? (await create(ctx));
};

/** Of all channels of this process, one asks: a restart of three hundred is one request. Nothing is kept here once it is answered. */
const underWay = new Map<string, Promise<Session>>();

const shared = async (key: string, ctx: BlueskyCtx, begin: () => Promise<Session>): Promise<Session> => {
  const there = underWay.get(key);
  if (there === undefined) {
    const begun = begin().finally(() => underWay.delete(key));
    underWay.set(key, begun);
    return begun;
  }
  try {
    return await there;
  } catch (error) {
    // Whoever began it may have been aborted, which is none of our business.
    if (isRemoteError(error) || ctx.abort.aborted) throw error;
    return begin();
  }
};

const isOver = ({ accessJwt }: Session, now: Date): boolean => {
  try {
    const claims = JSON.parse(Buffer.from(accessJwt.split('.')[1] ?? '', 'base64url').toString()) as { exp?: unknown };
    return typeof claims.exp === 'number' && claims.exp * 1_000 - EARLY_MS <= now.getTime();
  } catch {
    return false;
  }
};

/** Stores a session unless another process stored one since: then that one holds. Undefined where somebody changed who signs in. */
const keep = async (ctx: BlueskyCtx, next: Session): Promise<Session | undefined> => {
  const before = ctx.secrets.read();
  if (isDeepStrictEqual(before.session, next)) return next;
  try {
    await ctx.secrets.replace({ ...before, session: next });
    return next;
  } catch (error) {
    const now = ctx.secrets.read();
    if (now.session !== undefined && !isDeepStrictEqual(now.session, before.session)) return now.session;
    if (!isDeepStrictEqual(now, before)) return undefined;
    ctx.log.warn('the session could not be stored, and is used without', { why: error instanceof Error ? error.name : 'unknown' });
    return next;
  }
};

const renewed = async (ctx: BlueskyCtx, stale: Session | undefined): Promise<Session> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const session = keptFor(ctx);
    if (session !== undefined && session.accessJwt !== stale?.accessJwt && !isOver(session, ctx.now())) return session;
    const key = session?.refreshJwt ?? `${ctx.settings.service} ${ctx.settings.handle}`;
    const next = await shared(key, ctx, () => (session === undefined ? create(ctx) : refresh(ctx, session)));
    const kept = await keep(ctx, next);
    if (kept !== undefined) return kept;
  }
  throw new RemoteError('unreachable', 'Others keep changing who signs in to Bluesky.', { host: hostOf(ctx.settings.service) });
};

/**
 * Who we are there.
 *
 * `none` ─ createSession ─▶ `kept` ─ its hour is nearly over, or it is refused ─▶ refreshSession ─▶ `kept`; where that is refused as well, what
 * another process kept, else createSession. A failure leaves what was kept.
 */
export const sessionFor = async (ctx: BlueskyCtx): Promise<Session> => {
  const session = keptFor(ctx);
  return session !== undefined && !isOver(session, ctx.now()) ? session : renewed(ctx, session);
};

/** Asks as the library's account, at its data server, which passes on to the network's view what is not its own. */
export const askSignedIn = async (ctx: BlueskyCtx, call: Call): Promise<Asked> => {
  const session = await sessionFor(ctx);
  const asked = await ask(ctx, session.host, call, session.accessJwt);
  if (asked.failure === undefined || !isStaleToken(asked.failure)) return asked;
  const next = await renewed(ctx, session);
  return ask(ctx, next.host, call, next.accessJwt);
};

/** The same, where anything but a success is thrown. */
export const query = async <T>(ctx: BlueskyCtx, call: Call, schema: z.ZodType<T>, what: string): Promise<T> => {
  const asked = await askSignedIn(ctx, call);
  return bodyOf(asked, schema, hostOf(ctx.settings.service), what, ctx.now());
};
