import { RemoteError } from '@earshot/plugin-sdk';

/** One request on its way, in a form that can be sent again to where it is redirected. */
export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: BodyInit | null | undefined;
  readonly redirect: RequestRedirect;
  readonly signal: AbortSignal | undefined;
}

/** Headers that say who we are to one origin. */
const credentials = ['authorization', 'cookie', 'proxy-authorization'];
const bodyHeaders = ['content-type', 'content-length', 'content-encoding', 'content-language', 'content-location'];
const redirecting = new Set([301, 302, 303, 307, 308]);

/** @throws RemoteError rejected for an address that may not be fetched at all. */
export const webAddress = (text: string | URL, protocols: readonly string[]): URL => {
  const url = URL.parse(String(text));
  if (url === null) throw new RemoteError('rejected', 'That is no web address.');
  if (!protocols.includes(url.protocol)) throw new RemoteError('rejected', `${url.protocol} addresses are not fetched.`, { host: url.host });
  // "https://library.example@10.0.0.5/": what looks like the host is a user name.
  if (url.username !== '' || url.password !== '') throw new RemoteError('rejected', 'An address with a user name in it is not fetched.', { host: url.host });
  return url;
};

/** What fetch was called with, read once. */
export const outgoing = (input: string | URL | Request, init: RequestInit | undefined): Outgoing => {
  const request = input instanceof Request ? input : undefined;
  const headers = new Headers(init?.headers ?? request?.headers);
  return {
    url: webAddress(request?.url ?? (input as string | URL), ['http:', 'https:']),
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    headers,
    body: init?.body ?? request?.body,
    redirect: init?.redirect ?? request?.redirect ?? 'follow',
    signal: init?.signal ?? request?.signal,
  };
};

/**
 * Where an answer sends a request on to; undefined where it does not.
 * Credentials do not leave their origin, and a body does not leave TLS.
 * @throws RemoteError rejected
 */
export const redirected = (from: Outgoing, status: number, location: string | null): Outgoing | undefined => {
  if (!redirecting.has(status) || location === null || from.redirect === 'manual') return undefined;
  const { host } = from.url;
  if (from.redirect === 'error') throw new RemoteError('rejected', `${host} redirects, which was not expected.`, { host });
  const target = URL.parse(location, from.url);
  if (target === null) throw new RemoteError('rejected', `${host} redirects to what is no address.`, { host });
  const url = webAddress(target, ['http:', 'https:']);
  if (url.hash === '') url.hash = from.url.hash;
  const dropsBody = status === 303 ? from.method !== 'HEAD' : status < 303 && from.method === 'POST';
  const body = dropsBody ? undefined : from.body;
  if (body instanceof ReadableStream) throw new RemoteError('rejected', `${host} redirects what can be sent only once.`, { host });
  if (body !== undefined && body !== null && from.url.protocol === 'https:' && url.protocol === 'http:')
    throw new RemoteError('rejected', `${host} redirects what was sent to an address that is not encrypted.`, { host });
  const headers = new Headers(from.headers);
  if (url.origin !== from.url.origin) for (const name of credentials) headers.delete(name);
  if (dropsBody) for (const name of bodyHeaders) headers.delete(name);
  return { ...from, url, headers, body, method: dropsBody ? 'GET' : from.method };
};
