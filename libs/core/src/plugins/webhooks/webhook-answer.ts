import { isRemoteError } from '@earshot/plugin-sdk';
import { PlatformError } from '../../errors/index.js';

/** What leaves as the answer to a webhook call. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
}

const largestBody = 65_536;

/**
 * A plugin's response comes from this installation's own origin, where staff are signed in: it sets no cookie, leads nowhere, and no browser runs
 * what it holds.
 */
const mayTell = /^(content-type|content-language|www-authenticate|retry-after|(x|webhook)-[a-z0-9-]+)$/;
const harmless: WebhookAnswer['headers'] = [
  ['cache-control', 'no-store'],
  ['content-security-policy', "default-src 'none'; sandbox"],
  ['x-content-type-options', 'nosniff'],
];

/** @throws TypeError where it is a redirection, or larger than a network would read */
export const readAnswer = async (response: Response): Promise<WebhookAnswer> => {
  if (response.status >= 300 && response.status < 400) throw new TypeError('a webhook is not answered by sending the caller elsewhere');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > largestBody) throw new TypeError(`the answer to a webhook has at most ${largestBody} bytes`);
    chunks.push(chunk);
  }
  const told = [...response.headers].filter(([name]) => mayTell.test(name) && !harmless.some(([ours]) => ours === name));
  return { status: response.status, headers: [...told, ...harmless], body: Buffer.concat(chunks) };
};

/** The answer where the plugin gave none: a status by which networks know whether to try again, and nothing of what happened here. */
export const answerTo = (error: unknown, now: number): WebhookAnswer => {
  if (error instanceof PlatformError) return { status: error.code === 'NOT_FOUND' ? 404 : 503, headers: harmless };
  if (!isRemoteError(error)) return { status: 503, headers: harmless };
  if (error.kind === 'rejected' || error.kind === 'invalid-data') return { status: 422, headers: harmless };
  const { retryAfter } = error.facts;
  const seconds = retryAfter === undefined ? Number.NaN : Math.ceil((retryAfter.getTime() - now) / 1_000);
  return { status: 503, headers: Number.isNaN(seconds) ? harmless : [...harmless, ['retry-after', String(Math.min(86_400, Math.max(1, seconds)))]] };
};
