import { describe, expect, it } from '@jest/globals';
import { ProcessFigures } from './process-figures.js';

describe('the figures of a process', () => {
  it('say by how much its event loop was late, without the time between two looks, and a spike once', async () => {
    const figures = new ProcessFigures();
    const longest = (): number => figures.lagSamples().find(({ labels }) => labels?.['quantile'] === '1')?.value ?? Number.NaN;
    // Late three times: at its first look Node only begins to count.
    for (let times = 0; times < 3; times++) {
      for (const end = performance.now() + 400; performance.now() < end; );
      await new Promise((resolve) => void setImmediate(resolve));
    }
    const seconds = longest();
    expect(seconds).toBeGreaterThan(0.3);
    expect(longest()).toBe(0);
  });

  it('count what became of what was heard by known outcomes alone', () => {
    const figures = new ProcessFigures();
    figures.posts({ kept: 2, 'refused:keep': 1, 'refused:by-a-later-version': 3, unmatched: 0 });
    figures.posts({ kept: 1 });
    expect(figures.heardSamples()).toEqual([{ labels: { outcome: 'kept' }, value: 3 }, { labels: { outcome: 'refused:keep' }, value: 1 }, { labels: { outcome: 'other' }, value: 3 }]);
  });

  it('tell for each bound how many answers took at most so long', () => {
    const figures = new ProcessFigures();
    for (const seconds of [0.005, 0.04, 0.3, 30]) figures.answered('query', 'ok', seconds);
    const within = (le: string): number | undefined => figures.requestSamples().find(({ labels }) => labels?.['le'] === le)?.value;
    expect(['0.01', '0.025', '0.04', '0.5', '10', '+Inf'].map(within)).toEqual([1, 1, 2, 3, 3, 4]);
  });
});
