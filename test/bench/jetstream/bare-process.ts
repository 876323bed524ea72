import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

/** The least that one can do with a Jetstream: a socket of `ws`, and JSON.parse of each of its frames. Told `{"url"}`; answers each line with how many. */
const { url } = JSON.parse(process.argv[2] ?? '{}') as { readonly url: string };
const socket = new WebSocket(url);
let frames = 0;
let latest = 0;
socket.on('message', (data) => {
  const { payload } = JSON.parse(String(data)) as { readonly payload: { readonly seq: number } };
  frames += 1;
  latest = payload.seq;
});
console.log('ready');
for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify({ frames, latest }));
socket.terminate();
