import { describe, expect, it } from '@jest/globals';
import { retryAfter } from './retry-after.js';

const now = Date.parse('2026-03-01T10:00:00Z');

describe('retryAfter', () => {
  it.each([
    ['120', '2026-03-01T10:02:00Z'],
    [' 0 ', '2026-03-01T10:00:00Z'],
    ['Sun, 01 Mar 2026 10:05:00 GMT', '2026-03-01T10:05:00Z'],
    ['Sun, 01 Mar 2020 10:05:00 GMT', '2026-03-01T10:00:00Z'],
    ['999999999', '2026-03-02T10:00:00Z'],
  ])('reads %j', (header, expected) => expect(retryAfter(header, now)).toEqual(new Date(expected)));

  it.each([null, '', 'soon', '12 parsecs', '99999999999999999999'])('makes nothing of %j', (header) => expect(retryAfter(header, now)).toBeUndefined());
});
