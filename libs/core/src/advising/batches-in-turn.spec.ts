import { describe, expect, it } from '@jest/globals';
import { BatchesInTurn } from './batches-in-turn.js';

describe('BatchesInTurn', () => {
  it('stores the first at once, and together what comes meanwhile', async () => {
    const stored: (readonly number[])[] = [];
    const slow = Promise.withResolvers<void>();
    const batches = new BatchesInTurn<number>(async (items) => {
      stored.push(items);
      await slow.promise;
    });
    for (const item of [1, 2, 3]) batches.add(item);
    expect(stored).toEqual([[1]]);
    slow.resolve();
    await batches.end();
    expect(stored).toEqual([[1], [2, 3]]);
    batches.add(4);
    await batches.end();
    expect(stored).toEqual([[1], [2, 3], [4]]);
  });

  it('fails at its end as the storing did, and stores nothing more', async () => {
    let times = 0;
    const batches = new BatchesInTurn<number>(() => {
      times++;
      return Promise.reject(new Error('full'));
    });
    batches.add(1);
    await expect(batches.end()).rejects.toThrow('full');
    batches.add(2);
    await expect(batches.end()).rejects.toThrow('full');
    expect(times).toBe(1);
  });
});
