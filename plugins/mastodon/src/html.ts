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

const paragraphs: ReadonlySet<string> = new Set(['p', 'div', 'ul', 'ol', 'blockquote', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
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

/** Gathers what is seen. White space is one space, line ends are one, or two with an empty line between; neither stands at an edge. */
class SeenText {
  private readonly pieces: string[] = [];
  private ends = 0;
  private hasSpace = false;

  add(data: string): void {
    const seen = data.replace(/[\t\n\f\r ]+/g, ' ');
    const words = seen.trim();
    this.hasSpace ||= seen.startsWith(' ');
    if (words === '') return;
    this.addAsIs(words);
    this.hasSpace = seen.endsWith(' ');
  }

  addAsIs(data: string): void {
    if (this.pieces.length > 0) this.pieces.push(this.ends > 0 ? '\n'.repeat(this.ends) : this.hasSpace ? ' ' : '');
    this.pieces.push(data);
    this.ends = 0;
    this.hasSpace = false;
  }

  endLine(): void {
    this.ends = Math.min(2, this.ends + 1);
  }

  setApart(ends: 1 | 2): void {
    this.ends = Math.max(this.ends, ends);
  }

  toString(): string {
    return this.pieces.join('').trim();
  }
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/**
 * What a reader sees: `<br>` ends a line, a block is set apart by an empty line, and a link shows its whole address.
 * Sanitised markup makes it easy: every bracket is a tag's, and four entities are left.
 */
export const plainText = (html: string): string => {
  const text = new SeenText();
  let pre = 0;
  for (const [token, closing, name = ''] of harmlessHtml(html).matchAll(/<(\/?)([a-z0-9]+)[^>]*>|[^<]+/g)) {
    if (name === '') {
      const words = token.includes('&') ? token.replace(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity] ?? entity) : token;
      if (pre > 0) text.addAsIs(words);
      else text.add(words);
    } else if (name === 'br') text.endLine();
    else if (paragraphs.has(name)) text.setApart(2);
    else if (name === 'li') text.setApart(1);
    if (name === 'pre') pre += closing === '' ? 1 : -1;
  }
  return text.toString();
};
