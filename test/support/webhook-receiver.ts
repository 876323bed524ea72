import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** How it answers: with a status, by an answer of the test's own, or never. */
export type Manner = number | 'never' | ((response: ServerResponse) => void);

/** A program of a library on 127.0.0.1, which keeps what it was told. */
export interface WebhookReceiver {
  readonly url: string;
  readonly received: Received[];
  /** From the next request on. */
  answer(manner: Manner): void;
  /** Once it has so many. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
};

export const startReceiver = async (): Promise<WebhookReceiver> => {
  const received: Received[] = [];
  const waiting: { readonly count: number; readonly done: () => void }[] = [];
  let manner: Manner = 204;
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const header = (name: string): string => String(request.headers[name] ?? '');
      received.push({ id: header('webhook-id'), timestamp: header('webhook-timestamp'), signature: header('webhook-signature'), body, headers: request.headers });
      for (const { count, done } of waiting) if (received.length >= count) done();
      if (typeof manner === 'function') manner(response);
      else if (manner !== 'never') response.writeHead(manner).end('what nobody keeps');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: (next) => void (manner = next),
    until: (count) => (received.length >= count ? Promise.resolve() : new Promise((done) => waiting.push({ count, done }))),
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
};

/** By the published scheme (https://www.standardwebhooks.com, seen 2026-11-27), and by none of our code: whether one of the signatures is by this secret, and the message is of the last five minutes. */
export const isSignedBy = (secret: string, { id, timestamp, signature, body }: Received): boolean => {
  const own = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/u, ''), 'base64')).update(`${id}.${timestamp}.${body}`).digest();
  const fresh = Math.abs(Date.now() / 1_000 - Number(timestamp)) < 300;
  return fresh && signature.split(' ').some((each) => {
    const [version, text] = each.split(',');
    const theirs = Buffer.from(text ?? '', 'base64');
    return version === 'v1' && theirs.length === own.length && timingSafeEqual(theirs, own);
  });
};
