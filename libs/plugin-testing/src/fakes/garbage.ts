import { RemoteError } from '@earshot/plugin-sdk';

/** Something that a network may answer instead of what was asked for. */
export interface Garbage {
  readonly name: string;
  readonly fetch: typeof fetch;
}

const always = (name: string, respond: () => Response | Promise<Response>): Garbage => ({ name, fetch: async () => respond() });

const json = (text: string): (() => Response) => () => new Response(text, { headers: { 'content-type': 'application/json' } });

const brokenBody = (): Response =>
  new Response(
    new ReadableStream({
      start: (stream) => stream.enqueue(new TextEncoder().encode('{"items":[')),
      pull: (stream) => stream.error(new TypeError('terminated')),
    }),
  );

/** What every plugin that uses `ctx.fetch` must survive: each ends in a RemoteError or in `unreadable` events. */
export const garbage: readonly Garbage[] = [
  always('an empty answer', () => new Response('')),
  always('half a JSON document', json('{"items":[{"id":"1"')),
  always('null', json('null')),
  always('a number', json('42')),
  always('an empty list', json('[]')),
  always('a list of nonsense', json('[null,1,"x",[],{"id":null},{"id":{}}]')),
  always('an object with everything of the wrong type', json('{"items":7,"id":[],"data":"x","entries":{"a":1},"content":false}')),
  always('a page in place of data', () => new Response('<!doctype html><title>Down</title>', { headers: { 'content-type': 'text/html' } })),
  always('bytes', () => new Response(new Uint8Array([0, 255, 254, 0, 128, 195, 40]))),
  always('a body that breaks off', brokenBody),
  ...[400, 401, 403, 404, 410, 422, 429, 500, 503].map((status) => always(`status ${status}`, () => new Response('no', { status }))),
  always('no answer', () => Promise.reject(new RemoteError('unreachable', 'No answer.'))),
];
