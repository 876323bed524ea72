import { Parser } from 'htmlparser2';
import sanitizeHtml from 'sanitize-html';

const paragraphs = new Set(['p', 'ul', 'ol', 'blockquote', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'table', 'div']);
const lines = new Set(['li', 'tr', 'dt', 'dd']);
const unseen = new Set(['script', 'style', 'template', 'noscript', 'title', 'iframe', 'object', 'svg', 'math', 'textarea', 'select']);

/** NOTE: Mastodon 4.4 puts "RE: <address>" before a quoting post's text for servers that know no quotes; the quote itself is told apart. */
const isQuoteFallback = (attributes: Readonly<Record<string, string>>): boolean => (attributes.class ?? '').split(/\s+/).includes('quote-inline');

/** What a reader sees of a post's markup: `<br>` ends a line, a block is set apart by an empty line, and white space is as HTML has it. */
export const plainText = (html: string): string => {
  let text = '';
  const hidden: string[] = [];
  const inPre: string[] = [];
  const breakTo = (ending: '\n' | '\n\n'): void => {
    text = text.trimEnd();
    if (text !== '') text += ending;
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      if (hidden.length > 0 || unseen.has(name) || isQuoteFallback(attributes)) {
        hidden.push(name);
        return;
      }
      if (name === 'pre') inPre.push(name);
      if (name === 'br') text = `${text.replace(/[ \t]+$/, '')}\n`;
      else if (paragraphs.has(name)) breakTo('\n\n');
      else if (lines.has(name)) breakTo('\n');
    },
    ontext(data) {
      if (hidden.length > 0) return;
      const seen = inPre.length > 0 ? data : data.replace(/[\t\n\f\r ]+/g, ' ');
      text += /(^|\s)$/.test(text) && inPre.length === 0 ? seen.replace(/^ /, '') : seen;
    },
    onclosetag(name) {
      if (hidden.length > 0) {
        hidden.pop();
        return;
      }
      if (name === 'pre') inPre.pop();
      if (paragraphs.has(name)) breakTo('\n\n');
    },
  }, { decodeEntities: true });
  parser.end(html);
  return text.trim();
};

/** The markup with nothing in it that acts: the tags of posts, links to the web, no styles, scripts, pictures or forms. */
export const harmlessHtml = (html: string): string =>
  sanitizeHtml(html, {
    allowedTags: ['p', 'br', 'a', 'span', 'strong', 'b', 'em', 'i', 'u', 'del', 's', 'sub', 'sup', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
    allowedAttributes: { a: ['href', 'rel', 'class'], span: ['class'], ol: ['start', 'reversed'], li: ['value'] },
    allowedClasses: { a: ['mention', 'hashtag', 'u-url'], span: ['h-card', 'invisible', 'ellipsis'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
    nestingLimit: 40,
    transformTags: { a: (_tag, { href, class: classes }) => ({ tagName: 'a', attribs: { ...(href === undefined ? {} : { href }), ...(classes === undefined ? {} : { class: classes }), rel: 'nofollow noopener noreferrer' } }) },
  }).trim();

export const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
