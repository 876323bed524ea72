/** What there is to know of a metric beside its values. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** One sentence, for the documentation and for whoever reads the page. */
  readonly help: string;
  /** Its labels, with all values that each may have: few, and none of them named by anybody outside of this program. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** Of the parts of a histogram: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string;
}

export type Measured = ReadonlyMap<Metric, readonly Sample[]>;

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format, seen 2026-11-27. */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/** The page that Prometheus reads. */
export const expose = (measured: Measured): string => [...measured].map(([metric, samples]) => block(metric, samples)).join('');

const block = ({ name, help, type }: Metric, samples: readonly Sample[]): string =>
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${samples.map((sample) => line(name, sample)).join('')}`;

const line = (name: string, { labels = {}, value, suffix = '' }: Sample): string => {
  const told = Object.entries(labels).map(([label, text]) => `${label}="${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`);
  return `${name}${suffix}${told.length === 0 ? '' : `{${told.join(',')}}`} ${numberOf(value)}\n`;
};

const numberOf = (value: number): string => (value === Infinity ? '+Inf' : String(value));
