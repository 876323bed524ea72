import { seenText } from '@earshot/plugin-sdk';
import sanitizeHtml from 'sanitize-html';

/** A whole address. What is relative leads nowhere outside of the page that it was written for. */
const leadsSomewhere = (href: string): boolean => URL.canParse(href) && ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol);

const rules: sanitizeHtml.IOptions = {
  allowedTags: ['p', 'div', 'ul', 'ol', 'blockquote', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'table', 'li', 'tr', 'td', 'th', 'br', 'a', 'span', 'strong', 'b', 'em', 'i', 'u', 'del', 's', 'sub', 'sup', 'code'],
  allowedAttributes: { a: ['href', 'rel', 'class'], span: ['class'], p: ['class'], ol: ['start', 'reversed'], li: ['value'] },
  allowedClasses: { a: ['mention', 'hashtag', 'u-url'], span: ['h-card', 'invisible', 'ellipsis'], p: ['quote-inline'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  nonTextTags: ['script', 'style', 'template', 'noscript', 'title', 'iframe', 'object', 'svg', 'math', 'textarea', 'select', 'option'],
  nestingLimit: 40,
  // NOTE: Mastodon 4.4 puts "RE: <address>" before a quoting post's text for servers that know no quotes; the quote itself is told apart.
  exclusiveFilter: ({ tag, attribs }) => tag === 'p' && attribs.class === 'quote-inline',
  transformTags: {
    a: (_tag, { href, class: classes }) => ({
      tagName: 'a',
      attribs: { ...(href !== undefined && leadsSomewhere(href) ? { href } : {}), ...(classes === undefined ? {} : { class: classes }), rel: 'nofollow noopener noreferrer' },
    }),
  },
};

/** The markup with nothing in it that acts: the tags of posts, links to the web, no styles, scripts, pictures or forms. */
export const harmlessHtml = (html: string): string => (html === '' ? '' : sanitizeHtml(html, rules).trim());

export const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** What a reader sees of any markup. */
export const plainText = (html: string): string => seenText(harmlessHtml(html));
