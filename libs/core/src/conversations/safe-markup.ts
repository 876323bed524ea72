import sanitize from 'sanitize-html';

/**
 * Markup of strangers as a client may put it into a page: text with paragraphs, lists, quotes and links, and nothing that loads, runs or styles.
 * The pipeline stores nothing else, and the API says nothing else: two boundaries, one rule. A link leads to a whole http(s) address, or nowhere.
 */
export const safeHtml = (html: string): string =>
  sanitize(html, {
    allowedTags: ['p', 'br', 'a', 'em', 'strong', 'b', 'i', 'u', 's', 'del', 'blockquote', 'ul', 'ol', 'li', 'code', 'pre'],
    allowedAttributes: { a: ['href', 'rel', 'target'] },
    allowedSchemes: ['http', 'https'],
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    transformTags: { a: (tagName, { href }) => ({ tagName, attribs: { ...(safeUrl(href) === null ? {} : { href: href as string }), rel: 'nofollow noopener noreferrer', target: '_blank' } }) },
  });

/** An address that a client may link to or load, else null: `javascript:` and its kin end here. */
export const safeUrl = (url: string | null | undefined): string | null => {
  if (url === null || url === undefined || !URL.canParse(url)) return null;
  return ['http:', 'https:'].includes(new URL(url).protocol) ? url : null;
};
