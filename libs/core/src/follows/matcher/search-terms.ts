/** Something that posts may have and searches ask for: a word, the beginning of one, a hashtag, an emoji, a language. */
export class Term<Filed> {
  /** The last turn in which a post had it. */
  seenIn = 0;
  /** How many posts had it, and since which turn they are counted. */
  posts = 0;
  /** How many places of searches ask for it. */
  uses = 0;
  /** The searches that are looked at when a post has it. */
  readonly anchored: Filed[] = [];

  constructor(
    readonly key: string,
    readonly bornIn: number,
    /** In what share of posts it is, guessed before any was seen. */
    private readonly guess: number,
    readonly forget: () => void,
  ) {}

  /** In what share of posts it is. The guess counts as much as a thousand posts. */
  share(turn: number): number {
    return (this.posts + this.guess * 1_000) / (turn - this.bornIn + 1_000);
  }
}

/** Of a word by its length: the short ones are everywhere. */
const guessOf = (length: number): number => 0.5 / Math.max(1, length - 1) ** 2;

/**
 * V8 keeps a substring of 13 characters or more as a view of the whole text: such words would hold the posts in memory that they come from
 * (kMinLength of SlicedString, seen in V8 13.6, 2026-11-26).
 */
const longestRemembered = 12;
const mostRemembered = 100_000;

/** The terms of all searches, by what a post has. Terms exist as long as a search uses them. */
export class SearchTerms<Filed> {
  private readonly words = new Map<string, Term<Filed>>();
  private readonly starts = new Map<string, Term<Filed>>();
  /** The same beginnings by their first two characters: none is shorter. */
  private readonly startsByTwo = new Map<string, Term<Filed>[]>();
  private readonly tags = new Map<string, Term<Filed>>();
  private readonly signs = new Map<string, Term<Filed>>();
  private readonly langs = new Map<string, Term<Filed>>();
  /** What words of posts hit, hit or not: posts repeat a small part of the language over and over. */
  private readonly remembered = new Map<string, readonly Term<Filed>[]>();
  private readonly none: readonly Term<Filed>[] = [];

  constructor(private readonly turn: () => number) {}

  get haveTags(): boolean {
    return this.tags.size > 0;
  }
  get haveSigns(): boolean {
    return this.signs.size > 0;
  }
  /** Whether a search is filed under a language: only then must that of every post be found out. */
  get langsAreAnchors(): boolean {
    for (const term of this.langs.values()) if (term.anchored.length > 0) return true;
    return false;
  }

  word(word: string): Term<Filed> {
    const changed = (): void => void this.remembered.delete(word);
    return this.in(this.words, word, guessOf(word.length), changed, changed);
  }

  start(start: string): Term<Filed> {
    const two = start.slice(0, 2);
    const known = (term: Term<Filed>): void => {
      this.remembered.clear();
      const terms = this.startsByTwo.get(two);
      if (terms === undefined) this.startsByTwo.set(two, [term]);
      else terms.push(term);
    };
    const forgotten = (term: Term<Filed>): void => {
      this.remembered.clear();
      this.startsByTwo.set(two, (this.startsByTwo.get(two) ?? []).filter((each) => each !== term));
    };
    return this.in(this.starts, start, 3 * guessOf(start.length), known, forgotten);
  }

  tag(tag: string): Term<Filed> {
    return this.in(this.tags, tag, 0.001);
  }

  sign(sign: string): Term<Filed> {
    return this.in(this.signs, sign, 0.005);
  }

  lang(lang: string): Term<Filed> {
    return this.in(this.langs, lang, 0.5);
  }

  /** What a word of a post hits: the word itself, and each beginning of it. */
  ofWord(word: string): readonly Term<Filed>[] {
    const known = this.remembered.get(word);
    if (known !== undefined) return known;
    const [own, starts] = [this.words.get(word), this.startsByTwo.get(word.slice(0, 2))];
    const hit = [...(own === undefined ? [] : [own]), ...(starts ?? this.none).filter((term) => word.startsWith(term.key))];
    const hits = hit.length === 0 ? this.none : hit;
    if (word.length <= longestRemembered) {
      if (this.remembered.size >= mostRemembered) this.remembered.clear();
      this.remembered.set(word, hits);
    }
    return hits;
  }

  ofTag(tag: string): Term<Filed> | undefined {
    return this.tags.get(tag);
  }

  ofSign(sign: string): Term<Filed> | undefined {
    return this.signs.get(sign);
  }

  /** `pt-br` is Portuguese as well. */
  *ofLang(lang: string): Iterable<Term<Filed>> {
    for (let end = lang.length; end > 0; end = lang.lastIndexOf('-', end - 1)) {
      const term = this.langs.get(lang.slice(0, end));
      if (term !== undefined) yield term;
    }
  }

  private in(terms: Map<string, Term<Filed>>, key: string, guess: number, known?: (term: Term<Filed>) => void, forgotten?: (term: Term<Filed>) => void): Term<Filed> {
    const there = terms.get(key);
    if (there !== undefined) return there;
    const term: Term<Filed> = new Term(key, this.turn(), guess, () => {
      terms.delete(key);
      forgotten?.(term);
    });
    terms.set(key, term);
    known?.(term);
    return term;
  }
}
