import { describe, expect, it } from '@jest/globals';
import { type Weighed, rankOf } from './rank.js';

const labels = new Map([
  ['need.explicit', { title: 'open question', effects: { attention: 1 } }],
  ['need.implicit', { title: 'unspoken need', effects: { attention: 0.8 } }],
  ['crisis', { title: 'crisis', effects: { holdUnprompted: true as const } }],
]);
const noon = new Date('2026-05-01T12:00:00Z');
const post = (facts: Partial<Weighed>): Weighed => ({ postedAt: noon, heardAt: noon, findings: [], searches: [], addressed: false, answersUs: false, ...facts });
const need = (score: number, label = 'need.explicit') => [{ label, score }];
const rank = (facts: Partial<Weighed>): number => rankOf(post(facts), labels).rank;
const later = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

describe('rankOf', () => {
  it('puts a need before chatter, a surer one before a doubtful one, one of ours before one from elsewhere', () => {
    expect(rank({ findings: need(0.8) })).toBeGreaterThan(rank({ findings: need(0.4) }));
    expect(rank({ findings: need(0.2) })).toBeGreaterThan(rank({}));
    expect(rank({ findings: need(0.5), place: { library: 'a', place: 'Ashford', by: 'text' } })).toBeGreaterThan(rank({ findings: need(0.5) }));
    expect(rank({ addressed: true })).toBeGreaterThan(rank({ findings: need(0.01) }));
  });
  it('lets what staff brought in stand where what addresses us does, and says so', () => {
    expect(rank({ broughtIn: true })).toBe(rank({ addressed: true }));
    expect(rankOf(post({ broughtIn: true }), labels).reasons).toEqual([{ kind: 'brought-in' }]);
  });
  it('lets an older need stand before newer chatter for days, and not for ever', () => {
    expect(rank({ findings: need(0.1) })).toBeGreaterThan(rank({ postedAt: later(72), heardAt: later(72) }));
    expect(rank({ findings: need(0.8) })).toBeLessThan(rank({ postedAt: later(240), heardAt: later(240) }));
  });
  it('raises what a saved search found, above chatter and below a sure need, and says which', () => {
    const searches = [{ id: 's1', name: 'Cellars' }, { id: 's2', name: 'Wine' }];
    expect(rank({ searches })).toBeGreaterThan(rank({}));
    expect(rank({ searches })).toBeLessThan(rank({ findings: need(0.8) }));
    expect(rank({ searches, findings: need(0.8) })).toBeGreaterThan(rank({ findings: need(0.8) }));
    expect(rankOf(post({ searches }), labels).reasons).toEqual([{ kind: 'search', search: 's1', name: 'Cellars' }, { kind: 'search', search: 's2', name: 'Wine' }]);
    expect(rank({ searches, heardAt: later(73) })).toBe(rank({}));
  });
  it('does not move with the clock: the order of two posts is the same whenever it is asked', () => {
    expect(rank({ findings: need(0.8) })).toBe(rank({ findings: need(0.8) }));
  });
  it('never ranks for an unprompted answer what was older than three days when heard, unless it addresses us', () => {
    const old = rankOf(post({ findings: need(0.9), heardAt: later(73) }), labels);
    expect(old.reasons).toContainEqual({ kind: 'old' });
    expect(old.rank).toBe(rank({}));
    expect(rankOf(post({ findings: need(0.9), heardAt: later(73), addressed: true }), labels).reasons).not.toContainEqual({ kind: 'old' });
  });
  it('says why, the weightiest finding first', () => {
    const said = rankOf(post({ findings: [...need(0.5, 'need.implicit'), ...need(0.9)], place: { library: 'a', place: 'Ashford', by: 'text' } }), labels);
    expect(said.reasons).toEqual([
      { kind: 'finding', label: 'need.explicit', title: 'open question', score: 0.9 },
      { kind: 'place', library: 'a', place: 'Ashford', by: 'text' },
      { kind: 'unanswered' },
    ]);
  });
  it('says where a label holds back unprompted answers', () => {
    expect(rankOf(post({ findings: need(0.9, 'crisis') }), labels).reasons).toContainEqual({ kind: 'held', label: 'crisis', title: 'crisis' });
  });
});
