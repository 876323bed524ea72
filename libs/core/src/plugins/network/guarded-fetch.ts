import { RemoteError } from '@earshot/plugin-sdk';
import { type Agent, type BodyInit as UndiciBody, type Response as UndiciResponse, fetch as undiciFetch } from 'undici';
import type { Deadline } from '../../time/index.js';
import type { HostOptions } from '../host-options.js';
import { checkedAtLeaving } from './guarded-agent.js';
import type { HostBudgets } from './host-budgets.repository.js';
import { limitedBody } from './limited-body.js';
import type { UnderWay } from './network.js';
import { type Outgoing, outgoing, redirected } from './outgoing.js';
import { isGivenUp, remoteFailure } from './remote-failure.js';
import { limitLeft, pauseAsked, retryAfter } from './retry-after.js';

export interface FetchHost {
  readonly accountId: string;
  readonly patient: boolean;
  readonly agent: Agent;
  readonly deadline: Deadline | undefined;
  readonly budgets: HostBudgets;
  readonly options: HostOptions;
  /** Of the context: whatever is under way ends with it. */
  readonly abort: AbortSignal;
  readonly underWay: UnderWay;
}

const withoutBody = new Set([204, 205, 304]);
const changesNothing = new Set(['GET', 'HEAD']);

/** `fetch` for one opening of one account: every hop is checked, budgeted, timed and sized. */
export class GuardedFetch {
  constructor(private readonly host: FetchHost) {}

  /** @throws RemoteError unreachable, rate-limited or rejected; the reason of the abort. */
  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    this.host.abort.throwIfAborted();
    const end = this.host.underWay();
    try {
      return await this.follow(outgoing(input, init));
    } finally {
      end();
    }
  }

  /** Waits for a turn at this host. */
  async turnAt(host: string, abort: AbortSignal): Promise<{ readonly failures: number }> {
    const { budgets, accountId, options, patient } = this.host;
    const { burst, ratePerSecond, waitMs, reserve } = options.network;
    const budget = await budgets.take(host, accountId, { burst, ratePerSecond, waitMs, reserve: patient ? reserve : 0 });
    if (budget.pausedUntil !== null) throw new RemoteError('rate-limited', `${host} asked us to wait.`, { host, retryAfter: budget.pausedUntil });
    if (budget.openUntil !== null && !(budget.failures > 0 && budget.spent)) throw new RemoteError('unreachable', `${host} did not answer lately; it is tried again in a while.`, { host });
    if (!budget.spent) throw new RemoteError('rate-limited', `Too much is asked of ${host} at once.`, { host, retryAfter: new Date(options.clock.now() + waitMs) });
    if (budget.waitMs > 0) await this.wait(budget.waitMs, abort);
    return budget;
  }

  private async follow(first: Outgoing): Promise<Response> {
    const { options, abort } = this.host;
    const total = new AbortController();
    const stopTotal = options.clock.after(options.network.totalMs, () => total.abort(new RemoteError('unreachable', `${first.url.host} took too long.`, { host: first.url.host })));
    const signal = AbortSignal.any([abort, total.signal, ...(first.signal ? [first.signal] : [])]);
    let request = first;
    try {
      for (let hop = 0; ; hop++) {
        const answer = await this.send(request, signal);
        const next = redirected(request, answer.status, answer.headers.get('location'));
        if (next === undefined) return this.hand(answer, request, hop > 0, signal, stopTotal);
        // Not read: the connection is given up rather than waited for.
        await answer.body?.cancel().catch(() => {});
        if (hop === options.network.redirects) throw new RemoteError('rejected', `${first.url.host} redirects more than ${options.network.redirects} times.`, { host: first.url.host });
        request = next;
      }
    } catch (error) {
      stopTotal();
      throw remoteFailure(error, request.url.host, signal);
    }
  }

  private async send(request: Outgoing, signal: AbortSignal): Promise<UndiciResponse> {
    const { budgets, options } = this.host;
    const { host } = request.url;
    const { failures } = await this.turnAt(host, signal);
    const headers = new Headers(request.headers);
    if (!headers.has('user-agent')) headers.set('user-agent', options.userAgent);
    let answer: UndiciResponse;
    try {
      answer = await this.ask(request, headers, signal);
    } catch (error) {
      const failure = remoteFailure(error, host, signal);
      // What came too late to be asked says nothing of the host.
      if (failure instanceof RemoteError && failure.kind === 'unreachable' && this.host.deadline?.isOver !== true) await budgets.failed(host);
      throw failure;
    }
    if (failures > 0) await budgets.answered(host);
    await this.heed(answer, host);
    return answer;
  }

  /**
   * A server may close a connection that it kept open in the very moment in which we ask on it, and nobody knows whether it read that: what changes nothing is
   * asked once more then (RFC 9110, 9.2.2, and RFC 9112, 9.3.1).
   */
  private async ask(request: Outgoing, headers: Headers, signal: AbortSignal): Promise<UndiciResponse> {
    const { agent, deadline } = this.host;
    const { host } = request.url;
    const dispatcher = deadline === undefined ? agent : checkedAtLeaving(agent, () => {
      // Of a process that was stopped meanwhile: what it wanted to send, another may have sent since.
      if (deadline.isOver) throw new RemoteError('unreachable', `${host} could not be asked in time.`, { host });
    });
    const ask = (): Promise<UndiciResponse> =>
      undiciFetch(request.url.href, {
        method: request.method, headers: [...headers], redirect: 'manual', dispatcher, signal,
        // The two worlds describe the same values by types of their own.
        ...(request.body === undefined || request.body === null ? {} : { body: request.body as UndiciBody, duplex: 'half' as const }),
      });
    try {
      return await ask();
    } catch (error) {
      if (!changesNothing.has(request.method) || signal.aborted || !isGivenUp(error)) throw error;
      return ask();
    }
  }

  /** 429, a 503 that says until when, and a limit of which nothing is left pause the account's budget at this host. The plugin gets the answer all the same. */
  private async heed(answer: UndiciResponse, host: string): Promise<void> {
    const { options, budgets, accountId } = this.host;
    const now = options.clock.now();
    const left = limitLeft(answer.headers, now);
    if (left?.of === 'nothing') await budgets.pause(host, accountId, left.until);
    if (left?.of === 'little') await budgets.quiet(host, accountId, left.until);
    if (answer.status !== 429 && answer.status !== 503) return;
    const until = answer.status === 429 ? (pauseAsked(answer.headers, now) ?? new Date(now + 60_000)) : retryAfter(answer.headers.get('retry-after'), now);
    if (until !== undefined) await budgets.pause(host, accountId, until);
  }

  private hand(answer: UndiciResponse, request: Outgoing, isRedirected: boolean, signal: AbortSignal, stopTotal: () => void): Response {
    const { options, underWay } = this.host;
    const { host } = request.url;
    const failureOf = (error: unknown): unknown => {
      stopTotal();
      return remoteFailure(error, host, signal);
    };
    const source = answer.body as ReadableStream<Uint8Array> | null;
    if (source === null) stopTotal();
    const body = source === null || withoutBody.has(answer.status) ? null : limitedBody(source, { host, bytes: options.network.bodyBytes, idleMs: options.network.idleMs }, options.clock, underWay, failureOf);
    const response = new Response(body, { status: answer.status, statusText: answer.statusText, headers: [...answer.headers] });
    Object.defineProperties(response, { url: { value: request.url.href }, redirected: { value: isRedirected } });
    return response;
  }

  private wait(ms: number, abort: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.host.options.clock.after(ms, () => {
        abort.removeEventListener('abort', stop);
        resolve();
      });
      const stop = (): void => {
        cancel();
        reject(abort.reason as Error);
      };
      abort.addEventListener('abort', stop, { once: true });
    });
  }
}
