import type { EntityManager } from 'typeorm';

/** What changed, for subscribers: never content, so that whoever hears it reads again under their own rights. */
export interface Hint {
  readonly kind: 'conversation' | 'account' | 'follow-list' | 'saved-search' | 'reply' | 'library' | 'suggestions' | 'saved-answer' | 'notice' | 'presence';
  /** Of the thing; of `suggestions` and `presence`, the conversation's. */
  readonly id: string;
  readonly library: string;
  readonly version?: number;
  /** Told to this actor alone, in whichever library. */
  readonly actor?: string;
}

/** What need not be noted for whoever is away: rows of conversations and notices say themselves when they changed, and who was somewhere is over when they come back. */
export const passingHints: ReadonlySet<Hint['kind']> = new Set(['conversation', 'notice', 'presence']);

/** What is set up at a library and used by those below it: they are told of it, too. What a library does is its own. */
export const inheritedHints: ReadonlySet<Hint['kind']> = new Set(['account', 'follow-list', 'saved-search', 'library', 'saved-answer']);

/**
 * One transaction, passed explicitly to whatever takes part in it.
 * Only its manager is used: the default repository inside a transaction silently works outside of it.
 */
export interface Tx {
  readonly manager: EntityManager;
  /** One statement. Parameters are $1, $2, …; rows come as plain objects. */
  query<Row = unknown>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Told to subscribers in every process when, and only when, this commits. */
  hint(hint: Hint): void;
  /** Runs after the commit, in this process; its failure is logged and undoes nothing. */
  afterCommit(work: () => void | Promise<void>): void;
}
