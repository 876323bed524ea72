import { type Database, readSql } from '../../database/index.js';
import type { Metric, Sample } from './exposition.js';
import { ofInstallation as of } from './metric-list.js';

const listeningSql = readSql(import.meta.url, './listening-figures.sql');
const jobsSql = readSql(import.meta.url, './job-figures.sql');

interface ListeningFigures {
  readonly accounts: readonly { readonly health: string; readonly count: number }[];
  readonly channels: readonly { readonly state: string; readonly count: number; readonly lag: number | null }[];
  readonly blind: number;
  readonly late: number;
  readonly gaps: number;
  readonly oldestGap: number;
  readonly histories: number;
  readonly looks: number;
  readonly letters: number;
  readonly stops: readonly { readonly what: string; readonly count: number }[];
}

interface JobFigures { readonly waiting: number; readonly running: number; readonly failed: number; readonly oldest: number }
interface OutboxFigure { readonly state: string; readonly replies: number; readonly overdue: number }

const deadlineMs = 3_000;
/** However often it is asked for: these figures cost the database some milliseconds. */
const reusedMs = 5_000;

type Figures = ReadonlyMap<Metric, readonly Sample[]>;

/** What the database knows of the whole installation. Where it does not answer, that alone is told. */
export class InstallationFigures {
  private asking: Promise<Figures> | undefined;
  private last: { readonly figures: Figures; readonly at: number } | undefined;

  constructor(private readonly database: Database) {}

  read(): Promise<Figures> {
    if (this.last !== undefined && performance.now() - this.last.at < reusedMs) return Promise.resolve(this.last.figures);
    return Promise.race([this.ask(), late()]);
  }

  /** One question is under way at a time, also where the one before was not waited for. */
  private ask(): Promise<Figures> {
    this.asking ??= this.gather()
      .then((figures) => {
        this.last = { figures, at: performance.now() };
        return figures;
      }, () => away)
      .finally(() => {
        this.asking = undefined;
      });
    return this.asking;
  }

  private async gather(): Promise<Figures> {
    const [[heard], [jobs], replies] = await Promise.all([
      this.database.listening((tx) => tx.query<ListeningFigures>(listeningSql)),
      this.database.beforeJob<JobFigures>(jobsSql),
      this.database.beforeJob<OutboxFigure>('select state, replies::int, coalesce(greatest(extract(epoch from now() - due_since), 0), 0)::float8 as overdue from outbox_figures()'),
    ]);
    if (heard === undefined || jobs === undefined) throw new Error('the database told no figures');
    return new Map([[of.database, one(1)], ...samplesOf(heard), ...samplesOfJobs(jobs), ...samplesOfReplies(replies)]);
  }
}

const one = (value: number): readonly Sample[] => [{ value }];
const away: Figures = new Map([[of.database, one(0)]]);
const late = (): Promise<Figures> => new Promise((resolve) => setTimeout(() => resolve(away), deadlineMs).unref());

/** Also the values of a label that there are none of: an alarm on something that is missing is one on nothing. */
const each = <Row>(metric: Metric, label: string, rows: readonly Row[], told: (row: Row) => readonly [value: string, of: number]): readonly [Metric, readonly Sample[]] => {
  const found = new Map(rows.map(told));
  return [metric, (metric.labels?.[label] ?? []).map((value) => ({ labels: { [label]: value }, value: found.get(value) ?? 0 }))];
};

const samplesOf = (heard: ListeningFigures): readonly (readonly [Metric, readonly Sample[]])[] => [
  each(of.accounts, 'health', heard.accounts, ({ health, count }) => [health, count]),
  each(of.channels, 'state', heard.channels, ({ state, count }) => [state, count]),
  [of.blind, one(heard.blind)],
  [of.late, one(heard.late)],
  each(of.heardLag, 'state', heard.channels, ({ state, lag }) => [state, lag ?? 0]),
  [of.gaps, one(heard.gaps)],
  [of.oldestGap, one(heard.oldestGap)],
  [of.histories, one(heard.histories)],
  [of.looks, one(heard.looks)],
  [of.letters, one(heard.letters)],
  each(of.stops, 'what', heard.stops, ({ what, count }) => [what, count]),
];

const samplesOfJobs = ({ waiting, running, failed, oldest }: JobFigures): readonly (readonly [Metric, readonly Sample[]])[] => [
  [of.jobs, [{ labels: { state: 'waiting' }, value: waiting }, { labels: { state: 'running' }, value: running }, { labels: { state: 'failed' }, value: failed }]],
  [of.oldestJob, one(oldest)],
];

const samplesOfReplies = (rows: readonly OutboxFigure[]): readonly (readonly [Metric, readonly Sample[]])[] => [
  each(of.replies, 'state', rows, ({ state, replies }) => [state, replies]),
  [of.oldestReply, one(rows.find(({ state }) => state === 'approved')?.overdue ?? 0)],
];
