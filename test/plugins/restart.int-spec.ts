import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HostUnderTest, TestBed } from './host-under-test.js';
import { CountedCalls, withCountedCalls } from './with-counted-calls.js';

const size = 40;
let bed: TestBed;
let calls: CountedCalls;
let process: HostUnderTest;
let begun = 0;
const names = Array.from({ length: size }, (_, n) => `account ${n + 10}`);

/** A new process; what it asks the network is counted from nothing. */
const start = async (holder: string): Promise<void> => {
  calls = new CountedCalls();
  process = await HostUnderTest.start(bed, [withCountedCalls(calls)], { holder });
  begun = 0;
  process.signs.watch(({ kind }) => void (begun += kind === 'opened' ? 1 : 0));
  // Its clock stands still: it looks when the test does.
  process.runner.start();
};
/** Looks once, as it does each second. How many streams that opened. */
const look = async (): Promise<number> => {
  const before = calls.of('stream').length;
  await process.runner.look();
  // Each that was opened stores a batch.
  for (; begun > 0; begun--) await process.sign('taken');
  return calls.of('stream').length - before;
};
const looks = async (times: number): Promise<readonly number[]> => {
  const opened: number[] = [];
  for (let n = 0; n < times; n++) opened.push(await look());
  return opened;
};
const sorted = (accounts: readonly string[]): readonly string[] => accounts.toSorted();

beforeAll(async () => {
  bed = await TestBed.open();
  for (const name of names) await bed.account('with-counted-calls', ['feed'], { account: name });
});
afterAll(() => bed.close());

describe('forty accounts', () => {
  it('are begun with one after another: who we are, one poll and one stream each, eight streams a second', async () => {
    await start('one');
    expect(await looks(7)).toEqual([8, 8, 8, 8, 8, 0, 0]);
    for (const what of ['identify', 'poll', 'stream'] as const) expect(sorted(calls.of(what))).toEqual(names);
    await process.runner.stop();
  });

  it('are asked for no more than one stream each by a restart, spread over five seconds: no sessions, no polls that are not due, nothing behind', async () => {
    await start('two');
    expect(await looks(7)).toEqual([8, 8, 8, 8, 8, 0, 0]);
    expect(sorted(calls.of('stream'))).toEqual(names);
    expect(calls.asked).toHaveLength(size);
  });

  it('are asked for nothing twice where the process was killed and its leases ran out', async () => {
    const killed = process;
    await bed.elapse(60_000);
    await start('three');
    expect(await looks(7)).toEqual([8, 8, 8, 8, 8, 0, 0]);
    expect(calls.asked).toHaveLength(size);
    await process.runner.stop();
    await killed.runner.stop();
  });
});
