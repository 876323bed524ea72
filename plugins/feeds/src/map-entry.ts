import { createHash } from 'node:crypto';
import { limits, type Post, type PostHeard, type PostMedia, type Profile, type Ref } from '@earshot/plugin-sdk';
import { compact, webAddress } from './entry-fields.js';
import { globalId, type NamedEntry } from './entry-id.js';
import type { Entry, Feed } from './feed.js';
import { refusedBy } from './feed-signs.js';
import { profileOfFeed, profileOfPerson, refTo } from './map-profile.js';
import { parseDate } from './parse-date.js';
import type { CleanedWriting, Writing } from './reading/documents.js';

const DAY = 24 * 60 * 60_000;

/** Where entries were heard. */
export interface Place {
  readonly feed: Feed;
  /** The address under which the feed is followed, which scopes its ids and names. */
  readonly scope: string;
  readonly now: Date;
  /** For a feed of comments: the entry that they are on. */
  readonly on?: { readonly id: string; readonly rawId?: string; readonly scope: string };
}

/** The entry's own date. */
export const dateOf = (entry: Entry): Date | undefined => parseDate(entry.published) ?? parseDate(entry.updated);

/** When the entry counts as published: its own date, else the feed's, else now; never later than a day from now. */
export const postedAt = (entry: Entry, { feed, now }: Place): Date => {
  const date = dateOf(entry) ?? parseDate(feed.updated) ?? now;
  // A mistyped year, or an announcement dated by the event: it was published by now.
  return date.getTime() > now.getTime() + DAY ? now : date;
};

/** What the entry, and its feed as a whole, ask of listeners. */
const signsOf = (entry: Entry, feed: Feed): readonly string[] => (entry.blocked === undefined ? feed.signs : [...new Set([...feed.signs, entry.blocked])]);

/**
 * Changes when what is shown changes, or what is refused: a feed that begins to refuse does so for what was heard before too. Neither
 * dates nor counts belong to it: many feeds touch them for nothing. Hex, so that it never reads as a moment: the host puts those in
 * order, and takes any other version that differs for a newer one.
 */
export const versionOf = (entry: Entry, feed: Feed): string => {
  const { title, content, link, about, lang, tags, enclosures, inReplyTo, authors } = entry;
  const media = enclosures.map(({ url, kind, alt }) => [url, kind, alt]);
  const shown = [title?.value, content?.value, link, about, lang, tags, media, inReplyTo, authors[0]?.name, signsOf(entry, feed)];
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 32);
};

/** What the reader's thread has to clean. The title of an answer ("By: Ann", "Re: The bridge") says nothing that its place does not. */
export const writingOf = (entry: Entry, on: Place['on']): Writing => {
  const answers = on !== undefined || entry.inReplyTo !== undefined;
  return compact<Writing>({ title: answers && entry.content !== undefined ? undefined : entry.title, content: entry.content });
};

/** An entry that says and shows nothing. */
export const isBlank = (entry: Entry, written: CleanedWriting): boolean => written.text === '' && written.images.length === 0 && entry.enclosures.length === 0;

const parentOf = ({ id, entry }: NamedEntry, { on, scope }: Place): Ref | undefined => {
  if (on === undefined) return entry.inReplyTo === undefined ? undefined : refTo(globalId(entry.inReplyTo, scope));
  const raw = entry.inReplyTo;
  if (raw === undefined || raw === on.rawId) return refTo(on.id);
  const parent = globalId(raw, scope);
  return parent === id ? refTo(on.id) : refTo(parent);
};

/** `undefined` for a comment without a name: that the feed itself said it would be wrong. */
const authorOf = ({ entry }: NamedEntry, { feed, scope, on }: Place): Profile | undefined => {
  const [first] = entry.authors;
  if (on !== undefined) return first === undefined ? undefined : profileOfPerson(first, on.scope, 'commenter', []);
  const person = first ?? feed.authors[0];
  return person === undefined ? profileOfFeed(feed, scope) : profileOfPerson(person, scope, 'author', feed.signs);
};

const mediaOf = (entry: Entry, written: CleanedWriting): readonly PostMedia[] => {
  const media = new Map<string, PostMedia>();
  for (const { url, alt } of written.images) media.set(url, compact<PostMedia>({ url, alt: alt?.slice(0, limits.line).toWellFormed(), kind: 'image' }));
  for (const { url, alt, kind } of entry.enclosures) if (!media.has(url)) media.set(url, compact<PostMedia>({ url, alt: alt?.slice(0, limits.line).toWellFormed(), kind }));
  return [...media.values()].filter(({ url }) => url.length <= limits.url).slice(0, limits.media);
};

/**
 * An entry as a post, with its author.
 *
 * @param written - the entry's own words, cleaned: see {@link writingOf}
 */
export const postOf = (named: NamedEntry, written: CleanedWriting, place: Place): PostHeard => {
  const { id, entry } = named;
  const author = authorOf(named, place);
  const url = entry.link ?? webAddress(entry.rawId) ?? place.feed.site ?? place.scope;
  const inReplyTo = parentOf(named, place);
  const post = compact<Post>({
    ref: refTo(id),
    version: versionOf(entry, place.feed),
    url,
    postedAt: postedAt(entry, place),
    author: author?.ref,
    text: written.text.slice(0, limits.text).toWellFormed(),
    html: written.html !== undefined && written.html.length <= limits.html ? written.html : undefined,
    lang: entry.lang ?? place.feed.lang,
    audience: 'public',
    inReplyTo,
    root: place.on === undefined ? undefined : refTo(place.on.id),
    mentions: [],
    tags: entry.tags,
    link: entry.about === undefined || entry.about === url ? undefined : { url: entry.about },
    media: mediaOf(entry, written),
    replies: entry.replies,
    refusals: refusedBy(signsOf(entry, place.feed)),
  });
  return { kind: 'post', post, ...(author === undefined ? {} : { author }) };
};
