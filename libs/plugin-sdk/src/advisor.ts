/** What somebody is looking for, without who they are: an advisor is never told. */
export interface Need {
  /** A few words: "build a wine cellar in a basement". */
  readonly restated: string;
  readonly topic?: string;
  /** BCP 47. */
  readonly lang?: string;
  /** Name of a place. */
  readonly near?: string;
}

/** A number by which the world names a resource. The host joins suggestions that share one. */
export interface Identifier {
  readonly scheme: 'isbn' | 'issn' | 'oclc' | 'event' | 'work' | 'url';
  readonly value: string;
}

/** Whether one can have it, in words for staff, and when that was true. */
export interface Availability {
  readonly text: string;
  readonly at: Date;
}

/** One resource that might help: a book, a page, an event, a person's saved answer. */
export interface Suggestion {
  readonly title: string;
  /** Where a reader can check it. Nothing is suggested that cannot be cited. */
  readonly cite: URL;
  readonly summary?: string;
  readonly cover?: URL;
  readonly identifiers: readonly Identifier[];
  readonly availability?: Availability;
  /** For events. One that has begun is not suggested. */
  readonly starts?: Date;
}

/** A record of an {@link Index}. */
export interface IndexedDocument {
  /** Unique within the index. */
  readonly id: string;
  /** What is searched, by field. What stands in a field `title` weighs most; of each document the first 20,000 characters are searched. */
  readonly fields: Record<string, string>;
  /** What is found. */
  readonly suggestion: Suggestion;
}

/** The host's full-text search, the account's own: how a plugin keeps a million records without touching our tables. */
export interface Index {
  /**
   * Replaces everything, atomically: searches see the old records until `docs` has ended, and go on seeing them when it throws or
   * the process dies. Memory stays bounded however many there are.
   */
  replace(docs: AsyncIterable<IndexedDocument>): Promise<void>;
  /**
   * Best first, at most `limit` (100 or fewer): first those that have every word of the query, or words that begin so, then those that
   * have some. Accents and letter case do not matter. Any text is a valid query.
   */
  search(query: string, limit: number): Promise<readonly Suggestion[]>;
}

/**
 * Finds resources for needs. Every call is aborted after 20 s, `refresh` after an hour; what was found until then is kept. What fails is
 * shown to staff with its reason, who may ask again; only `refresh` is repeated by itself, with back-off.
 */
export interface Advisor<X> {
  /** Best first, as they are found: staff see the first while the rest is on its way. The host stops pulling when it has enough, which is 50. */
  advise(need: Need, ctx: X & { readonly index: Index }): AsyncIterable<Suggestion>;
  /** More about what others found: a cover, a summary. Yields those that it changed, with an identifier that they share. */
  enrich?(found: readonly Suggestion[], ctx: X): AsyncIterable<Suggestion>;
  /** The same suggestions, in the same order, with their availability now. Asked just before a draft is shown. */
  check?(found: readonly Suggestion[], ctx: X): Promise<readonly Suggestion[]>;
  /** Brings the index up to date, and says when to do so again. Runs in one process at a time. */
  refresh?(ctx: X & { readonly index: Index }): Promise<{ again: Date }>;
  /** Things that a person may press, by what the button says; each press calls once, with a key for life, and is never repeated by itself. Resolves to where the result can be seen. */
  readonly actions?: Record<string, (need: Need, key: string, ctx: X) => Promise<URL>>;
}
