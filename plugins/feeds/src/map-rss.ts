import { compact, countOf, enclosureOf, enclosuresOf, htmlPiece, langOf, peopleOf, personOf, tagsOf, webAddress } from './entry-fields.js';
import type { Entry, MappedFeed } from './feed.js';
import { paceOf } from './pace.js';
import { blockSign, feedSigns } from './feed-signs.js';
import type { ParsedRdf, ParsedRss, Signs } from './reading/documents.js';

type RssItem = NonNullable<ParsedRss['items']>[number];
type RdfItem = NonNullable<ParsedRdf['items']>[number];

/** What RSS 2.0 items and RSS 1.0 (RDF) items share by their namespaces. */
const sharedFields = (item: RssItem | RdfItem, link: string | undefined, base: string) => ({
  link,
  title: htmlPiece(item.title ?? item.dc?.titles?.[0]),
  content: htmlPiece(item.content?.encoded ?? item.description ?? item.media?.description?.value ?? item.dc?.descriptions?.[0], link ?? base),
  updated: item.atom?.updated ?? item.dcterms?.modified?.[0],
  lang: langOf(item.xml?.lang, item.dc?.languages?.[0]),
  commentFeed: webAddress(item.wfw?.commentRss, base) ?? webAddress(item.atom?.links?.find((atomLink) => atomLink.rel === 'replies')?.href, base),
});

const rssItem = (item: RssItem, base: string): Entry => {
  const guidIsLink = item.guid?.value !== undefined && item.guid.isPermaLink !== false;
  const link = webAddress(item.link, base) ?? (guidIsLink ? webAddress(item.guid?.value) : undefined);
  return compact<Entry>({
    ...sharedFields(item, link, base),
    rawId: item.guid?.value ?? item.atom?.id,
    published: item.pubDate ?? item.dc?.dates?.[0] ?? item.dcterms?.issued?.[0] ?? item.atom?.published,
    // Newspapers write their bylines into dc:creator and an office's mail address into author.
    authors: peopleOf([
      ...(item.dc?.creators ?? []).map((name) => personOf({ name })),
      ...(item.authors ?? []).map(({ name, link: url }) => personOf({ name, url })),
      ...(item.itunes?.author === undefined ? [] : [personOf({ name: item.itunes.author })]),
    ]),
    tags: tagsOf([...(item.categories ?? []).map(({ name }) => name), ...(item.dc?.subjects ?? [])]),
    enclosures: enclosuresOf([
      ...(item.enclosures ?? []).map(({ url, type }) => enclosureOf(url, type, base)),
      ...(item.media?.contents ?? []).map(({ url, type, medium }) => enclosureOf(url, type ?? medium, base)),
      ...(item.media?.thumbnails ?? []).map(({ url }) => enclosureOf(url, 'image', base)),
    ]),
    inReplyTo: item.thr?.inReplyTos?.[0]?.ref,
    replies: countOf(item.slash?.comments, item.thr?.total),
    blocked: blockSign(item),
  });
};

/** RSS 0.9x and 2.0. `base` is the address that it was read from. */
export const mapRss = (feed: ParsedRss, signs: Signs, base: string): MappedFeed => {
  const site = webAddress(feed.link, base);
  return compact<MappedFeed>({
    title: htmlPiece(feed.title),
    description: htmlPiece(feed.description ?? feed.itunes?.summary),
    site,
    image: webAddress(feed.image?.url ?? feed.itunes?.image, base),
    authors: peopleOf([personOf({ name: feed.itunes?.author }), personOf({ name: feed.managingEditor?.name }), personOf({ name: feed.dc?.creators?.[0] })]),
    lang: langOf(feed.language, feed.xml?.lang, feed.dc?.languages?.[0]),
    updated: feed.lastBuildDate ?? feed.pubDate ?? feed.dc?.dates?.[0],
    entries: (feed.items ?? []).map((item) => rssItem(item, site ?? base)),
    tombstones: signs.tombstones,
    signs: feedSigns(feed, signs),
    older: webAddress(feed.atom?.links?.find(({ rel }) => rel === 'prev-archive' || rel === 'next')?.href, base),
    pace: paceOf(feed.ttl, feed.sy, signs),
  });
};

const rdfItem = (item: RdfItem, base: string): Entry => {
  const link = webAddress(item.link, base) ?? webAddress(item.rdf?.about, base);
  return compact<Entry>({
    ...sharedFields(item, link, base),
    rawId: item.rdf?.about ?? item.link,
    published: item.dc?.dates?.[0] ?? item.dcterms?.issued?.[0],
    authors: peopleOf((item.dc?.creators ?? []).map((name) => personOf({ name }))),
    tags: tagsOf(item.dc?.subjects ?? []),
    enclosures: enclosuresOf((item.media?.contents ?? []).map(({ url, type, medium }) => enclosureOf(url, type ?? medium, base))),
    replies: countOf(item.slash?.comments),
  });
};

/** RSS 0.90 and 1.0, which are RDF. */
export const mapRdf = (feed: ParsedRdf, signs: Signs, base: string): MappedFeed => {
  const site = webAddress(feed.link, base);
  return compact<MappedFeed>({
    title: htmlPiece(feed.title),
    description: htmlPiece(feed.description),
    site,
    image: webAddress(feed.image?.url, base),
    authors: peopleOf([personOf({ name: feed.dc?.creators?.[0] })]),
    lang: langOf(feed.xml?.lang, feed.dc?.languages?.[0]),
    updated: feed.dc?.dates?.[0],
    entries: (feed.items ?? []).map((item) => rdfItem(item, site ?? base)),
    tombstones: signs.tombstones,
    signs: feedSigns({}, signs),
    older: undefined,
    pace: paceOf(undefined, feed.sy, signs),
  });
};
