import { describe, expect, it } from '@jest/globals';
import type { Target } from '@earshot/plugin-sdk';
import { planTargets } from './targets.js';

const people = (count: number): readonly Target[] => Array.from({ length: count }, (_, number) => ({ kind: 'profile', key: `did:plc:${String(number).padStart(24, 'a')}`, label: `@p${number}.example` }));
const tag: Target = { kind: 'hashtag', key: 'mill', label: '#mill' };

describe('the plan', () => {
  it('has one channel that streams for all profiles, which hears of new ones, and a polled one for each other target', () => {
    const [all, ...others] = planTargets([...people(8_000), tag]);
    expect({ ...all, targets: all?.targets.length }).toEqual({ key: 'profiles', mode: 'stream', pulseMs: 60_000, retarget: 'live', targets: 8_000 });
    expect(others).toEqual([{ key: 'hashtag:mill', mode: 'poll', pulseMs: 300_000, retarget: 'reopen', targets: [tag] }]);
    expect(planTargets([tag])).toHaveLength(1);
  });

  it('divides more than a filter takes by themselves alone, into channels that each filter takes', () => {
    const many = people(30_000);
    const channels = planTargets(many);
    expect(channels.map(({ key }) => key).toSorted()).toEqual(['profiles:00', 'profiles:01', 'profiles:10', 'profiles:11']);
    expect(Math.max(...channels.map(({ targets }) => targets.length))).toBeLessThanOrEqual(10_000);
    const again = new Map(planTargets(many.toReversed()).map(({ key, targets }) => [key, new Set(targets.map((target) => target.key))]));
    for (const { key, targets } of channels) expect(new Set(targets.map((target) => target.key))).toEqual(again.get(key));
  });

  it('is made quickly for ten thousand', () => {
    const many = people(10_000);
    const began = performance.now();
    planTargets(many);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
