import sanitizeHtml from 'sanitize-html';

const paragraphs: ReadonlySet<string> = new Set(['p', 'div', 'ul', 'ol', 'blockquote', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'table']);
const lines: ReadonlySet<string> = new Set(['li', 'tr']);

/** A whole address. What is relative leads nowhere outside of the page that it was written for. */
const leadsSomewhere = (href: string): boolean => URL.canParse(href) && ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol);

const rules: sanitizeHtml.IOptions = {
  allowedTags: [...paragraphs, ...lines, 'td', 'th', 'br', 'a', 'span', 'strong', 'b', 'em', 'i', 'u', 'del', 's', 'sub', 'sup', 'code'],
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

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

export const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Gathers what is seen, with white space as HTML has it: runs of it are one space, and breaks swallow the spaces around them. */
class SeenText {
  private readonly pieces: string[] = [];
  private breaks = 0;
  private hasSpace = false;

  add(data: string): void {
    const seen = data.replace(/[\t\n\f\r ]+/g, ' ');
    const body = seen.trim();
    this.hasSpace ||= seen.startsWith(' ');
    if (body === '') return;
    this.addAsIs(body);
    this.hasSpace = seen.endsWith(' ');
  }

  addAsIs(data: string): void {
    if (this.pieces.length > 0) this.pieces.push(this.breaks > 0 ? '\n'.repeat(this.breaks) : this.hasSpace ? ' ' : '');
    this.pieces.push(data);
    this.breaks = 0;
    this.hasSpace = false;
  }

  /** Ends the line, once more for each call, up to one empty line. */
  endLine(): void {
    this.breaks = Math.min(2, this.breaks + 1);
  }

  /** At least this many line ends before what follows. */
  setApart(ends: 1 | 2): void {
    this.breaks = Math.max(this.breaks, ends);
  }

  toString(): string {
    return this.pieces.join('').trim();
  }
}

/**
 * What a reader sees of harmless markup: `<br>` ends a line, and a block is set apart by an empty line.
 *
 * @param harmless as {@link harmlessHtml} gives it: every bracket is a tag's, and only four entities are left
 */
export const seenText = (harmless: string): string => {
  const text = new SeenText();
  let preDepth = 0;
  for (const [token, closing, name = ''] of harmless.matchAll(/<(\/?)([a-z0-9]+)[^>]*>|[^<]+/g)) {
    if (name === '') {
      const words = token.includes('&') ? token.replace(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity] ?? entity) : token;
      if (preDepth > 0) text.addAsIs(words);
      else text.add(words);
    } else if (name === 'br') text.endLine();
    else if (paragraphs.has(name)) text.setApart(2);
    else if (lines.has(name)) text.setApart(1);
    if (name === 'pre') preDepth += closing === '' ? 1 : -1;
  }
  return text.toString();
};

/** What a reader sees of any markup. */
export const plainText = (html: string): string => seenText(harmlessHtml(html));
