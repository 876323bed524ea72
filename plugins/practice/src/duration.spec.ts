import { describe, expect, it } from '@jest/globals';
import { parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['PT0S', 0],
    ['PT1M30S', 90_000],
    ['P1DT9H14M', ((24 + 9) * 60 + 14) * 60_000],
    ['P2W', 14 * 86_400_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 'P', 'PT', 'P1DT', 'P1M', 'P1Y', '1D', 'PT1.5S', 'P-1D', 'P1D '])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
