import type { Piece } from './reading/documents.js';

/** Somebody who writes, as a feed names them. Addresses of mail are left in the feed. */
export interface Person {
  readonly name: string;
  readonly url?: string;
  readonly avatar?: string;
}

export interface Enclosure {
  readonly url: string;
  readonly kind: 'image' | 'video' | 'audio';
  readonly alt?: string;
}

/** One entry of a feed of any format, as it stands there: nothing is decided yet. */
export interface Entry {
  /** Its guid or id, as written. */
  readonly rawId?: string;
  readonly link?: string;
  readonly title?: Piece;
  readonly content?: Piece;
  readonly published?: string;
  readonly updated?: string;
  readonly authors: readonly Person[];
  readonly tags: readonly string[];
  readonly lang?: string;
  readonly enclosures: readonly Enclosure[];
  /** The page that the entry is about, where that is another than its own. */
  readonly about?: string;
  /** `ref` of thr:in-reply-to: the raw id of another entry, of this feed or of another. */
  readonly inReplyTo?: string;
  /** Address of the feed of its comments. */
  readonly commentFeed?: string;
  readonly replies?: number;
  readonly blocked?: string;
}

/** A feed of any format, its own title and description still as they stand there. */
export interface MappedFeed extends Omit<Feed, 'title' | 'description'> {
  readonly title?: Piece;
  readonly description?: Piece;
}

/** A feed of any format. */
export interface Feed {
  /** One line of plain text. */
  readonly title?: string;
  /** Plain text. */
  readonly description?: string;
  /** The site that the feed belongs to. */
  readonly site?: string;
  readonly image?: string;
  readonly authors: readonly Person[];
  readonly lang?: string;
  readonly updated?: string;
  readonly entries: readonly Entry[];
  readonly tombstones: readonly string[];
  /** The feed's own words that ask listeners to hold back, such as `itunes:block`. */
  readonly signs: readonly string[];
  /** The next older document of a paged or archived feed (RFC 5005, JSON Feed `next_url`). */
  readonly older?: string;
  readonly pace: Pace;
}

/** When the feed asks to be read. */
export interface Pace {
  readonly ttlMinutes?: number;
  readonly skipHours: readonly number[];
  readonly skipDays: readonly string[];
}
