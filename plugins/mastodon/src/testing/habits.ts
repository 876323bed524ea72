/** In which of their ways servers of this API stream. Names as docs.joinmastodon.org has them (methods/streaming, read 2026-11). */
export interface Habits {
  /** How the token may be shown when a stream is opened. */
  readonly token: readonly ('authorization' | 'protocol' | 'query')[];
  /** What can be asked for in the address. What it does not stream it refuses, or takes and stays silent. */
  readonly streams: readonly string[];
  /** What can be asked for by a message later. */
  readonly byMessage: readonly string[];
  readonly refuses: 'aloud' | 'in silence';
  /** Where deletions are told. */
  readonly deletions: readonly string[];
  /** Also says `:thump` where nothing else is said; else it pings, which no reader of a WebSocket sees. */
  readonly thumps: boolean;
  /** `GET /api/v1/statuses?id[]=`, `api_versions`, `uri` and `indexable` of accounts. */
  readonly recent: boolean;
  /** Answers 418 to whoever names no program. */
  readonly wantsUserAgent: boolean;
}

const timelines = ['user', 'public', 'public:local', 'list', 'hashtag', 'hashtag:local', 'direct'];

/** Mastodon 4.2 on (streaming/index.js, read 2026-11): each subscription is its own, a wrong one is told by an `error`. */
export const mastodon: Habits = {
  token: ['authorization', 'protocol', 'query'], streams: [...timelines, 'user:notification'], byMessage: [...timelines, 'user:notification'], refuses: 'aloud', deletions: timelines, thumps: false, recent: true, wantsUserAgent: false,
};

/** GoToSocial 0.20 (internal/stream, internal/api/client/streaming, read 2026-11): hashtags can be asked for and bring nothing; lists hear of no deletions. */
export const goToSocial: Habits = {
  token: ['protocol', 'query'], streams: ['user', 'user:notification', 'public', 'public:local', 'list', 'direct'], byMessage: ['user', 'public', 'public:local', 'list', 'direct'], refuses: 'in silence',
  deletions: ['user', 'public', 'public:local', 'direct'], thumps: false, recent: false, wantsUserAgent: true,
};

/** One that takes the token in the address alone, and says that it lives by text. */
export const oldFashioned: Habits = { ...mastodon, token: ['query'], thumps: true, recent: false };

/** One that says no to hashtags. */
export const withoutHashtags: Habits = { ...mastodon, streams: ['user', 'user:notification'], byMessage: ['user', 'user:notification'] };
