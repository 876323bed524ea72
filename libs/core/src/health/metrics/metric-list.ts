import type { Metric } from './exposition.js';

const purposes = ['keep', 'search', 'classify', 'draft-by-machine', 'show-publicly', 'answer'] as const;
/** What becomes of what is heard. Whatever else a version may count is counted as `other`. */
export const outcomes = ['kept', 'unmatched', 'suppressed', 'gone', 'unreadable', ...purposes.map((purpose) => `refused:${purpose}`), 'other'] as const;
export const requestKinds = ['query', 'mutation', 'webhook'] as const;
export type RequestKind = (typeof requestKinds)[number];
export const requestOutcomes = ['ok', 'refused', 'failed'] as const;
export type RequestOutcome = (typeof requestOutcomes)[number];
/** In seconds: around the 40, 80 and 200 ms that are promised, and what is far beyond. */
export const buckets = [0.01, 0.025, 0.04, 0.08, 0.2, 0.5, 1, 2.5, 10] as const;

const metric = (name: string, type: Metric['type'], help: string, labels?: Metric['labels']): Metric => ({ name: `earshot_${name}`, type, help, ...(labels === undefined ? {} : { labels }) });

/** Of this process alone: every process is to be asked. */
export const ofProcess = {
  build: metric('build_info', 'gauge', 'Always 1, with the version of this process.', { version: ['this version'] }),
  ready: metric('ready', 'gauge', '1 where this process is ready, as /health/ready says, else 0.'),
  posts: metric('posts_total', 'counter', 'Things that this process heard, by what became of them.', { outcome: outcomes }),
  requests: metric('request_seconds', 'histogram', 'How long answers of this process took, in seconds.', { kind: requestKinds, outcome: requestOutcomes }),
  pool: metric('database_connections', 'gauge', 'Connections of this process to the database.', { pool: ['app', 'worker', 'listener', 'keeper'], state: ['used', 'idle'] }),
  poolWaiting: metric('database_waiting', 'gauge', 'Statements of this process that wait for a connection.', { pool: ['app', 'worker', 'listener', 'keeper'] }),
  lag: metric('event_loop_lag_seconds', 'gauge', 'By how much the event loop was late since the last reading, in seconds.', { quantile: ['0.5', '0.99', '1'] }),
  memory: metric('memory_bytes', 'gauge', 'Memory of this process: resident, and of the JavaScript heap.', { part: ['resident', 'heap'] }),
  started: metric('started_seconds', 'gauge', 'When this process started, in seconds since 1970.'),
} as const;

/** Of the whole installation: every process tells the same. */
export const ofInstallation = {
  database: metric('database_up', 'gauge', '1 where the database answered this reading, else 0; then what follows is left out.'),
  accounts: metric('accounts', 'gauge', 'Accounts that are on, by their health.', { health: ['new', 'well', 'troubled', 'sign-in-again', 'failed'] }),
  channels: metric('channels', 'gauge', 'Channels of accounts that are on, by what they are doing.', { state: ['waiting', 'reading', 'backing-off', 'paused', 'quarantined', 'stopped'] }),
  blind: metric('channels_blind', 'gauge', 'Streams that are open and do not bring what direct looks find.'),
  late: metric('channels_late', 'gauge', 'Channels that have been due for five minutes and that nobody reads.'),
  heardLag: metric('listening_lag_seconds', 'gauge', 'How long ago the channel that is furthest behind had heard everything, by what it is doing.', { state: ['waiting', 'reading', 'backing-off', 'paused', 'quarantined', 'stopped'] }),
  gaps: metric('gaps_open', 'gauge', 'Gaps in what was heard that are not closed yet, and are still asked for.'),
  oldestGap: metric('gap_oldest_seconds', 'gauge', 'How long ago the oldest of them was noticed.'),
  histories: metric('histories_waiting', 'gauge', 'New follows whose last days are still to come in.'),
  looks: metric('looks_owed', 'gauge', 'Threads whose look is overdue.'),
  letters: metric('dead_letters', 'gauge', 'Things that came in within a week and could not be read, by kind of thing, each counted once.'),
  stops: metric('stops', 'gauge', 'Places at which somebody stopped something.', { what: ['listening', 'sending', 'all'] }),
  jobs: metric('jobs', 'gauge', 'Jobs that wait and are due, run, or failed for good within a week.', { state: ['waiting', 'running', 'failed'] }),
  oldestJob: metric('job_oldest_seconds', 'gauge', 'How long the oldest job that is due has waited.'),
  replies: metric('replies', 'gauge', 'Replies that wait in the outbox, are on their way, of which nobody knows whether they arrived, and that failed within a week.', { state: ['approved', 'sending', 'unknown', 'failed'] }),
  oldestReply: metric('reply_oldest_due_seconds', 'gauge', 'For how long the oldest approved reply has been due.'),
} as const;
