import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromSocket, RemoteError, type Batch, type FrameBatch, type SocketOptions } from '@earshot/plugin-sdk';
import { fakeClock } from './fake-clock.js';
import { fakeSocket } from './fake-socket.js';

interface Cursor {
  readonly seq: number;
}

/** A frame holds its number; `beat` frames hold no event. */
const read = (frame: string | ArrayBuffer): FrameBatch<Cursor> => {
  const seq = Number(String(frame).replace('beat ', ''));
  if (Number.isNaN(seq)) throw new RemoteError('invalid-data', 'no number');
  const ref = { network: 'example', id: String(seq) };
  return { events: String(frame).startsWith('beat') ? [] : [{ kind: 'post-gone', ref, why: 'deleted' }], cursor: { seq } };
};

const start = (options: Partial<SocketOptions<Cursor>> = {}) => {
  const clock = fakeClock();
  const far = fakeSocket();
  const abort = new AbortController();
  const batches = fromSocket<Cursor>({ connect: async () => far.socket, read, pulseMs: 30_000, abort: abort.signal, clock, host: 'town.example', ...options });
  const iterator = batches[Symbol.asyncIterator]();
  return { clock, far, abort, iterator };
};

/** Lets everything run that waits for nothing but its turn. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

const seqs = ({ value }: IteratorResult<Batch<Cursor>>): unknown => [(value as Batch<Cursor>).events.length, (value as Batch<Cursor>).cursor?.seq];

const isPending = async (promise: Promise<unknown>): Promise<boolean> => {
  let pending = true;
  const settle = (): void => void (pending = false);
  promise.then(settle, settle);
  await turns();
  return pending;
};

describe('fromSocket', () => {
  it('connects at the first pull', async () => {
    let connected = 0;
    const { iterator, abort } = start({ connect: async () => { connected += 1; return fakeSocket().socket; } });
    await turns();
    expect(connected).toBe(0);
    void iterator.next();
    await turns();
    expect(connected).toBe(1);
    abort.abort();
  });

  it('gives a batch 50 ms after its first event, with the cursor of its last frame', async () => {
    const { clock, far, iterator } = start();
    const pulled = iterator.next();
    await turns();
    far.receive('1');
    clock.advance(30);
    far.receive('2');
    clock.advance(19);
    expect(await isPending(pulled)).toBe(true);
    clock.advance(1);
    expect(seqs(await pulled)).toEqual([2, 2]);
  });

  it('gives a batch at once when it is full', async () => {
    const { far, iterator } = start({ batchSize: 2 });
    const pulled = iterator.next();
    await turns();
    far.receive('1');
    far.receive('2');
    expect(seqs(await pulled)).toEqual([2, 2]);
  });

  it('reads on while nobody pulls', async () => {
    const { clock, far, iterator } = start({ batchSize: 2 });
    void iterator.next();
    await turns();
    for (const seq of [1, 2, 3, 4, 5]) far.receive(String(seq));
    clock.advance(50);
    expect(seqs(await iterator.next())).toEqual([2, 4]);
    expect(seqs(await iterator.next())).toEqual([1, 5]);
  });

  it('shows its pulse by an empty batch when only heartbeats come, and not by one a heartbeat', async () => {
    const { clock, far, iterator } = start();
    const pulled = iterator.next();
    await turns();
    far.receive('beat 1');
    clock.advance(1_000);
    far.receive('beat 2');
    expect(await isPending(pulled)).toBe(true);
    clock.advance(4_000);
    expect(seqs(await pulled)).toEqual([0, 2]);
  });

  it('does not let an event wait for a heartbeat’s turn', async () => {
    const { clock, far, iterator } = start();
    const pulled = iterator.next();
    await turns();
    far.receive('beat 1');
    far.receive('2');
    clock.advance(50);
    expect(seqs(await pulled)).toEqual([1, 2]);
  });

  it('on overflow stops listening, gives what it holds, and ends; what came later is behind no cursor', async () => {
    const { far, iterator } = start({ maxEvents: 3, batchSize: 2 });
    const first = iterator.next();
    await turns();
    for (const seq of [1, 2, 3, 4, 5, 6, 7, 8]) far.receive(String(seq));
    expect(far.isClosedHere).toBe(true);
    expect(seqs(await first)).toEqual([2, 2]);
    expect(seqs(await iterator.next())).toEqual([2, 4]);
    expect(seqs(await iterator.next())).toEqual([1, 5]);
    expect((await iterator.next()).done).toBe(true);
  });

  it('overflows by size too', async () => {
    const { far, iterator } = start({ maxSize: 4 });
    const first = iterator.next();
    await turns();
    for (const seq of ['11', '12', '13']) far.receive(seq);
    expect(seqs(await first)).toEqual([2, 12]);
    expect((await iterator.next()).done).toBe(true);
  });

  it('settles at once on abort, also while a pull is pending, and closes the socket', async () => {
    const { abort, far, iterator } = start();
    const pulled = iterator.next();
    await turns();
    far.receive('1');
    abort.abort();
    expect(await pulled).toEqual({ done: true, value: undefined });
    expect(far.isClosedHere).toBe(true);
    expect((await iterator.next()).done).toBe(true);
  });

  it('settles when it was aborted before', async () => {
    const { iterator } = start({ abort: AbortSignal.abort() });
    expect((await iterator.next()).done).toBe(true);
  });

  it('settles on abort while it connects, and closes the socket that comes too late', async () => {
    const far = fakeSocket();
    let open = (_socket: WebSocket): void => undefined;
    const { abort, iterator } = start({ connect: () => new Promise((resolve) => { open = resolve; }) });
    const pulled = iterator.next();
    await turns();
    abort.abort();
    expect((await pulled).done).toBe(true);
    open(far.socket);
    await turns();
    expect(far.isClosedHere).toBe(true);
  });

  it('lets return() end it behind a pending pull', async () => {
    const { far, iterator } = start();
    const pulled = iterator.next();
    await turns();
    await iterator.return?.();
    expect((await pulled).done).toBe(true);
    expect(far.isClosedHere).toBe(true);
  });

  it.each<[string, (far: ReturnType<typeof fakeSocket>, clock: ReturnType<typeof fakeClock>) => void]>([
    ['closes', (far) => far.closeThere()],
    ['breaks down', (far) => far.breakDown()],
    ['is silent for longer than its pulse', (_far, clock) => clock.advance(30_000)],
  ])('gives what it holds and then throws unreachable when the socket %s', async (_what, end) => {
    const { clock, far, iterator } = start();
    const pulled = iterator.next();
    await turns();
    far.receive('1');
    end(far, clock);
    expect(seqs(await pulled)).toEqual([1, 1]);
    await expect(iterator.next()).rejects.toMatchObject({ kind: 'unreachable', facts: { host: 'town.example' } });
    expect((await iterator.next()).done).toBe(true);
  });

  it('takes any frame for a sign of life', async () => {
    const { clock, far, iterator } = start();
    void iterator.next();
    await turns();
    for (let beat = 1; beat < 10; beat += 1) {
      clock.advance(29_999);
      far.receive(`beat ${beat}`);
    }
    expect(far.isClosedHere).toBe(false);
    const later = iterator.next();
    void later.catch(() => undefined);
    clock.advance(30_000);
    expect(far.isClosedHere).toBe(true);
  });

  it('counts connecting as silence', async () => {
    const { clock, iterator } = start({ connect: () => new Promise(() => undefined) });
    const pulled = iterator.next();
    await turns();
    clock.advance(30_000);
    await expect(pulled).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it.each<[string, () => Promise<WebSocket>, string]>([
    ['an error', () => Promise.reject(new TypeError('refused')), 'unreachable'],
    ['a thrown error', () => { throw new Error('no such host'); }, 'unreachable'],
    ['a RemoteError', () => Promise.reject(new RemoteError('auth', 'signed out')), 'auth'],
    ['a socket that is closed', async () => { const far = fakeSocket(); far.closeThere(); return far.socket; }, 'unreachable'],
  ])('turns %s of connect into a RemoteError', async (_what, connect, kind) => {
    await expect(start({ connect }).iterator.next()).rejects.toMatchObject({ name: 'RemoteError', kind });
  });

  it('ends by the error of a frame that cannot be read, after what came before', async () => {
    const { far, iterator } = start();
    const pulled = iterator.next();
    await turns();
    far.receive('1');
    far.receive('garbage');
    expect(seqs(await pulled)).toEqual([1, 1]);
    await expect(iterator.next()).rejects.toMatchObject({ kind: 'invalid-data' });
    expect(far.isClosedHere).toBe(true);
  });

  it('leaves no timer behind', async () => {
    const { abort, clock, far, iterator } = start();
    void iterator.next();
    await turns();
    far.receive('1');
    abort.abort();
    expect(clock.waiting).toBe(0);
  });

  it('loses nothing and mixes nothing up, however frames, pulls and time come', async () => {
    const step = fc.oneof(fc.constant('frame' as const), fc.constant('beat' as const), fc.constant('pull' as const), fc.integer({ min: 1, max: 60 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 8 }), async (steps, batchSize, maxEvents) => {
        const { clock, far, iterator } = start({ batchSize, maxEvents });
        const pulls: Promise<IteratorResult<Batch<Cursor>>>[] = [iterator.next()];
        await turns();
        let seq = 0;
        for (const what of steps) {
          if (what === 'frame') far.receive(String((seq += 1)));
          else if (what === 'beat') far.receive(`beat ${seq}`);
          else if (what === 'pull') pulls.push(iterator.next());
          else clock.advance(what);
        }
        far.closeThere();
        for (let more = 0; more < 70; more += 1) pulls.push(iterator.next());
        const given = (await Promise.allSettled(pulls)).flatMap((one) => (one.status === 'fulfilled' && !one.value.done ? [one.value.value] : []));
        const ids = given.flatMap(({ events }) => events.map((event) => Number('ref' in event ? event.ref.id : Number.NaN)));
        // A run without a hole from the first on, and the last cursor says where it ends.
        expect(ids).toEqual(ids.map((_id, index) => index + 1));
        expect(given.at(-1)?.cursor?.seq ?? 0).toBe(ids.length);
      }),
    );
  });
});
