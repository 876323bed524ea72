import { readFileSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A status alone, a text, anything else as JSON, an error with which the call rejects, or a function that makes a Response. */
export type Answer = number | string | Error | object | ((request: Request) => Response | Promise<Response>);

/** Answers to the same request, made by {@link inTurn}. */
export class Turns {
  constructor(readonly answers: readonly Answer[]) {}
}

/** The first answer, then the next; the last one again and again. */
export const inTurn = (...answers: readonly Answer[]): Turns => new Turns(answers);

/** What a {@link scriptedFetch} answers. */
export interface FetchScript {
  /**
   * Answers by address, exact, with its query, and a method before it where that is not GET: `POST https://a.example/b`. Each call
   * gets the same, unless it is said {@link inTurn}.
   */
  readonly answers?: Readonly<Record<string, Answer | Turns>>;
  /**
   * The plugin's folder of fixtures: `https://town.example/api/v1/things?limit=2` is `town.example/api/v1/things__limit=2.json`
   * there. Extensions are tried in turn (none, json, xml, html, txt); a path that ends in a slash is its `index`.
   */
  readonly fixtures?: URL | string;
}

/** A fetch that knows what it was asked. */
export interface ScriptedFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Every request, in order, also those that were not scripted. */
  readonly requests: readonly Request[];
  /** Addresses that nothing was scripted for. */
  readonly unscripted: readonly string[];
}

const types: Readonly<Record<string, string>> = {
  '': 'application/octet-stream',
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.html': 'text/html; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

const fixtureFor = (folder: URL | string, address: string): Response | undefined => {
  const { host, pathname, search } = new URL(address);
  const path = `${decodeURIComponent(pathname)}${pathname.endsWith('/') ? 'index' : ''}${search.replace('?', '__')}`;
  const file = join(folder instanceof URL ? fileURLToPath(folder) : folder, host, path);
  for (const [extension, type] of Object.entries(types)) {
    const candidate = file + extension;
    if (existsSync(candidate) && statSync(candidate).isFile()) {
      return new Response(new Uint8Array(readFileSync(candidate)), { headers: { 'content-type': type } });
    }
  }
  return undefined;
};

const respond = async (answer: Answer, request: Request): Promise<Response> => {
  if (answer instanceof Error) throw answer;
  if (typeof answer === 'function') return (answer as (request: Request) => Response | Promise<Response>)(request);
  if (typeof answer === 'number') return new Response(null, { status: answer });
  if (typeof answer === 'string') return new Response(answer);
  return Response.json(answer);
};

/**
 * A `fetch` that answers from a script and from fixtures, and touches no network.
 *
 * What is not scripted rejects with an error that names it, and stands in `unscripted`, in case the plugin swallowed that error. An
 * aborted signal rejects as in `fetch`. Redirects are not followed.
 *
 * @example
 * ```ts
 * const fetch = scriptedFetch({ answers: { 'https://a.example/feed': inTurn(503, '<rss/>') }, fixtures: new URL('../fixtures/', import.meta.url) });
 * ```
 */
export const scriptedFetch = (script: FetchScript): ScriptedFetch => {
  const requests: Request[] = [];
  const unscripted: string[] = [];
  const turns = new Map<string, number>();
  const answer = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    requests.push(request);
    request.signal.throwIfAborted();
    const key = request.method === 'GET' ? request.url : `${request.method} ${request.url}`;
    const scripted = script.answers?.[key];
    if (scripted !== undefined) {
      const list = scripted instanceof Turns ? scripted.answers : [scripted];
      const turn = turns.get(key) ?? 0;
      turns.set(key, turn + 1);
      return respond(list[Math.min(turn, list.length - 1)] ?? 404, request);
    }
    const fixture = script.fixtures !== undefined && request.method === 'GET' ? fixtureFor(script.fixtures, request.url) : undefined;
    if (fixture) return fixture;
    unscripted.push(key);
    throw new Error(`Nothing is scripted for ${key}`);
  };
  return Object.assign(answer, { requests, unscripted });
};
