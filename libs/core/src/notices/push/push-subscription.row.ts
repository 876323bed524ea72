/** A browser in which somebody is told. */
export interface PushSubscriptionRow {
  readonly id: string;
  readonly browser: string;
  readonly host: string;
  readonly madeAt: Date;
  readonly lastToldAt: Date | null;
  readonly failureWords: string | null;
}

/** The columns of a {@link PushSubscriptionRow} of `push_subscription s`. */
export const subscriptionColumns = 's.id, s.browser, s.host, s.made_at as "madeAt", s.last_told_at as "lastToldAt", s.failure_words as "failureWords"';

/** For what the address and keys of a browser are sealed: moved to another row they do not open. */
export const subscriptionPlace = (id: string): string => `push ${id}`;
