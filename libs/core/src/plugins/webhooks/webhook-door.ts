import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { isRemoteError } from '@earshot/plugin-sdk';
import { isId, newId } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import { correlationId, withCorrelation } from '../../logging/index.js';
import { HostOptions } from '../host-options.js';
import { type WebhookAnswer, answerTo } from './webhook-answer.js';
import { Webhooks } from './webhooks.js';

/** As Express hands it to what is mounted below a path. */
type Incoming = IncomingMessage & { readonly originalUrl: string; readonly protocol: string };

const largestBody = 1_048_576;
const bodyMs = 10_000;
/** Of one account at once, in one process: a flood at one address holds up nobody else's. */
const mostAtOnce = 8;
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** Of the connection and not of the call, and what would tell a plugin who is signed in here. */
const withheld = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect', 'cookie']);

class Refusal extends Error {
  constructor(readonly status: 400 | 405 | 408 | 413) {
    super(`refused with ${status}`);
  }
}

/** Where networks call: `/webhooks/<account>/…`, before every parser, since signatures cover the raw bytes. Open to the world, by nothing but an account's id. */
@Injectable()
export class WebhookDoor {
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly webhooks: Webhooks,
    private readonly options: HostOptions,
  ) {}

  /** Never throws. */
  async handle(incoming: Incoming, outgoing: ServerResponse): Promise<void> {
    const begun = performance.now();
    const answer = await withCorrelation(correlationId() ?? newId(), () => this.answer(incoming));
    this.options.answered?.(answer.status, (performance.now() - begun) / 1_000);
    if (outgoing.destroyed) return;
    outgoing.statusCode = answer.status;
    for (const [name, value] of answer.headers) outgoing.setHeader(name, value);
    // Whatever was not read of a body that was refused is not waited for.
    if (!incoming.complete) outgoing.setHeader('connection', 'close');
    outgoing.end(incoming.method === 'HEAD' ? undefined : answer.body);
  }

  private async answer(incoming: Incoming): Promise<WebhookAnswer> {
    const accountId = /^\/+([^/?]+)/.exec(incoming.url ?? '')?.[1] ?? '';
    const others = this.underWay.get(accountId) ?? 0;
    try {
      if (!isId(accountId)) throw new PlatformError('NOT_FOUND', 'Nobody receives here.');
      if (others >= mostAtOnce) throw new PlatformError('TOO_MANY_REQUESTS', 'Too many calls at once.');
      this.underWay.set(accountId, others + 1);
      try {
        return await this.webhooks.receive(accountId, await this.requestOf(incoming));
      } finally {
        this.ended(accountId);
      }
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, headers: [] };
      if (!(error instanceof PlatformError)) this.options.log.warn('a webhook call could not be taken in', { account: accountId, ...(isRemoteError(error) ? { kind: error.kind } : { error }) });
      return answerTo(error, this.options.clock.now());
    }
  }

  private ended(accountId: string): void {
    const left = (this.underWay.get(accountId) ?? 1) - 1;
    if (left === 0) this.underWay.delete(accountId);
    else this.underWay.set(accountId, left);
  }

  private async requestOf(incoming: Incoming): Promise<Request> {
    const method = incoming.method ?? '';
    if (!methods.has(method)) throw new Refusal(405);
    // As the network was told to call us, since signatures may cover it.
    const url = URL.parse(incoming.originalUrl, this.options.publicUrl ?? `${incoming.protocol}://${incoming.headers.host ?? 'localhost'}`);
    if (url === null) throw new Refusal(400);
    const headers = new Headers();
    for (const [name, values] of Object.entries(incoming.headersDistinct)) if (!withheld.has(name)) for (const value of values ?? []) headers.append(name, value);
    const body = await this.bodyOf(incoming);
    return new Request(url, { method, headers, ...(method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(body) }) });
  }

  private bodyOf(incoming: Incoming): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (Number(incoming.headers['content-length'] ?? 0) > largestBody) return reject(new Refusal(413));
      const chunks: Buffer[] = [];
      let size = 0;
      const refuse = (status: Refusal['status']): void => {
        cancel();
        incoming.pause().removeAllListeners('data');
        reject(new Refusal(status));
      };
      const cancel = this.options.clock.after(bodyMs, () => refuse(408));
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > largestBody) return refuse(413);
        chunks.push(chunk);
      });
      incoming.once('end', () => {
        cancel();
        resolve(Buffer.concat(chunks));
      });
      // The caller went away: nobody reads the answer.
      incoming.once('close', () => refuse(400));
    });
  }
}
