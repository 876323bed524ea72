import { Parser } from 'htmlparser2';
import sanitizeHtml from 'sanitize-html';

const MAX_HTML = 400_000;
const MAX_TEXT = 100_000;
const MAX_IMAGES = 20;

const KEPT_TAGS = [
  'p', 'br', 'a', 'strong', 'b', 'em', 'i', 'u', 's', 'del', 'ins', 'sub', 'sup', 'small', 'mark', 'q', 'cite', 'abbr',
  'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'blockquote', 'pre', 'code', 'kbd', 'samp', 'hr', 'figure', 'figcaption',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td',
];
const PARAGRAPHS = new Set(['p', 'ul', 'ol', 'dl', 'blockquote', 'pre', 'figure', 'table', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const LINES = new Set(['li', 'dt', 'dd', 'tr', 'figcaption', 'caption']);

/** Images that count readers. Seen in feeds of FeedBurner, WordPress.com and Medium in 2026; most others are found by their size. */
const TRACKERS = /^https?:\/\/(pixel\.wp\.com|stats\.wordpress\.com|feeds\.wordpress\.com|feeds\.feedburner\.com\/~|medium\.com\/_\/stat)/i;

/** @param {string | undefined} href @param {string | undefined} base */
const webAddress = (href, base) => {
  if (!href) return undefined;
  const url = URL.parse(href.trim(), base);
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
};

/** @param {Record<string, string>} image */
const countsReaders = (image) =>
  [image.width, image.height].some((size) => size !== undefined && Number.parseFloat(size) <= 2)
  || /display\s*:\s*none|visibility\s*:\s*hidden|(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)/i.test(image.style ?? '');

/** @param {string | undefined} base @param {Array<{ url: string, alt?: string }>} images filled with what the markup shows */
const rules = (base, images) => {
  /** @type {(name: string, attribs: Record<string, string>) => void} */
  const collect = (name, attribs) => {
    if (name !== 'img' || images.length >= MAX_IMAGES || countsReaders(attribs)) return;
    const url = webAddress(attribs.src, base);
    if (!url || TRACKERS.test(url)) return;
    images.push(attribs.alt?.trim() ? { url, alt: attribs.alt.trim() } : { url });
  };
  /** @type {sanitizeHtml.Transformer} */
  const secureLink = (_tag, attribs) => {
    const mail = /^mailto:/i.test(attribs.href?.trim() ?? '') ? attribs.href.trim() : undefined;
    const href = mail ?? webAddress(attribs.href, base);
    return { tagName: 'a', attribs: href ? { href, rel: 'nofollow noopener noreferrer' } : {} };
  };
  return {
    allowedTags: KEPT_TAGS,
    allowedAttributes: { a: ['href', 'rel'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
    disallowedTagsMode: /** @type {const} */ ('discard'),
    nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'template', 'title', 'object', 'applet', 'iframe', 'svg', 'math'],
    nestingLimit: 40,
    onOpenTag: collect,
    transformTags: { a: secureLink, div: 'p', section: 'p', article: 'p' },
    // A div that holds blocks would become a paragraph around paragraphs; empty ones go.
    exclusiveFilter: (/** @type {sanitizeHtml.IFrame} */ frame) => frame.tag === 'p' && frame.text.trim() === '' && frame.mediaChildren.length === 0 ? 'excludeTag' : false,
  };
};

/**
 * What a reader would see: paragraphs apart, line breaks kept, white space folded as a browser does.
 *
 * @param {string} html
 */
export const textOf = (html) => {
  let text = '';
  let preformatted = 0;
  const breakTo = (/** @type {number} */ lines) => {
    if (text === '') return;
    text = text.replace(/[ \t]+$/, '');
    const has = /\n*$/.exec(text)?.[0].length ?? 0;
    text += '\n'.repeat(Math.max(0, lines - has));
  };
  const parser = new Parser({
    onopentag(name) {
      if (name === 'br') text = `${text.replace(/[ \t]+$/, '')}\n`;
      else if (PARAGRAPHS.has(name)) breakTo(2);
      else if (LINES.has(name)) breakTo(1);
      else if ((name === 'td' || name === 'th') && !/\s$/.test(text)) text += ' ';
      if (name === 'li') text += '- ';
      if (name === 'pre') preformatted += 1;
    },
    ontext(data) {
      if (text.length > MAX_TEXT) return;
      if (preformatted > 0) text += data;
      else {
        const folded = data.replace(/[ \t\r\n\f]+/g, ' ');
        text += /(^|\s)$/.test(text.slice(-1)) ? folded.replace(/^ /, '') : folded;
      }
    },
    onclosetag(name) {
      if (name === 'pre') preformatted -= 1;
      if (PARAGRAPHS.has(name)) breakTo(2);
      else if (LINES.has(name)) breakTo(1);
    },
  });
  parser.end(html);
  return tidyText(text);
};

/** @param {string} text */
const tidyText = (text) =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/\u00A0/g, ' ')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .slice(0, MAX_TEXT)
    .toWellFormed();

const looksLikeMarkup = (/** @type {string} */ value) => /<\/?[a-z][^<>]*>|<!--|&(#\d+|#x[\da-f]+|[a-z]\w+);/i.test(value);
const escaped = (/** @type {string} */ text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/**
 * One written piece, in the two forms that are kept.
 *
 * @param {{ kind: 'text' | 'html', value: string, base?: string | undefined }} piece
 * @returns {{ text: string, html?: string, images: Array<{ url: string, alt?: string }> }}
 */
export const cleanPiece = ({ kind, value, base }) => {
  if (kind === 'text' || !looksLikeMarkup(value)) return { text: tidyText(value), images: [] };
  /** @type {Array<{ url: string, alt?: string }>} */
  const images = [];
  const html = sanitizeHtml(value.slice(0, MAX_HTML), rules(base, images)).trim().toWellFormed();
  return html === '' ? { text: '', images } : { text: textOf(html), html, images };
};

/** A title is one line of words, whatever markup it came in. @param {{ kind: 'text' | 'html', value: string }} piece */
export const cleanTitle = ({ kind, value }) =>
  tidyText(kind === 'html' && looksLikeMarkup(value) ? textOf(sanitizeHtml(value.slice(0, 5_000), { allowedTags: [], allowedAttributes: {} })) : value.slice(0, 5_000))
    .replace(/\s+/g, ' ')
    .slice(0, 1_000)
    .toWellFormed();

/**
 * A post's text opens with its title, unless its own words already do.
 *
 * @param {{ title?: { kind: 'text' | 'html', value: string } | undefined, content?: { kind: 'text' | 'html', value: string, base?: string | undefined } | undefined }} written
 */
export const cleanWritten = ({ title, content }) => {
  const heading = title ? cleanTitle(title) : '';
  const body = content ? cleanPiece(content) : { text: '', images: [] };
  const opens = heading === '' || body.text.replace(/\s+/g, ' ').toLowerCase().startsWith(heading.replace(/(…|\.\.\.)$/, '').trim().toLowerCase());
  if (opens) return { title: heading, ...body };
  const text = body.text === '' ? heading : `${heading}\n\n${body.text}`;
  return { title: heading, ...body, text, ...(body.html === undefined ? {} : { html: `<p><strong>${escaped(heading)}</strong></p>${body.html}` }) };
};
