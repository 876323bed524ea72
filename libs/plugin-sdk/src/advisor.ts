export interface Need { readonly restated: string; readonly topic?: string; readonly lang?: string; readonly near?: string }
export interface Suggestion {
  readonly title: string; readonly cite: URL; readonly summary?: string; readonly cover?: URL;
  readonly identifiers: readonly { readonly scheme: 'isbn' | 'issn' | 'oclc' | 'event' | 'work' | 'url'; readonly value: string }[];
  readonly availability?: { readonly text: string; readonly at: Date }; readonly starts?: Date;
}
/** The host's full-text search, replaced atomically: how a plugin keeps a million records without touching our tables. */
export interface Index { replace(docs: AsyncIterable<{ id: string; fields: Record<string, string>; suggestion: Suggestion }>): Promise<void>; search(query: string, limit: number): Promise<readonly Suggestion[]> }
export interface Advisor<X> {
  advise(need: Need, ctx: X & { readonly index: Index }): AsyncIterable<Suggestion>;
  enrich?(found: readonly Suggestion[], ctx: X): AsyncIterable<Suggestion>;
  check?(found: readonly Suggestion[], ctx: X): Promise<readonly Suggestion[]>;
  refresh?(ctx: X & { readonly index: Index }): Promise<{ again: Date }>;
  /** Pressed by a person, once: a purchase suggestion, say. */
  readonly actions?: Record<string, (need: Need, key: string, ctx: X) => Promise<URL>>;
}
