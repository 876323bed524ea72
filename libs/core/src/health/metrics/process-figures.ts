import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Sample } from './exposition.js';
import { type RequestKind, type RequestOutcome, buckets, outcomes } from './metric-list.js';

interface Timing {
  readonly kind: RequestKind;
  readonly outcome: RequestOutcome;
  readonly within: number[];
  count: number;
  sum: number;
}

const nanosecondsOfASecond = 1e9;
/** How far apart Node looks at its event loop, and what it says of one that is never late (Node 24, 2026-11-27). */
const resolutionMs = 20;
const known = new Set<string>(outcomes);

/** What this process counts as it goes. Counts begin at nothing with the process, as Prometheus expects. */
export class ProcessFigures {
  private readonly heard = new Map<string, number>();
  private readonly timings = new Map<string, Timing>();
  private readonly delay = monitorEventLoopDelay({ resolution: resolutionMs });

  constructor() {
    this.delay.enable();
  }

  /** What became of a batch, by outcome. */
  posts(counts: Readonly<Record<string, number>>): void {
    for (const [outcome, times] of Object.entries(counts)) {
      const label = known.has(outcome) ? outcome : 'other';
      if (times > 0) this.heard.set(label, (this.heard.get(label) ?? 0) + times);
    }
  }

  answered(kind: RequestKind, outcome: RequestOutcome, seconds: number): void {
    const key = `${kind} ${outcome}`;
    const timing = this.timings.get(key) ?? { kind, outcome, within: buckets.map(() => 0), count: 0, sum: 0 };
    this.timings.set(key, timing);
    timing.count++;
    timing.sum += seconds;
    buckets.forEach((bound, index) => {
      if (seconds <= bound) timing.within[index] = (timing.within[index] ?? 0) + 1;
    });
  }

  heardSamples(): readonly Sample[] {
    return [...this.heard].map(([outcome, value]) => ({ labels: { outcome }, value }));
  }

  requestSamples(): readonly Sample[] {
    return [...this.timings.values()].flatMap(({ kind, outcome, within, count, sum }) => {
      const labels = { kind, outcome };
      const steps = [...buckets, Infinity].map((bound, index) => ({ suffix: '_bucket', labels: { ...labels, le: bound === Infinity ? '+Inf' : String(bound) }, value: within[index] ?? count }));
      return [...steps, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: count }];
    });
  }

  /** Since the last call: a spike is seen once, and not for ever. */
  lagSamples(): readonly Sample[] {
    const seconds = (quantile: number): number => {
      const at = quantile === 1 ? this.delay.max : this.delay.percentile(quantile * 100);
      return this.delay.count === 0 ? 0 : Math.max(0, at / nanosecondsOfASecond - resolutionMs / 1_000);
    };
    const samples = [0.5, 0.99, 1].map((quantile) => ({ labels: { quantile: String(quantile) }, value: seconds(quantile) }));
    this.delay.reset();
    return samples;
  }
}
