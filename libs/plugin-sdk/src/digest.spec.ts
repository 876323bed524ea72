import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from './digest.js';
import { limits } from './limits.js';

describe('digestOf', () => {
  it('tells shape and hash', () => {
    expect(digestOf({ id: 1, content: 'hello' })).toMatch(/^\{id:number content:string\(5\)\} sha256:[0-9a-f]{16}$/);
  });

  it('is the same for equal values and another for others', () => {
    expect(digestOf({ a: [1, 'x'] })).toBe(digestOf({ a: [1, 'x'] }));
    expect(digestOf({ a: [1, 'x'] })).not.toBe(digestOf({ a: [1, 'y'] }));
  });

  it('holds no text, not even of keys that are somebody’s words', () => {
    const digest = digestOf({ 'my secret wish': 'to sail away', note: 'to sail away' });
    expect(digest).not.toMatch(/secret|sail/);
  });

  it('survives circles, depth, size and getters that throw', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const hostile = Object.defineProperty({}, 'boom', { enumerable: true, get: () => { throw new Error('boom'); } });
    const deep = Array.from({ length: 10_000 }).reduce<unknown>((inner) => ({ inner }), 'bottom');
    for (const value of [circle, hostile, deep, Array.from({ length: 1_000_000 }, (_, i) => i), Symbol('s'), 1n, () => 1]) {
      expect(digestOf(value)).toMatch(/ sha256:[0-9a-f]{16}$/);
    }
  });

  it('fits into the event that carries it, whatever it names', () => {
    fc.assert(fc.property(fc.anything(), (value) => digestOf(value).length <= limits.line));
  });
});
