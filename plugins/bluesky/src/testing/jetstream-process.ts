import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { JetstreamDouble } from './jetstream-double.js';
import type { Said } from './jetstream-frames.js';
import { syntheticDid, syntheticEvents } from './synthetic-events.js';

/**
 * A Jetstream in a process of its own, for whoever measures: `node --import ./test/support/typescript-source.mjs
 * plugins/bluesky/src/testing/jetstream-process.ts '{"perSecond":3000,"followed":10000}'`. Followed are `syntheticDid(0)` and on.
 *
 * Says `ready <address>`, and replays. To each line of its input it answers with one of JSON: what it said so far. The line `cut` drops the
 * sockets, and `end` ends the replay and also names the posts of those who are followed. Ends with its input.
 */
interface Told {
  readonly perSecond?: number;
  readonly followed?: number;
  /** How much of all is said by those. */
  readonly share?: number;
  /** Nothing that a filter of collections would hold back: likes and follows, which are most. */
  readonly onlyPosts?: boolean;
  readonly speaks?: readonly ('v1' | 'v2')[];
  readonly keeps?: number;
  readonly deflates?: boolean;
  /** A file that holds a dictionary. */
  readonly dictionary?: string;
}

const { perSecond = 3_000, followed = 10_000, share = 0.01, onlyPosts = false, speaks = ['v1', 'v2'], keeps = 200_000, deflates = true, dictionary } = JSON.parse(process.argv[2] ?? '{}') as Told;
const bytes = dictionary === undefined ? undefined : readFileSync(dictionary);
const dids = Array.from({ length: followed }, (_, number) => syntheticDid(number));
const posts: string[] = [];

function* noted(whole: Iterable<Said>): Generator<Said> {
  const wanted = new Set(dids);
  for (const said of whole) {
    const isPost = said.kind === 'commit' && said.collection === 'app.bsky.feed.post';
    if (onlyPosts && said.kind === 'commit' && !isPost) continue;
    if (isPost && said.operation === 'create' && wanted.has(said.did)) posts.push(`at://${said.did}/${said.collection}/${said.rkey}`);
    yield said;
  }
}

const double = await JetstreamDouble.start({ keeps, deflates, speaks, ...(bytes === undefined ? {} : { zstd: { id: bytes.readUInt32LE(4), dictionary: bytes } }) });
const stop = new AbortController();
const replayed = double.replay(noted(syntheticEvents({ followed: dids, share })), perSecond, stop.signal);
process.stdout.write(`ready ${double.address}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'cut') double.cut();
  if (line === 'end') {
    stop.abort();
    await replayed;
  }
  process.stdout.write(`${JSON.stringify({ asked: line, said: double.tip, open: double.open.length, ...(line === 'end' ? { posts } : {}) })}\n`);
}
stop.abort();
await replayed;
await double.stop();
