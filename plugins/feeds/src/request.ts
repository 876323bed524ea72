import { createHash } from 'node:crypto';
import { isRemoteError } from '@earshot/plugin-sdk';
import { errorOfStatus, invalidDocument, unreachable } from './remote-errors.js';
import type { FeedsCtx } from './settings.js';

const MAX_REDIRECTS = 5;
const ACCEPT = 'application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1';

/** What the last answer said of itself, for a conditional request. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface Unchanged {
  readonly unchanged: true;
  readonly permanentUrl?: string;
}

export interface Document extends Validators {
  readonly unchanged: false;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the bytes, with their number. */
  readonly digest: string;
  readonly charset?: string;
  /** Where it came from, after all redirects: the base of its relative addresses. */
  readonly url: string;
  /** Where permanent redirects (301, 308) alone led; absent where there was none. */
  readonly permanentUrl?: string;
}

type Request = Pick<FeedsCtx, 'fetch' | 'abort' | 'now' | 'settings'>;

/** Settles as `work` does, or rejects as soon as `signal` aborts: some streams notice late. */
export const orAbort = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });

const readBody = async (response: Response, url: string, maxBytes: number, signal: AbortSignal) => {
  const hash = createHash('sha256');
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = response.body?.getReader();
  try {
    for (;;) {
      const { done, value } = stream === undefined ? { done: true, value: undefined } : await orAbort(stream.read(), signal);
      if (done || value === undefined) break;
      hash.update(value);
      length += value.byteLength;
      if (length > maxBytes) throw invalidDocument(url, `is larger than ${maxBytes} bytes`, digestFrom(hash.digest('hex'), length));
      chunks.push(value);
    }
  } finally {
    // Nobody waits for it: a hostile stream may never confirm.
    stream?.cancel().catch(() => undefined);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return { bytes, digest: digestFrom(hash.digest('hex'), length) };
};

const digestFrom = (hex: string, length: number): string => `bytes(${length}) sha256:${hex}`;

const charsetOf = (contentType: string | null): string | undefined => /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType ?? '')?.[1];

const headersFor = ({ etag, lastModified }: Validators): Record<string, string> => ({
  accept: ACCEPT,
  ...(etag === undefined ? {} : { 'if-none-match': etag }),
  ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
});

const documentOf = async (response: Response, url: string, { settings }: Request, signal: AbortSignal): Promise<Document> => {
  const body = await readBody(response, url, settings.maxBytes, signal);
  const charset = charsetOf(response.headers.get('content-type'));
  const etag = response.headers.get('etag')?.slice(0, 1_000);
  const lastModified = response.headers.get('last-modified')?.slice(0, 200);
  return { unchanged: false, url, ...body, ...(charset === undefined ? {} : { charset }), ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
};

const follow = async (address: string, request: Request, validators: Validators, signal: AbortSignal): Promise<Unchanged | Document> => {
  let url = address;
  let permanent = true;
  let permanentUrl: string | undefined;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await orAbort(request.fetch(url, { headers: headersFor(validators), redirect: 'manual', signal }), signal);
    const moved = permanentUrl === undefined ? {} : { permanentUrl };
    if (response.ok) return { ...(await documentOf(response, url, request, signal)), ...moved };
    response.body?.cancel().catch(() => undefined);
    if (response.status === 304) return { unchanged: true, ...moved };
    if (![301, 302, 303, 307, 308].includes(response.status)) throw errorOfStatus(response.status, response.headers.get('retry-after'), url, request.now());
    const next = URL.parse(response.headers.get('location') ?? '', url);
    if (next === null || !/^https?:$/.test(next.protocol) || next.username !== '') throw unreachable(url, 'redirects to no web address');
    next.hash = '';
    url = next.href;
    permanent &&= response.status === 301 || response.status === 308;
    if (permanent) permanentUrl = url;
  }
  throw unreachable(address, `redirects more than ${MAX_REDIRECTS} times`);
};

/**
 * Gets a document: conditional, redirects followed and told apart, the body bounded in size and time.
 *
 * @throws {RemoteError} for everything but a document and a 304; the abort reason when `ctx.abort` aborts
 */
export const getDocument = async (address: string, request: Request, validators: Validators = {}): Promise<Unchanged | Document> => {
  const deadline = AbortSignal.timeout(request.settings.requestSeconds * 1_000);
  try {
    return await follow(address, request, validators, AbortSignal.any([request.abort, deadline]));
  } catch (error) {
    if (request.abort.aborted || isRemoteError(error)) throw error;
    throw unreachable(address, deadline.aborted ? `did not send the whole document within ${request.settings.requestSeconds} seconds` : 'did not answer', error);
  }
};
