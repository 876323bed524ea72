import { createHash } from 'node:crypto';
import { scriptedFetch } from '@earshot/plugin-testing';
import { describe, expect, it } from '@jest/globals';
import { secretsSchema, type Settings } from './settings.js';
import { SCOPES, signIn } from './sign-in.js';
import { library } from './testing/documents.js';
import { FakeServer, TOKEN } from './testing/fake-server.js';
import { onServer, settings } from './testing/on-server.js';

const callback = new URL('https://earshot.example/accounts/callback');
type Forms = Record<string, URLSearchParams>;

/** A server's OAuth: notes what it was sent. */
const oauth = (given: { readonly metadata?: object; readonly apps?: number; readonly token?: () => Response; readonly coarse?: boolean } = {}) => {
  const forms: Forms = {};
  const take = (name: string, answer: (form: URLSearchParams) => Response) => async (request: Request): Promise<Response> => {
    const form = new URLSearchParams(await request.text());
    forms[name] = form;
    return answer(form);
  };
  const fetch = scriptedFetch({
    answers: {
      'https://alder.example/.well-known/oauth-authorization-server': given.metadata ?? 404,
      'POST https://alder.example/api/v1/apps': take('apps', (form) => (given.coarse === true && form.get('scopes') !== 'read write' ? Response.json({ error: 'invalid_scope' }, { status: 422 }) : Response.json({ client_id: 'app', client_secret: 'S3cret', name: 'Earshot' }, { status: given.apps ?? 200 }))),
      'POST https://alder.example/oauth/token': take('token', () => given.token?.() ?? Response.json({ access_token: TOKEN, token_type: 'Bearer' })),
      'POST https://alder.example/oauth/revoke': take('revoke', () => Response.json({})),
      'https://alder.example/api/v1/accounts/verify_credentials': (request: Request) => (request.headers.get('authorization') === `Bearer ${TOKEN}` ? Response.json(library) : Response.json({ error: 'no' }, { status: 401 })),
    },
  });
  const ctx = (changes: Partial<Settings> = {}) => ({ ...onServer(new FakeServer(), { fetch }), settings: { ...settings, ...changes } });
  return { forms, ctx, begin: (changes: Partial<Settings> = {}) => signIn.begin({ ...settings, ...changes }, callback, ctx(changes), 'ticket-1'), finish: (query: string, state: unknown) => signIn.finish(new URLSearchParams(query), state, ctx()) };
};

const modern = {
  issuer: 'https://alder.example/', authorization_endpoint: 'https://alder.example/oauth/authorize', token_endpoint: 'https://alder.example/oauth/token',
  scopes_supported: SCOPES.split(' ').concat('read', 'write', 'follow'), code_challenge_methods_supported: ['S256'],
};

describe('beginning', () => {
  it('registers an application by itself, and asks for no more than it needs', async () => {
    const { begin, forms } = oauth({ metadata: modern });
    const { url } = await begin();
    expect(Object.fromEntries(forms.apps ?? [])).toEqual({ client_name: 'Earshot', redirect_uris: callback.href, scopes: SCOPES });
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ response_type: 'code', client_id: 'app', redirect_uri: callback.href, scope: SCOPES, state: 'ticket-1', code_challenge_method: 'S256' });
    expect(SCOPES.split(' ')).not.toContain('write');
  });

  it('asks for more where staff let the account follow and keep lists there', async () => {
    const { begin } = oauth({ metadata: { ...modern, scopes_supported: [...modern.scopes_supported, 'write:follows', 'write:lists'] } });
    expect((await begin({ followThere: true })).url.searchParams.get('scope')).toBe(`${SCOPES} write:follows write:lists`);
    expect((await oauth().begin({ followThere: true })).url.searchParams.get('scope')).toBe('read write:statuses write:media write:favourites write:follows write:lists');
  });

  it('sends no challenge where the server does not say that it takes one', async () => {
    const { url } = await oauth().begin();
    expect(url.href.startsWith('https://alder.example/oauth/authorize?')).toBe(true);
    expect(url.searchParams.has('code_challenge')).toBe(false);
  });

  it('asks to read as a whole where the server does not say which scopes it knows: some stream to nothing less', async () => {
    const { begin, forms } = oauth();
    const { url } = await begin();
    expect(url.searchParams.get('scope')).toBe('read write:statuses write:media write:favourites');
    expect(forms.apps?.get('scopes')).toBe('read write:statuses write:media write:favourites');
  });

  it.each([['says that it has no finer scopes', { metadata: { ...modern, scopes_supported: ['read', 'write', 'follow', 'push'] } }], ['refuses finer scopes', { coarse: true }]])('asks for read and write where the server %s', async (_name, given) => {
    expect((await oauth(given).begin()).url.searchParams.get('scope')).toBe('read write');
  });

  it('shows a code where staff want it so', async () => {
    const { begin, forms } = oauth();
    expect((await begin({ signInByCode: true })).url.searchParams.get('redirect_uri')).toBe('urn:ietf:wg:oauth:2.0:oob');
    expect(forms.apps?.get('redirect_uris')).toBe('urn:ietf:wg:oauth:2.0:oob');
  });

  it('believes no document that would send the secret elsewhere', async () => {
    const { begin } = oauth({ metadata: { ...modern, authorization_endpoint: 'https://evil.example/a', token_endpoint: 'https://evil.example/t' } });
    const { url, state } = await begin();
    expect([url.host, (state as { tokenEndpoint: string }).tokenEndpoint]).toEqual(['alder.example', 'https://alder.example/oauth/token']);
  });

  it('says so where the server registers nobody', async () => {
    await expect(oauth({ apps: 403 }).begin()).rejects.toMatchObject({ kind: 'rejected' });
  });
});

describe('finishing', () => {
  it('proves the challenge, checks the token, and gives secrets that the schema takes', async () => {
    const { begin, finish, forms } = oauth({ metadata: modern });
    const { url, state } = await begin();
    const secrets = await finish('code=C0de&state=ticket-1', JSON.parse(JSON.stringify(state)));
    expect(secretsSchema.parse(secrets)).toEqual({ accessToken: TOKEN, clientId: 'app', clientSecret: 'S3cret', scope: SCOPES });
    expect(Object.fromEntries(forms.token ?? [])).toMatchObject({ grant_type: 'authorization_code', code: 'C0de', redirect_uri: callback.href, client_id: 'app', client_secret: 'S3cret' });
    expect(createHash('sha256').update(forms.token?.get('code_verifier') ?? '').digest('base64url')).toBe(url.searchParams.get('code_challenge'));
  });

  it('takes a bare code that was pasted at the terminal', async () => {
    const { begin, finish, forms } = oauth();
    const { state } = await begin({ signInByCode: true });
    expect(await finish('code=C0de', state)).toMatchObject({ accessToken: TOKEN });
    expect(forms.token?.get('redirect_uri')).toBe('urn:ietf:wg:oauth:2.0:oob');
  });

  it.each([['said no', 'error=access_denied&state=ticket-1'], ['came back without a code', 'state=ticket-1']])('is rejected where somebody %s', async (_name, query) => {
    const { begin, finish } = oauth();
    await expect(finish(query, (await begin()).state)).rejects.toMatchObject({ kind: 'rejected' });
  });

  it.each<[string, () => Response, string]>([
    ['a code that was used before', () => Response.json({ error: 'invalid_grant' }, { status: 400 }), 'rejected'],
    ['a token that lets nobody in', () => Response.json({ access_token: 'other' }), 'auth'],
    ['a page in place of a token', () => new Response('<html>'), 'invalid-data'],
    ['a server in trouble', () => new Response('', { status: 502 }), 'unreachable'],
  ])('tells of %s', async (_name, token, kind) => {
    const { begin, finish } = oauth({ token });
    await expect(finish('code=C0de', (await begin()).state)).rejects.toMatchObject({ kind });
  });
});

it('gives the token back, and keeps still about one that was pasted', async () => {
  const { ctx, forms } = oauth();
  const signedIn = ctx();
  await signIn.revoke?.(signedIn);
  expect(forms.revoke).toBeUndefined();
  await signedIn.secrets.replace({ accessToken: TOKEN, clientId: 'app', clientSecret: 'S3cret' });
  await signIn.revoke?.(signedIn);
  expect(Object.fromEntries(forms.revoke ?? [])).toEqual({ client_id: 'app', client_secret: 'S3cret', token: TOKEN });
});
