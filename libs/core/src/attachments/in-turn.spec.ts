import { describe, expect, it } from '@jest/globals';
import { InTurn } from './in-turn.js';
import { readBody } from './read-body.js';

const now = async (): Promise<string> => 'brought';
const gate = () => Promise.withResolvers<string>();

describe('what is done in turn', () => {
  it('is begun once what came before it is done, also where that failed', async () => {
    const [line, first, begun] = [new InTurn(3), gate(), [] as string[]];
    const one = line.run(now, async () => { begun.push('one'); return first.promise; });
    const other = line.run(now, async (brought) => { begun.push('other'); return brought; });
    await Promise.resolve();
    first.reject(new Error('broken'));
    await expect(one).rejects.toThrow('broken');
    expect(await other).toBe('brought');
    expect(begun).toEqual(['one', 'other']);
  });

  it('turns away whoever would be one too many, and lets in again once there is room', async () => {
    const [line, bringing] = [new InTurn(2), gate()];
    const held = [line.run(() => bringing.promise, now), line.run(() => bringing.promise, now)];
    await expect(line.run(now, now)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    bringing.reject(new Error('broke off'));
    expect((await Promise.allSettled(held)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await line.run(now, now)).toBe('brought');
  });
});

describe('a body', () => {
  const chunks = async function* (...sizes: readonly number[]): AsyncIterable<Uint8Array> {
    for (const size of sizes) yield new Uint8Array(size);
  };
  const breaking = async function* (): AsyncIterable<Uint8Array> {
    yield new Uint8Array(1);
    throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  };

  it('is read whole, as long as it may be', async () => {
    expect((await readBody(chunks(4, 6), 10)).length).toBe(10);
    await expect(readBody(chunks(4, 7, 1_000_000), 10)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('that breaks off is its sender’s', async () => {
    await expect(readBody(breaking(), 10)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('broke off') });
  });
});
