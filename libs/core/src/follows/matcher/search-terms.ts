/** Something that posts may have and searches ask for (a word, the beginning of one, a hashtag, an emoji, a language), by its number in {@link SearchTerms}. */
export type TermId = number;

/** Of a word by its length, in what share of posts it is: the short ones are everywhere. */
const guessOf = (length: number): number => 0.5 / Math.max(1, length - 1) ** 2;

/**
 * V8 keeps a substring of 13 characters or more as a view of the whole text: such words would hold the posts in memory that they come from
 * (kMinLength of SlicedString, seen in V8 13.6, 2026-11-26).
 */
const longestRemembered = 12;
const mostRemembered = 100_000;
const none: readonly never[] = [];

/**
 * The terms of all searches, by what a post has. Terms exist as long as a search uses them.
 *
 * What is asked of each term for every post stands in columns by its number: with tens of thousands of searches the time goes into fetching
 * memory, and a column of numbers stays near.
 */
export class SearchTerms<Filed> {
  private readonly words = new Map<string, TermId>();
  private readonly starts = new Map<string, TermId>();
  /** The same beginnings by their first two characters: none is shorter. */
  private readonly startsByTwo = new Map<string, TermId[]>();
  private readonly tags = new Map<string, TermId>();
  private readonly signs = new Map<string, TermId>();
  private readonly langs = new Map<string, TermId>();
  /** What words of posts hit, hit or not: posts repeat a small part of the language over and over. */
  private readonly remembered = new Map<string, readonly TermId[]>();

  /** The last turn in which a post had it. */
  seenIn = new Float64Array(1_024);
  /** How many posts had it, since the turn in which it came. */
  private posts = new Float64Array(1_024);
  private bornIn = new Float64Array(1_024);
  /** In what share of posts it is, guessed before any was seen. */
  private guesses = new Float64Array(1_024);
  /** How many places of searches ask for it. */
  private uses = new Float64Array(1_024);
  private readonly keys: string[] = [];
  private readonly forgets: (((id: TermId, key: string) => void) | undefined)[] = [];
  /** The searches that are looked at when a post has it; undefined where there are none. */
  private readonly filed: (Filed[] | undefined)[] = [];
  private readonly free: TermId[] = [];
  private filedByLang = 0;

  constructor(private readonly turn: () => number) {}

  get haveTags(): boolean {
    return this.tags.size > 0;
  }
  get haveSigns(): boolean {
    return this.signs.size > 0;
  }
  /** Whether a search is filed under a language: only then must that of every post be found out. */
  get langsAreAnchors(): boolean {
    return this.filedByLang > 0;
  }

  /** Each of these answers with a term that is used once more; {@link release} takes that back. */
  word(word: string): TermId {
    return this.use(this.words, word, guessOf(word.length), this.changeWord, this.forgetWord);
  }
  start(start: string): TermId {
    return this.use(this.starts, start, 3 * guessOf(start.length), this.knowStart, this.forgetStart);
  }
  tag(tag: string): TermId {
    return this.use(this.tags, tag, 0.001, undefined, this.forgetTag);
  }
  sign(sign: string): TermId {
    return this.use(this.signs, sign, 0.005, undefined, this.forgetSign);
  }
  lang(lang: string): TermId {
    return this.use(this.langs, lang, 0.5, undefined, this.forgetLang);
  }

  release(term: TermId): void {
    const left = (this.uses[term] ?? 0) - 1;
    this.uses[term] = left;
    if (left > 0) return;
    this.forgets[term]?.(term, this.keys[term] ?? '');
    this.free.push(term);
  }

  /** In what share of posts it is. The guess counts as much as a thousand posts. */
  share(term: TermId): number {
    return ((this.posts[term] ?? 0) + (this.guesses[term] ?? 0) * 1_000) / (this.turn() - (this.bornIn[term] ?? 0) + 1_000);
  }

  file(term: TermId, search: Filed): void {
    const there = this.filed[term];
    if (there === undefined) {
      this.filed[term] = [search];
      if (this.forgets[term] === this.forgetLang) this.filedByLang++;
    } else there.push(search);
  }

  unfile(term: TermId, search: Filed): void {
    const there = this.filed[term];
    const last = there?.pop();
    if (there === undefined || last === undefined) return;
    if (last !== search) there[there.indexOf(search)] = last;
    if (there.length > 0) return;
    this.filed[term] = undefined;
    if (this.forgets[term] === this.forgetLang) this.filedByLang--;
  }

  /** Marks what the post of this turn has; what is filed under it goes into `found`, where it was not marked before. */
  mark(term: TermId, turn: number, found: (readonly Filed[])[]): void {
    if (this.seenIn[term] === turn) return;
    this.seenIn[term] = turn;
    this.posts[term] = (this.posts[term] ?? 0) + 1;
    const filed = this.filed[term];
    if (filed !== undefined) found.push(filed);
  }

  /** What a word of a post hits: the word itself, and each beginning of it. */
  ofWord(word: string): readonly TermId[] {
    const known = this.remembered.get(word);
    if (known !== undefined) return known;
    const own = this.words.get(word);
    const hit = [...(own === undefined ? none : [own]), ...(this.startsByTwo.get(word.slice(0, 2)) ?? none).filter((term) => word.startsWith(this.keys[term] ?? ''))];
    const hits = hit.length === 0 ? none : hit;
    if (word.length <= longestRemembered) {
      if (this.remembered.size >= mostRemembered) this.remembered.clear();
      this.remembered.set(word, hits);
    }
    return hits;
  }
  ofTag(tag: string): TermId | undefined {
    return this.tags.get(tag);
  }
  ofSign(sign: string): TermId | undefined {
    return this.signs.get(sign);
  }
  /** `pt-br` is Portuguese as well. */
  *ofLang(lang: string): Iterable<TermId> {
    for (let end = lang.length; end > 0; end = lang.lastIndexOf('-', end - 1)) {
      const term = this.langs.get(lang.slice(0, end));
      if (term !== undefined) yield term;
    }
  }

  private readonly changeWord = (_: TermId, word: string): void => void this.remembered.delete(word);
  private readonly forgetWord = (_: TermId, word: string): void => {
    this.words.delete(word);
    this.remembered.delete(word);
  };
  private readonly knowStart = (term: TermId, start: string): void => {
    this.remembered.clear();
    const two = start.slice(0, 2);
    const terms = this.startsByTwo.get(two);
    if (terms === undefined) this.startsByTwo.set(two, [term]);
    else terms.push(term);
  };
  private readonly forgetStart = (term: TermId, start: string): void => {
    this.remembered.clear();
    this.starts.delete(start);
    const two = start.slice(0, 2);
    const left = (this.startsByTwo.get(two) ?? []).filter((each) => each !== term);
    if (left.length === 0) this.startsByTwo.delete(two);
    else this.startsByTwo.set(two, left);
  };
  private readonly forgetTag = (_: TermId, tag: string): void => void this.tags.delete(tag);
  private readonly forgetSign = (_: TermId, sign: string): void => void this.signs.delete(sign);
  private readonly forgetLang = (_: TermId, lang: string): void => void this.langs.delete(lang);

  private use(terms: Map<string, TermId>, key: string, guess: number, known: ((id: TermId, key: string) => void) | undefined, forget: (id: TermId, key: string) => void): TermId {
    const there = terms.get(key);
    if (there !== undefined) {
      this.uses[there] = (this.uses[there] ?? 0) + 1;
      return there;
    }
    const term = this.free.pop() ?? this.keys.length;
    if (term >= this.seenIn.length) this.grow();
    this.keys[term] = key;
    this.forgets[term] = forget;
    this.filed[term] = undefined;
    [this.seenIn[term], this.posts[term], this.bornIn[term], this.guesses[term], this.uses[term]] = [0, 0, this.turn(), guess, 1];
    terms.set(key, term);
    known?.(term, key);
    return term;
  }

  private grow(): void {
    const longer = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(column.length * 2);
      grown.set(column);
      return grown;
    };
    this.seenIn = longer(this.seenIn);
    this.posts = longer(this.posts);
    this.bornIn = longer(this.bornIn);
    this.guesses = longer(this.guesses);
    this.uses = longer(this.uses);
  }
}
