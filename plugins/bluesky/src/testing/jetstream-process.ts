import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { JetstreamDouble } from './jetstream-double.js';
import { syntheticDid, syntheticEvents } from './synthetic-events.js';

/**
 * A Jetstream in a process of its own, for whoever measures: `node --import ./test/support/typescript-source.mjs
 * plugins/bluesky/src/testing/jetstream-process.ts '{"perSecond":3000,"followed":10000}'`. Followed are `syntheticDid(0)` and on.
 *
 * Says `ready <address>`, and replays. To each line of its input it answers with one of JSON: what it said so far. Ends with its input.
 */
interface Told {
  readonly perSecond?: number;
  readonly followed?: number;
  /** How much of all is said by those. */
  readonly share?: number;
  readonly keeps?: number;
  readonly deflates?: boolean;
  /** A file that holds a dictionary. */
  readonly dictionary?: string;
}

const { perSecond = 3_000, followed = 10_000, share = 0.01, keeps = 200_000, deflates = true, dictionary } = JSON.parse(process.argv[2] ?? '{}') as Told;
const bytes = dictionary === undefined ? undefined : readFileSync(dictionary);
const double = await JetstreamDouble.start({ keeps, deflates, ...(bytes === undefined ? {} : { zstd: { id: bytes.readUInt32LE(4), dictionary: bytes } }) });
const stop = new AbortController();
const whole = syntheticEvents({ followed: Array.from({ length: followed }, (_, number) => syntheticDid(number)), share });
const replayed = double.replay(whole, perSecond, stop.signal);
process.stdout.write(`ready ${double.address}\n`);
for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify({ asked: line, said: double.tip, open: double.open.length })}\n`);
stop.abort();
await replayed;
await double.stop();
