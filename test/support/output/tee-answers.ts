/**
 * jest's set-up of the int and e2e layers: of whatever a test asks of this machine by `fetch`, the secrets that it sends are noted, and what is
 * answered is kept for the end of the run. A cookie that is set is meant to be told, and is not kept; the secret of a client's session, told once as a token is, may be tried as a cookie.
 */
import { cameOut, wentIn } from './record.js';

const local = new Set(['127.0.0.1', 'localhost', '[::1]']);
const ofCookies = /(?:__Host-)?earshot=([^;\s]+)/gu;

const leavesOf = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : []);
const parsed = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    // No JSON: garbage, or a form.
    return undefined;
  }
};

const fieldsOf = (body: unknown): Readonly<Record<string, unknown>> => {
  const fields = body instanceof URLSearchParams ? Object.fromEntries(body) : parsed(body);
  return typeof fields === 'object' && fields !== null ? (fields as Readonly<Record<string, unknown>>) : {};
};

/** @returns the key of a one-time link, which a form says again to whoever sent it. */
const noteSecrets = (url: URL, headers: Headers, body: unknown): string | undefined => {
  for (const [, session] of headers.get('cookie')?.matchAll(ofCookies) ?? []) wentIn('a session', session as string, session?.startsWith('eas_') ? 'once' : 'never');
  const token = /^Bearer +(\S+)$/iu.exec(headers.get('authorization') ?? '')?.[1];
  if (token !== undefined) wentIn('a bearer token', token, 'once');
  const fields = fieldsOf(body);
  const { password, key, variables } = fields as { readonly password?: unknown; readonly key?: unknown; readonly variables?: { readonly secrets?: unknown; readonly input?: { readonly secrets?: unknown } } };
  if (typeof password === 'string') wentIn('a password', password);
  for (const secret of [variables?.secrets, variables?.input?.secrets].flatMap((secrets) => leavesOf(parsed(secrets)))) wentIn('a secret of an account', secret);
  const link = typeof key === 'string' ? key : (url.searchParams.get('key') ?? undefined);
  if (link !== undefined && url.pathname !== '/graphql') wentIn('the key of a link', link, 'once');
  return link;
};

const ask = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (!local.has(url.hostname)) return ask(input, init);
  const own = noteSecrets(url, new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined)), init?.body);
  const response = await ask(input, init);
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie').map(([name, value]) => `${name}: ${value}`).join('\n');
  response.clone().text().then(
    (text) => cameOut(`${init?.method ?? 'GET'} ${url.pathname}`, `${headers}\n${own ? text.replaceAll(own, '') : text}`),
    // The test broke it off.
    () => undefined,
  );
  return response;
};
