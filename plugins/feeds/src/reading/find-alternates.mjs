import { Parser } from 'htmlparser2';

const FEED_TYPES = /^(application\/(rss|atom|rdf|feed)\+xml|application\/feed\+json|text\/xml|application\/xml)$/i;
const MAX_ALTERNATES = 20;

/**
 * The feeds that a page names in its head.
 *
 * @param {string} html
 * @param {string} address of the page
 * @returns {Array<{ url: string, title?: string }>}
 */
export const findAlternates = (html, address) => {
  /** @type {Map<string, { url: string, title?: string }>} */
  const found = new Map();
  let base = address;
  const parser = new Parser({
    onopentag(name, attribs) {
      if (name === 'base' && attribs.href) base = URL.parse(attribs.href, address)?.href ?? base;
      if (name !== 'link' || found.size >= MAX_ALTERNATES) return;
      const relations = (attribs.rel ?? '').toLowerCase().split(/\s+/);
      const namesFeed = relations.includes('feed') || (relations.includes('alternate') && FEED_TYPES.test((attribs.type ?? '').split(';')[0]?.trim() ?? ''));
      const url = namesFeed && attribs.href ? URL.parse(attribs.href.trim(), base) : null;
      if (!url || !/^https?:$/.test(url.protocol) || found.has(url.href)) return;
      found.set(url.href, attribs.title?.trim() ? { url: url.href, title: attribs.title.trim() } : { url: url.href });
    },
  });
  parser.end(html);
  return [...found.values()];
};
