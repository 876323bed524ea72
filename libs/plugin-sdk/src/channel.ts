import type { Target } from './target.js';

/** The unit of cursor, lease, schedule, back-off, health and coverage: one feed, one hashtag, the user stream, one shard of a firehose. */
export interface Channel {
  /** Names it for ever within the account: the stored cursor belongs to this key, so derive it from its targets and never from their order or number. */
  readonly key: string;
  /** `poll`: the host opens it on a schedule and {@link Source.read} returns when caught up. `stream`: it stays open. */
  readonly mode: 'poll' | 'stream';
  /**
   * Milliseconds. `poll`: how often to look, at least. `stream`: the longest silence that is still healthy; a batch (an empty one
   * will do) must come at least this often, else the host closes the channel and opens it again.
   */
  readonly pulseMs: number;
  readonly targets: readonly Target[];
  /** When the targets of an open channel change: `live`, it reads {@link OpenChannel.changes}; `reopen`, the host opens it again. */
  readonly retarget: 'live' | 'reopen';
}

/** A channel as the host opens it, in one process at a time. */
export interface OpenChannel<C> extends Channel {
  /** The last stored cursor, checked against {@link Plugin.cursor}; absent at the first opening, and after a `cursor-lost`. */
  readonly cursor?: C;
  /**
   * Of a stream: the host asked for one of its targets directly and found posts that it had not brought. Where there is another host, choose
   * that; what was missed is asked for by {@link Source.fetch}. Absent again once it was seen to bring what is said.
   *
   * @since 0.1.0
   */
  readonly blind?: true;
  /** The whole new set of targets, each time it changes; ends when the channel closes. Only `live` channels need to read it. */
  readonly changes: AsyncIterable<readonly Target[]>;
}
