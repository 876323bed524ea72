import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { BatchError, readBatch } from './read-batch.js';

const cursor = z.object({ after: z.string() });
const gone = { kind: 'post-gone', ref: { network: 'fediverse', id: '1' }, why: 'deleted' };

describe('readBatch', () => {
  it('keeps order and number: what cannot be read becomes a dead letter in its place', () => {
    const { events } = readBatch({ events: [gone, { kind: 'post' }, gone] });
    expect(events.map((event) => event.kind)).toEqual(['post-gone', 'unreadable', 'post-gone']);
  });

  it('gives cursor, time and acknowledgement through', () => {
    const acknowledge = async (): Promise<void> => undefined;
    const batch = { events: [], cursor: { after: '9' }, heardUntil: new Date(0), acknowledge };
    expect(readBatch(batch, cursor)).toEqual(batch);
  });

  it('has no cursor where none was given', () => {
    expect('cursor' in readBatch({ events: [], cursor: undefined }, cursor)).toBe(false);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /No batch/],
    ['events that are no list', { events: 'all' }, /events/],
    ['more events than fit', { events: Array.from({ length: 10_001 }, () => gone) }, /more than 10000/],
    ['a time that is none', { events: [], heardUntil: 'now' }, /heardUntil/],
    ['an acknowledgement that cannot be called', { events: [], acknowledge: true }, /is no function/],
    ['a cursor of another shape', { events: [], cursor: { before: 1 } }, /does not fit/],
    ['a cursor that JSON changes', { events: [], cursor: { after: 'x', at: new Date(0) } }, /survive JSON/],
    ['a cursor that is no JSON', { events: [], cursor: { after: 1n } }, /is no JSON/],
    ['a cursor far too long', { events: [], cursor: { after: 'x'.repeat(70_000) } }, /longer than/],
  ])('refuses %s', (_what, value, problem) => {
    expect(() => readBatch(value, cursor)).toThrow(BatchError);
    expect(() => readBatch(value, cursor)).toThrow(problem);
  });

  it('refuses a cursor of a plugin that declares none', () => {
    expect(() => readBatch({ events: [], cursor: 1 })).toThrow(/declares no cursor/);
  });
});
