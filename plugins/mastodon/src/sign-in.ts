import { RemoteError, type SignIn } from '@earshot/plugin-sdk';
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ask, type Caller, demandSuccess, get, read } from './client.js';
import { accountSchema, applicationSchema, authorizationServerSchema, tokenSchema } from './documents.js';
import { hostOf, type MastodonCtx, type MastodonSecrets, type Settings } from './settings.js';

/** The least that listening, answering, and the lists of the account need. */
export const SCOPES = 'read:accounts read:statuses read:notifications read:lists read:follows read:search write:statuses write:media write:favourites';
/** What following and keeping lists there needs besides: asked for where staff turned that on. */
export const WRITING_SCOPES = 'write:follows write:lists';
const scopesFor = ({ followThere }: Settings): string => (followThere ? `${SCOPES} ${WRITING_SCOPES}` : SCOPES);
/**
 * For servers that do not say which scopes they know: GoToSocial takes the finer ones, and streams to nobody who may not read everything
 * (processing/stream/authorize.go, tried 2026-11). Servers before Mastodon 4.3 are asked for the same.
 */
const scopesOfTheSilent = (scopes: string): string => ['read', ...scopes.split(' ').filter((scope) => !scope.startsWith('read:'))].join(' ');
/** For servers that know no finer ones. */
const COARSE_SCOPES = 'read write';
/** Makes the server show a code instead of sending anybody back. */
const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';

const stateSchema = z.object({ clientId: z.string(), clientSecret: z.string(), redirect: z.string(), scopes: z.string(), tokenEndpoint: z.string(), verifier: z.string().exactOptional() });
type SignInState = z.output<typeof stateSchema>;

type UnsignedCtx = Omit<Caller, 'token' | 'settings'>;
const callerFor = (settings: Settings, ctx: UnsignedCtx): Caller => ({ settings, fetch: ctx.fetch, abort: ctx.abort, now: () => ctx.now() });

interface Ways {
  readonly authorize: URL;
  readonly tokenEndpoint: string;
  readonly scopes: string;
  /** Whether it takes a challenge (RFC 7636) by S256. */
  readonly challenge: boolean;
}

/** An endpoint of the server's own; its document cannot send a secret elsewhere. */
const ownEndpoint = (named: string | null | undefined, usual: string, { settings }: Caller): URL => {
  const own = new URL(usual, settings.server);
  const url = URL.parse(named ?? '');
  return url !== null && url.origin === own.origin ? url : own;
};

/** What the server says of its OAuth (RFC 8414, Mastodon 4.3 on), else what all of them have in common. */
const waysOf = async (caller: Caller): Promise<Ways> => {
  const answer = await ask('/.well-known/oauth-authorization-server', caller);
  const told = answer.status === 200 ? authorizationServerSchema.safeParse(answer.body).data : undefined;
  const fine = told?.scopes_supported;
  const scopes = scopesFor(caller.settings);
  return {
    authorize: ownEndpoint(told?.authorization_endpoint, '/oauth/authorize', caller),
    tokenEndpoint: ownEndpoint(told?.token_endpoint, '/oauth/token', caller).href,
    scopes: fine === null || fine === undefined ? scopesOfTheSilent(scopes) : scopes.split(' ').every((scope) => fine.includes(scope)) ? scopes : COARSE_SCOPES,
    challenge: told?.code_challenge_methods_supported?.includes('S256') ?? false,
  };
};

/** Every server lets applications register by themselves: no administrator has to give a key. */
const register = async (redirect: string, scopes: string, caller: Caller): Promise<{ readonly application: z.output<typeof applicationSchema>; readonly scopes: string }> => {
  const asking = (asked: string) => ask('/api/v1/apps', caller, { method: 'POST', form: { client_name: 'Earshot', redirect_uris: redirect, scopes: asked } });
  const answer = await asking(scopes);
  // Some servers say no to the finer scopes, and only here.
  const isRefused = [400, 422].includes(answer.status) && scopes !== COARSE_SCOPES;
  const final = isRefused ? await asking(COARSE_SCOPES) : answer;
  return { application: read(applicationSchema, demandSuccess(final, caller), caller), scopes: isRefused ? COARSE_SCOPES : scopes };
};

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

const begin = async (settings: Settings, callback: URL, ctx: UnsignedCtx, ticket: string): Promise<{ url: URL; state: SignInState }> => {
  const caller = callerFor(settings, ctx);
  const ways = await waysOf(caller);
  const redirect = settings.signInByCode ? OUT_OF_BAND : callback.href;
  const { application, scopes } = await register(redirect, ways.scopes, caller);
  const verifier = ways.challenge ? randomBytes(32).toString('base64url') : undefined;
  const url = new URL(ways.authorize);
  const query = {
    response_type: 'code', client_id: application.client_id, redirect_uri: redirect, scope: scopes, state: ticket,
    ...(verifier === undefined ? {} : { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return {
    url,
    state: { clientId: application.client_id, clientSecret: application.client_secret, redirect, scopes, tokenEndpoint: ways.tokenEndpoint, ...(verifier === undefined ? {} : { verifier }) },
  };
};

const tokenFor = async (code: string, state: SignInState, caller: Caller): Promise<{ readonly accessToken: string; readonly scope: string }> => {
  const answer = await ask(state.tokenEndpoint, caller, {
    method: 'POST',
    form: { grant_type: 'authorization_code', code, client_id: state.clientId, client_secret: state.clientSecret, redirect_uri: state.redirect, scope: state.scopes, code_verifier: state.verifier },
  });
  if ([400, 401, 403, 422].includes(answer.status)) throw new RemoteError('rejected', `${hostOf(caller)} does not take this code: it holds once, and for a few minutes. Begin again.`, { host: hostOf(caller) });
  const { access_token: accessToken, scope } = read(tokenSchema, demandSuccess(answer, caller), caller);
  return { accessToken, scope: scope ?? state.scopes };
};

const finish = async (query: URLSearchParams, kept: unknown, ctx: Caller): Promise<MastodonSecrets> => {
  const caller = callerFor(ctx.settings, ctx);
  const host = hostOf(caller);
  const state = stateSchema.parse(kept);
  if (query.get('error') === 'access_denied') throw new RemoteError('rejected', `Somebody said no on ${host}.`, { host });
  const code = query.get('code');
  if (code === null || code === '') throw new RemoteError('rejected', `${host} sent no code back. Begin again.`, { host });
  const { accessToken, scope } = await tokenFor(code, state, caller);
  // A token that lets nobody in is noticed now, while the person who signed in is here.
  await get('/api/v1/accounts/verify_credentials', accountSchema, { ...caller, token: accessToken });
  return { accessToken, clientId: state.clientId, clientSecret: state.clientSecret, scope };
};

const revoke = async (ctx: MastodonCtx): Promise<void> => {
  const { accessToken, clientId, clientSecret } = ctx.secrets.read();
  // A token that was pasted belongs to an application that we do not know.
  if (clientId === undefined || clientSecret === undefined) return;
  const caller = callerFor(ctx.settings, ctx);
  demandSuccess(await ask('/oauth/revoke', caller, { method: 'POST', form: { client_id: clientId, client_secret: clientSecret, token: accessToken } }), caller);
};

/** OAuth on the server's own page, by an application that registers itself there. */
export const signIn: SignIn<Settings, MastodonSecrets> = { begin, finish, revoke };
