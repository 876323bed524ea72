/** A word to staff on a channel that they read anyway. It quotes nobody: who wants to read follows the link and signs in. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly link: URL;
  /** The same for life: a notice tried again after an unclear failure carries the same key. */
  readonly key: string;
}

/** A notice out and a link back; no command comes in. */
export interface Notifier<X> {
  /** Retried with back-off for a day, so the same key may come twice. */
  notify(notice: Notice, ctx: X): Promise<void>;
}
