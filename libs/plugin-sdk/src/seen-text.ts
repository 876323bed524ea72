const paragraphs: ReadonlySet<string> = new Set(['p', 'div', 'ul', 'ol', 'blockquote', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'table']);
const lines: ReadonlySet<string> = new Set(['li', 'tr']);
const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

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
 * What a reader sees of markup that was sanitised: a post's `text` from its html. `<br>` ends a line, a block is set apart by an empty
 * line, and other white space is one space; within `<pre>` all stays as it is. In time proportional to its length, whatever it is.
 *
 * @param harmless - sanitised: every `<` begins a tag, nothing unseen is left in it (scripts, styles), and no entities but `&amp;`, `&lt;`, `&gt;` and `&quot;`
 *
 * @example
 * ```ts
 * seenText('<p>See <b>this</b></p><p>1 &lt; 2</p>'); // 'See this\n\n1 < 2'
 * ```
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
