import { describe, expect, it } from '@jest/globals';
import { limitLeft, pauseAsked, retryAfter } from './retry-after.js';

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

describe('pauseAsked', () => {
  it.each([
    [{ 'retry-after': '60', 'x-ratelimit-reset': '2026-03-01T11:00:00Z' }, '2026-03-01T10:01:00Z'],
    [{ 'x-ratelimit-reset': '2026-03-01T10:03:00.000000Z' }, '2026-03-01T10:03:00Z'],
    [{ 'ratelimit-reset': '1772359440' }, '2026-03-01T10:04:00Z'],
    [{ 'ratelimit-reset': '300' }, '2026-03-01T10:05:00Z'],
    [{ 'ratelimit-reset': 'soon' }, undefined],
    [{}, undefined],
  ])('reads %j', (headers: Record<string, string>, expected) => expect(pauseAsked(new Headers(headers), now)).toEqual(expected === undefined ? undefined : new Date(expected)));
});

describe('limitLeft', () => {
  it.each([
    [{ 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2026-03-01T10:03:00.000000Z' }, 'nothing', '2026-03-01T10:03:00Z'],
    [{ 'ratelimit-limit': '3000', 'ratelimit-remaining': '0', 'ratelimit-reset': '1772359440', 'ratelimit-policy': '3000;w=300' }, 'nothing', '2026-03-01T10:04:00Z'],
    // Sessions of a day are used up: that is no reason to read nothing for a day.
    [{ 'ratelimit-limit': '300', 'ratelimit-remaining': '0', 'ratelimit-reset': '1772440000', 'ratelimit-policy': '300;w=86400' }, 'nothing', '2026-03-01T10:05:00Z'],
    [{ 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '30', 'x-ratelimit-reset': '60' }, 'little', '2026-03-01T10:01:00Z'],
    [{ 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '31', 'x-ratelimit-reset': '60' }, undefined, undefined],
    [{ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '60' }, undefined, undefined],
    [{ 'x-ratelimit-remaining': '0' }, undefined, undefined],
    [{ 'x-ratelimit-remaining': 'none', 'x-ratelimit-reset': '60' }, undefined, undefined],
    [{}, undefined, undefined],
  ])('reads %j', (headers: Record<string, string>, of, until) => expect(limitLeft(new Headers(headers), now)).toEqual(of === undefined ? undefined : { of, until: new Date(until as string) }));
});
