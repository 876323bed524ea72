import type { MappedFeed } from './feed.js';
import { mapAtom } from './map-atom.js';
import { mapJsonFeed } from './map-json-feed.js';
import { mapRdf, mapRss } from './map-rss.js';
import type { ParsedFeed, Signs } from './reading/documents.js';

/** A parsed feed of any format in the one shape that the rest reads. `address` is where it was read from. */
export const mapFeed = (parsed: ParsedFeed, signs: Signs, address: string): MappedFeed => {
  switch (parsed.format) {
    case 'rss':
      return mapRss(parsed.feed, signs, address);
    case 'atom':
      return mapAtom(parsed.feed, signs, address);
    case 'rdf':
      return mapRdf(parsed.feed, signs, address);
    case 'json':
      return mapJsonFeed(parsed.feed, signs, address);
  }
};
