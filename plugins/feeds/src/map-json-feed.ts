import { compact, enclosureOf, enclosuresOf, htmlPiece, langOf, peopleOf, personOf, tagsOf, textPiece, webAddress } from './entry-fields.js';
import type { Entry, MappedFeed } from './feed.js';
import type { ParsedJson, Signs } from './reading/documents.js';

type JsonItem = NonNullable<ParsedJson['items']>[number];

const DAY_MINUTES = 1_440;

const jsonItem = (item: JsonItem, base: string): Entry => {
  const link = webAddress(item.url, base) ?? webAddress(item.external_url, base);
  return compact<Entry>({
    rawId: item.id,
    link,
    title: textPiece(item.title),
    content: htmlPiece(item.content_html, link ?? base) ?? textPiece(item.content_text) ?? textPiece(item.summary),
    published: item.date_published,
    updated: item.date_modified,
    authors: peopleOf((item.authors ?? []).map(personOf)),
    tags: tagsOf(item.tags ?? []),
    lang: langOf(item.language),
    enclosures: enclosuresOf([
      ...(item.attachments ?? []).map(({ url, mime_type: type, title }) => enclosureOf(url, type, base, title)),
      enclosureOf(item.image ?? item.banner_image, 'image', base),
    ]),
    about: webAddress(item.external_url, base),
  });
};

/** JSON Feed 1.0 and 1.1. */
export const mapJsonFeed = (feed: ParsedJson, signs: Signs, address: string): MappedFeed => {
  const base = webAddress(feed.home_page_url, address) ?? address;
  return compact<MappedFeed>({
    title: textPiece(feed.title),
    description: textPiece(feed.description),
    site: webAddress(feed.home_page_url, address),
    image: webAddress(feed.icon ?? feed.favicon, base),
    authors: peopleOf((feed.authors ?? []).map(personOf)),
    lang: langOf(feed.language),
    updated: undefined,
    entries: (feed.items ?? []).map((item) => jsonItem(item, base)),
    tombstones: signs.tombstones,
    signs: [],
    older: webAddress(feed.next_url, address),
    // "expired" says that nothing more will come: once a day is enough to notice a change of mind.
    pace: compact({ ttlMinutes: feed.expired === true ? DAY_MINUTES : undefined, skipHours: [], skipDays: [] }),
  });
};
