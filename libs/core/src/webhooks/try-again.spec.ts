import { describe, expect, it } from '@jest/globals';
import { afterFailure } from './try-again.js';

const day = 86_400_000;
const told = { tries: 1, failures: 1, failingForMs: 0, isTest: false };

describe('after a try in vain', () => {
  it('a delivery is tried again at longer and longer waits for about a day, and then given up', () => {
    const waits: number[] = [];
    for (let tries = 1; ; tries++) {
      const { againIn } = afterFailure({ ...told, tries }, 0.5);
      if (againIn === undefined) break;
      waits.push(againIn);
    }
    expect(waits).toEqual([...waits].sort((one, other) => one - other));
    expect(waits[0]).toBe(5);
    const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600;
    expect(hours).toBeGreaterThan(24);
    expect(hours).toBeLessThan(26);
  });

  it('those that failed at one moment are spread by a tenth each way', () => {
    expect([afterFailure({ ...told, tries: 3 }, 0).againIn, afterFailure({ ...told, tries: 3 }, 1).againIn]).toEqual([270, 330]);
  });

  it('its webhook rests twice as long each time, up to five minutes', () => {
    expect([1, 2, 3, 9, 10, 1_000].map((failures) => afterFailure({ ...told, failures }, 0.5).restsFor)).toEqual([1, 2, 4, 256, 300, 300]);
  });

  it('what the receiver asks for is heeded, up to an hour', () => {
    expect(afterFailure({ ...told, askedForMs: 120_000 }, 0.5)).toMatchObject({ againIn: 120, restsFor: 120 });
    expect(afterFailure({ ...told, askedForMs: day }, 0.5)).toMatchObject({ againIn: 3_600, restsFor: 3_600 });
  });

  it.each([
    ['three days and twenty tries', { failures: 20, failingForMs: 3 * day }, true],
    ['three days and few tries', { failures: 19, failingForMs: 3 * day }, false],
    ['many tries in less', { failures: 500, failingForMs: 3 * day - 1 }, false],
    ['"gone", at once', { status: 410 }, true],
    ['"not found"', { status: 404 }, false],
  ])('a webhook is turned off or not: %s', (_what, more, off) => {
    expect(afterFailure({ ...told, ...more }, 0.5)).toMatchObject({ turnOff: off, ...(off ? { againIn: undefined } : {}) });
  });

  it('a test is tried once, and turns nothing off', () => {
    expect(afterFailure({ ...told, isTest: true, status: 410 }, 0.5)).toMatchObject({ againIn: undefined, turnOff: false });
  });
});
