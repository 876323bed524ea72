import type { parseFeed } from 'feedsmith';

/** A feed as the parser gives it, in its own format. */
export type ParsedFeed = ReturnType<typeof parseFeed<string>>;
export type ParsedRss = Extract<ParsedFeed, { format: 'rss' }>['feed'];
export type ParsedAtom = Extract<ParsedFeed, { format: 'atom' }>['feed'];
export type ParsedRdf = Extract<ParsedFeed, { format: 'rdf' }>['feed'];
export type ParsedJson = Extract<ParsedFeed, { format: 'json' }>['feed'];

/** What a document says beside what the parser reads. */
export interface Signs {
  /** Ids of entries that were deleted (RFC 6721). */
  readonly tombstones: readonly string[];
  /** The content of `<meta name="robots">` in the feed's head, in lower case. */
  readonly robots?: string;
  /** `<access:restriction relationship="deny">`. */
  readonly restricted?: true;
  /** Hours of the day, UTC. */
  readonly skipHours: readonly number[];
  /** English names, in lower case. */
  readonly skipDays: readonly string[];
}

/** A feed that a page names. */
export interface Alternate {
  readonly url: string;
  readonly title?: string;
}

/** What the bytes turned out to be. */
export type ReadDocument =
  | (ParsedFeed & { readonly found: 'feed'; readonly signs: Signs })
  | { readonly found: 'page'; readonly alternates: readonly Alternate[] }
  | { readonly found: 'nothing'; readonly shape: 'empty' | 'json' | 'xml' | 'binary' | 'text'; readonly reason: string };

/** Something written, as it stands in a feed. `base` resolves its relative addresses. */
export interface Piece {
  readonly kind: 'text' | 'html';
  readonly value: string;
  readonly base?: string;
}

export interface Writing {
  readonly title?: Piece;
  readonly content?: Piece;
}

/** The same, safe: `text` opens with the title; `html` is absent where there was no markup. */
export interface CleanedWriting {
  readonly title: string;
  readonly text: string;
  readonly html?: string;
  readonly images: readonly { readonly url: string; readonly alt?: string }[];
}
