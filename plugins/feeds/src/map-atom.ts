import { compact, countOf, enclosureOf, enclosuresOf, htmlPiece, langOf, peopleOf, personOf, tagsOf, textPiece, webAddress } from './entry-fields.js';
import type { Entry, MappedFeed } from './feed.js';
import { blockSign, feedSigns } from './feed-signs.js';
import { paceOf } from './pace.js';
import type { ParsedAtom, Piece, Signs } from './reading/documents.js';

type AtomEntry = NonNullable<ParsedAtom['entries']>[number];
type AtomLink = NonNullable<AtomEntry['links']>[number];

interface AtomText {
  readonly value?: string;
  readonly type?: string;
}

/** RFC 4287 section 3.1: text unless it says html or xhtml. Content of other types (a picture, a PDF) is not words. */
const pieceOf = (text: AtomText | undefined, base: string): Piece | undefined => {
  const type = text?.type?.toLowerCase() ?? 'text';
  if (/html/.test(type)) return htmlPiece(text?.value, base);
  return /^text(\/plain)?$/.test(type) ? textPiece(text?.value) : undefined;
};

const linkBy = (links: readonly AtomLink[] | undefined, relation: string): AtomLink | undefined =>
  links?.find(({ rel, type }) => (rel ?? 'alternate') === relation && (relation !== 'alternate' || type === undefined || /html/i.test(type)))
  ?? links?.find(({ rel }) => (rel ?? 'alternate') === relation);

const isFeedType = (link: AtomLink): boolean => link.type === undefined || /xml|json/i.test(link.type);

const tagOf = ({ term, label }: { term?: string; label?: string }): string | undefined => label ?? term;

const atomEntry = (entry: AtomEntry, feedBase: string): Entry => {
  const base = webAddress(entry.xml?.base, feedBase) ?? feedBase;
  const link = webAddress(linkBy(entry.links, 'alternate')?.href, base);
  const replies = entry.links?.find((candidate) => candidate.rel === 'replies' && isFeedType(candidate));
  return compact<Entry>({
    rawId: entry.id,
    link,
    title: pieceOf(entry.title, base),
    content:
      pieceOf(entry.content, webAddress(entry.content?.xml?.base, base) ?? base)
      ?? pieceOf(entry.summary, base)
      // YouTube puts the description of a film here.
      ?? textPiece(entry.media?.groups?.[0]?.description?.value ?? entry.media?.description?.value),
    published: entry.published ?? entry.dc?.dates?.[0] ?? entry.dcterms?.issued?.[0],
    updated: entry.updated,
    authors: peopleOf([...(entry.authors ?? []).map(({ name, uri }) => personOf({ name, url: uri })), ...(entry.dc?.creators ?? []).map((name) => personOf({ name }))]),
    tags: tagsOf((entry.categories ?? []).map(tagOf)),
    lang: langOf(entry.content?.xml?.lang, entry.xml?.lang),
    enclosures: enclosuresOf([
      ...(entry.links ?? []).filter(({ rel }) => rel === 'enclosure').map(({ href, type, title }) => enclosureOf(href, type, base, title)),
      ...(entry.media?.contents ?? []).map(({ url, type, medium }) => enclosureOf(url, type ?? medium, base)),
      ...(entry.media?.groups?.[0]?.thumbnails ?? entry.media?.thumbnails ?? []).map(({ url }) => enclosureOf(url, 'image', base)),
    ]),
    about: webAddress(linkBy(entry.links, 'via')?.href ?? linkBy(entry.links, 'related')?.href, base),
    inReplyTo: entry.thr?.inReplyTos?.[0]?.ref,
    commentFeed: webAddress(entry.wfw?.commentRss, base) ?? webAddress(replies?.href, base),
    replies: countOf(entry.thr?.total, ...(entry.links ?? []).map((candidate) => candidate.thr?.count), entry.slash?.comments),
    blocked: blockSign(entry),
  });
};

/** Atom 1.0 and 0.3, with the threading extensions of RFC 4685. */
export const mapAtom = (feed: ParsedAtom, signs: Signs, address: string): MappedFeed => {
  const base = webAddress(feed.xml?.base, address) ?? address;
  return compact<MappedFeed>({
    title: pieceOf(feed.title, base),
    description: pieceOf(feed.subtitle, base),
    site: webAddress(linkBy(feed.links, 'alternate')?.href, base),
    image: webAddress(feed.logo ?? feed.icon, base),
    authors: peopleOf((feed.authors ?? []).map(({ name, uri }) => personOf({ name, url: uri }))),
    lang: langOf(feed.xml?.lang, feed.dc?.languages?.[0]),
    updated: feed.updated,
    entries: (feed.entries ?? []).map((entry) => atomEntry(entry, base)),
    tombstones: signs.tombstones,
    signs: feedSigns(feed, signs),
    older: webAddress((linkBy(feed.links, 'prev-archive') ?? linkBy(feed.links, 'next'))?.href, base),
    pace: paceOf(undefined, feed.sy, signs),
  });
};
