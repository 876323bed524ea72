import { seenText } from '@earshot/plugin-sdk';
import sanitizeHtml from 'sanitize-html';

/** More markup than any server lets anybody write; a bomb ends here. */
const MAX_MARKUP = 200_000;
/** More tags than an article has. Those that are never closed take the square of their number. */
const MAX_TAGS = 2_000;

const withFewTags = (html: string): string => {
  let at = -1;
  for (let tags = 0; tags <= MAX_TAGS; tags += 1) {
    at = html.indexOf('<', at + 1);
    if (at < 0) return html;
  }
  return html.slice(0, at);
};

const unseen: ReadonlySet<string> = new Set(['script', 'style', 'template', 'noscript', 'title', 'iframe', 'object', 'svg', 'math', 'textarea', 'select']);

const isWeb = (href: string | undefined): href is string => href !== undefined && /^(https?|mailto):/i.test(href) && URL.canParse(href);

const rules: sanitizeHtml.IOptions = {
  allowedTags: ['p', 'div', 'br', 'a', 'span', 'strong', 'b', 'em', 'i', 'u', 'del', 's', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
  allowedAttributes: { a: ['href', 'rel', 'class'], span: ['class'], ol: ['start', 'reversed'], li: ['value'] },
  allowedClasses: { a: ['mention', 'hashtag', 'u-url'], span: ['h-card', 'invisible', 'ellipsis'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  nonTextTags: [...unseen],
  nestingLimit: 40,
  transformTags: {
    a: (tagName, { href, class: name }) => ({ tagName, attribs: { ...(isWeb(href) ? { href } : {}), ...(name === undefined ? {} : { class: name }), rel: 'nofollow noopener noreferrer' } }),
  },
};

/** Mastodon 4.4 on puts "RE: <address>" before the words of a quoting post, for servers that know no quotes. */
const withoutQuoteLine = (html: string): string => html.replace(/<p class="quote-inline">.{0,5000}?<\/p>/gs, '');

const bounded = (html: string): string => withoutQuoteLine(withFewTags(html.slice(0, MAX_MARKUP).replaceAll('\0', ''))).toWellFormed();

/** The markup with nothing in it that acts: no scripts, styles, pictures or forms, links to the web and to mail alone. */
export const harmlessHtml = (html: string): string => (html === '' ? '' : sanitizeHtml(bounded(html), rules).trim());

/** The words of a line of markup in which nothing but words is looked for, in no time. */
export const bareWords = (html: string): string => html.slice(0, 2_000).replace(/<[^>]*>/g, '');

/** What a reader sees; a link shows its whole address. */
export const plainText = (html: string): string => seenText(harmlessHtml(html));
