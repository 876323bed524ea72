import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { FakeBluesky, SERVICE } from '../../../plugins/bluesky/src/testing/fake-bluesky.js';
import { syntheticDid } from '../../../plugins/bluesky/src/testing/synthetic-events.js';

/** A data server, view and directory for the people of a Jetstream's double. Told `{"followed"}`; says its address, and answers each line with what was asked, by method. */
const { followed } = JSON.parse(process.argv[2] ?? '{}') as { readonly followed: number };
const world = new FakeBluesky('library', () => new Date());
for (let number = 0; number < followed; number += 1) world.people.set(syntheticDid(number), { did: syntheticDid(number), handle: `person-${number}.example` });

let origin = '';
const began = Date.now();
/** Whole seconds since the start of each request. */
const asked: number[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += String(chunk)));
  request.on('end', async () => {
    asked.push(Math.floor((Date.now() - began) / 1_000));
    const path = request.url ?? '/';
    const isDirectory = path.startsWith('/did:') || path.startsWith('/did%3A');
    const answer = await world.fetch(`${isDirectory ? 'https://plc.example' : SERVICE}${path}`, {
      method: request.method ?? 'GET', ...(body === '' ? {} : { body }),
      headers: Object.entries(request.headers).flatMap(([name, value]): [string, string][] => (typeof value === 'string' && ['authorization', 'content-type'].includes(name) ? [[name, value]] : [])),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end((await answer.text()).replaceAll(SERVICE, origin));
  });
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
console.log(origin);
for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify({ asked, calls: Object.fromEntries(Object.entries(Object.groupBy(world.calls, (call) => call)).map(([call, all]) => [call, all?.length])) }));
server.closeAllConnections();
server.close();
