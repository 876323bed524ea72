import type { SearchQuery } from '../search-syntax/index.js';
import { speaks, standsIn } from './holds.js';
import type { Said } from './said.js';
import { SearchTerms, type TermId } from './search-terms.js';

/** Words that must stand one after another. */
interface Phrase {
  readonly words: readonly string[];
  readonly open: boolean;
}

/**
 * A search as numbers, one part after another, parts within parts: what kind of part it is, where it ends, and then
 * `has`: its term · `lang`: its term, the place of the language in `langs` · `phrase`: the place in `phrases`, its terms · else its parts.
 * One short row of numbers lies together in memory, where a tree of objects lies anywhere.
 */
type Program = readonly number[];
const [has, lang, phrase, not, all, any] = [0, 1, 2, 3, 4, 5] as const;

/** A search as it stands in the index. */
interface Filed<Entry> {
  readonly entry: Entry;
  readonly program: Program;
  readonly phrases: readonly Phrase[];
  readonly langs: readonly string[];
  /** Terms of which a post must have one for the search to hold. */
  anchors: readonly TermId[];
  lookedAtIn: number;
  /** How often it was looked at and did not hold; past its patience it is filed anew, by what posts have shown to be rare. */
  vain: number;
  patience: number;
}

const patience = 64;

/**
 * Tells which of many searches hold for a post, at once: what {@link holds} says of each of them.
 *
 * Percolation: a search is filed under something that a post must have for it to hold, the rarest thing that it asks for; of a choice, the
 * rarest of each alternative. A post is taken through the searches filed under what it has, and the other searches are not touched. What is
 * rare shows with the posts: a search that is looked at in vain again and again is filed anew.
 * Adding and removing one touches that one alone; nothing is compiled anew.
 */
export class SearchIndex<Entry extends { readonly id: string }> {
  private turn = 0;
  private readonly terms = new SearchTerms<Filed<Entry>>(() => this.turn);
  private readonly byId = new Map<string, Filed<Entry>>();

  get size(): number {
    return this.byId.size;
  }

  /** Adds a search, or puts it in the place of the one with the same id. A search that nothing of a post could bring up is never found. */
  add(entry: Entry, query: SearchQuery): void {
    this.remove(entry.id);
    const [program, phrases, langs]: [number[], Phrase[], string[]] = [[], [], []];
    this.write(query, program, phrases, langs);
    const filed: Filed<Entry> = {
      entry, program, phrases: phrases.length === 0 ? none : phrases, langs: langs.length === 0 ? none : langs, anchors: none, lookedAtIn: 0, vain: 0, patience,
    };
    this.file(filed);
    this.byId.set(entry.id, filed);
  }

  remove(id: string): void {
    const filed = this.byId.get(id);
    if (filed === undefined) return;
    this.byId.delete(id);
    this.unfile(filed);
    for (const term of termsOf(filed.program, 0)) this.terms.release(term);
  }

  /** Each search that holds, once, in no particular order. */
  match(said: Said): Entry[] {
    const found: Entry[] = [];
    if (this.byId.size === 0) return found;
    const turn = ++this.turn;
    const candidates = this.candidates(said, turn);
    const { seenIn } = this.terms;
    let unlucky: Filed<Entry>[] | undefined;
    for (const searches of candidates)
      for (const filed of searches) {
        if (filed.lookedAtIn === turn) continue;
        filed.lookedAtIn = turn;
        if (passes(filed, 0, said, seenIn, turn)) found.push(filed.entry);
        else if (++filed.vain > filed.patience) (unlucky ??= []).push(filed);
      }
    for (const filed of unlucky ?? none) this.fileAnew(filed);
    return found;
  }

  /** Marks the terms that the post has, and answers with the searches filed under them. */
  private candidates(said: Said, turn: number): readonly (readonly Filed<Entry>[])[] {
    const found: (readonly Filed<Entry>[])[] = [];
    const { terms } = this;
    for (const word of said.words) for (const term of terms.ofWord(word)) terms.mark(term, turn, found);
    if (terms.haveTags) for (const tag of said.tags) this.markIfAny(terms.ofTag(tag), turn, found);
    if (terms.haveSigns) for (const sign of said.signs) this.markIfAny(terms.ofSign(sign), turn, found);
    if (terms.langsAreAnchors && said.lang !== null) for (const term of terms.ofLang(said.lang)) terms.mark(term, turn, found);
    return found;
  }

  private markIfAny(term: TermId | undefined, turn: number, found: (readonly Filed<Entry>[])[]): void {
    if (term !== undefined) this.terms.mark(term, turn, found);
  }

  private file(filed: Filed<Entry>): void {
    filed.anchors = anchorsOf(filed.program, 0, (term) => this.terms.share(term))?.terms ?? none;
    for (const anchor of filed.anchors) this.terms.file(anchor, filed);
  }

  private unfile(filed: Filed<Entry>): void {
    for (const anchor of filed.anchors) this.terms.unfile(anchor, filed);
  }

  private fileAnew(filed: Filed<Entry>): void {
    filed.vain = 0;
    filed.patience *= 2;
    this.unfile(filed);
    this.file(filed);
  }

  private write(query: SearchQuery, program: number[], phrases: Phrase[], langs: string[]): void {
    const at = program.push(has, 0) - 2;
    switch (query.kind) {
      case 'all':
      case 'any':
        program[at] = query.kind === 'all' ? all : any;
        for (const part of query.of) this.write(part, program, phrases, langs);
        break;
      case 'not':
        program[at] = not;
        this.write(query.of, program, phrases, langs);
        break;
      case 'tag':
        program.push(this.terms.tag(query.tag));
        break;
      case 'sign':
        program.push(this.terms.sign(query.sign));
        break;
      case 'lang':
        program[at] = lang;
        program.push(this.terms.lang(query.lang), langs.push(query.lang) - 1);
        break;
      case 'words': {
        const { words, open } = query;
        const terms = words.map((word, nth) => (open && nth === words.length - 1 ? this.terms.start(word) : this.terms.word(word)));
        if (terms.length !== 1) {
          program[at] = phrase;
          program.push(phrases.push({ words, open }) - 1);
        }
        program.push(...terms);
      }
    }
    program[at + 1] = program.length;
  }
}

const none: readonly never[] = [];

/** Whether the part of the program that begins at `at` holds in the turn in which the terms of `said` were marked. */
const passes = <Entry>(filed: Filed<Entry>, at: number, said: Said, seenIn: Float64Array, turn: number): boolean => {
  const { program } = filed;
  const end = program[at + 1] as number;
  switch (program[at]) {
    case has:
      return seenIn[program[at + 2] as number] === turn;
    case lang:
      return speaks(said.lang, filed.langs[program[at + 3] as number] as string);
    case phrase: {
      for (let term = at + 3; term < end; term++) if (seenIn[program[term] as number] !== turn) return false;
      const { words, open } = filed.phrases[program[at + 2] as number] as Phrase;
      return standsIn(said.words, words, open);
    }
    case all:
      for (let part = at + 2; part < end; part = program[part + 1] as number) if (!passes(filed, part, said, seenIn, turn)) return false;
      return true;
    case any:
      for (let part = at + 2; part < end; part = program[part + 1] as number) if (passes(filed, part, said, seenIn, turn)) return true;
      return false;
    default:
      return !passes(filed, at + 2, said, seenIn, turn);
  }
};

/** Each term as often as it was written. */
const termsOf = (program: Program, at: number): readonly TermId[] => {
  const end = program[at + 1] as number;
  switch (program[at]) {
    case has:
    case lang:
      return [program[at + 2] as number];
    case phrase:
      return program.slice(at + 3, end);
    default:
      return partsOf(program, at).flatMap((part) => termsOf(program, part));
  }
};

const partsOf = (program: Program, at: number): number[] => {
  const parts: number[] = [];
  for (let part = at + 2; part < (program[at + 1] as number); part = program[part + 1] as number) parts.push(part);
  return parts;
};

interface Anchors {
  readonly terms: readonly TermId[];
  /** In what share of posts there is one of them, at most. */
  readonly share: number;
}

/** The terms under which a part is best filed; undefined where it can hold without any. */
const anchorsOf = (program: Program, at: number, shareOf: (term: TermId) => number): Anchors | undefined => {
  const alone = (term: TermId): Anchors => ({ terms: [term], share: shareOf(term) });
  switch (program[at]) {
    case has:
    case lang:
      return alone(program[at + 2] as number);
    case phrase:
      return rarest(program.slice(at + 3, program[at + 1]).map(alone));
    case all:
      return rarest(partsOf(program, at).map((part) => anchorsOf(program, part, shareOf)));
    case any: {
      const parts = partsOf(program, at).map((part) => anchorsOf(program, part, shareOf));
      return parts.every((part) => part !== undefined) ? { terms: [...new Set(parts.flatMap((part) => part.terms))], share: parts.reduce((sum, part) => sum + part.share, 0) } : undefined;
    }
    default:
      return undefined;
  }
};

const rarest = (choices: readonly (Anchors | undefined)[]): Anchors | undefined => {
  let best: Anchors | undefined;
  for (const choice of choices) if (choice !== undefined && (best === undefined || choice.share < best.share)) best = choice;
  return best;
};
