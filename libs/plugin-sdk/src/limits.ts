/**
 * What fits through the boundary. Lengths are UTF-16 units, as `string.length` counts them; whatever is larger makes the whole event
 * {@link Unreadable}, so a source shortens what a network allows to be longer, and says so in its log.
 *
 * Beside these, no string holds U+0000 (PostgreSQL cannot store it) or a lone surrogate (it is not UTF-8).
 */
export const limits = Object.freeze({
  /** A post's plain text. */
  text: 100_000,
  /** A post's markup, which is always longer than what it shows. */
  html: 500_000,
  /** Ids, versions and keys; beside that, no more bytes in UTF-8 than this. */
  id: 2_048,
  /** Addresses, which must be http or https besides. */
  url: 4_096,
  /** Host names with a port (which count in bytes as well), networks, languages, labels: words of a technical alphabet. */
  word: 300,
  /** Names, handles, titles, places, signs, reasons: one line for a person to read. */
  line: 2_000,
  /** Bios, descriptions of pictures, summaries: a few paragraphs. */
  passage: 20_000,
  /** One tag. */
  tag: 500,
  mentions: 500,
  tags: 100,
  quotes: 50,
  media: 100,
  refusals: 50,
  /** Events of one batch. A source that has more yields more batches. */
  events: 10_000,
  /** Spans of one finding. */
  spans: 100,
  /** Findings of one classifier on one post. */
  findings: 50,
  /** A need in other words. */
  restated: 500,
  /** A cursor, as JSON. It is written with every batch of its channel: keep it far smaller. */
  cursor: 65_536,
  /** Replies of a post, which the host keeps as a 32-bit integer. */
  count: 2_147_483_647,
});
