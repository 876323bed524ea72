import type { SearchQuery } from '../search-syntax/index.js';
import { speaks, standsIn } from './holds.js';
import type { Said } from './said.js';
import { SearchTerms, type Term } from './search-terms.js';

/** A search as it stands in the index. */
interface Filed<Entry> {
  readonly entry: Entry;
  readonly test: Test<Entry>;
  readonly terms: readonly Term<Filed<Entry>>[];
  /** Terms of which a post must have one for the search to hold. */
  anchors: readonly Term<Filed<Entry>>[];
  lookedAtIn: number;
  /** How often it was looked at and did not hold; past its patience it is filed anew, by what posts have shown to be rare. */
  vain: number;
  patience: number;
}
type TermOf<Entry> = Term<Filed<Entry>>;

type Test<Entry> =
  | { readonly kind: 'has'; readonly term: TermOf<Entry> }
  | { readonly kind: 'phrase'; readonly terms: readonly TermOf<Entry>[]; readonly words: readonly string[]; readonly open: boolean }
  | { readonly kind: 'lang'; readonly lang: string; readonly term: TermOf<Entry> }
  | { readonly kind: 'not'; readonly of: Test<Entry> }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Test<Entry>[] };

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
    const terms = new Set<TermOf<Entry>>();
    const test = this.testOf(query, terms);
    const filed: Filed<Entry> = { entry, test, terms: [...terms], anchors: [], lookedAtIn: 0, vain: 0, patience };
    for (const term of terms) term.uses++;
    this.file(filed);
    this.byId.set(entry.id, filed);
  }

  remove(id: string): void {
    const filed = this.byId.get(id);
    if (filed === undefined) return;
    this.byId.delete(id);
    this.unfile(filed);
    for (const term of filed.terms) if (--term.uses === 0) term.forget();
  }

  /** Each search that holds, once, in no particular order. */
  match(said: Said): Entry[] {
    const found: Entry[] = [];
    if (this.byId.size === 0) return found;
    const turn = ++this.turn;
    const anchors = this.seen(said, turn);
    let unlucky: Filed<Entry>[] | undefined;
    for (const anchor of anchors)
      for (const filed of anchor.anchored) {
        if (filed.lookedAtIn === turn) continue;
        filed.lookedAtIn = turn;
        if (passes(filed.test, said, turn)) found.push(filed.entry);
        else if (++filed.vain > filed.patience) (unlucky ??= []).push(filed);
      }
    for (const filed of unlucky ?? []) this.fileAnew(filed);
    return found;
  }

  /** Marks the terms that the post has, and answers with those under which searches are filed. */
  private seen(said: Said, turn: number): readonly TermOf<Entry>[] {
    const anchors: TermOf<Entry>[] = [];
    const { words } = said;
    for (let at = 0; at < words.length; at++) {
      const hits = this.terms.ofWord(words[at] as string);
      for (let hit = 0; hit < hits.length; hit++) see(hits[hit] as TermOf<Entry>, turn, anchors);
    }
    if (this.terms.haveTags) for (const tag of said.tags) see(this.terms.ofTag(tag), turn, anchors);
    if (this.terms.haveSigns) for (const sign of said.signs) see(this.terms.ofSign(sign), turn, anchors);
    if (this.terms.langsAreAnchors && said.lang !== null) for (const term of this.terms.ofLang(said.lang)) see(term, turn, anchors);
    return anchors;
  }

  private file(filed: Filed<Entry>): void {
    filed.anchors = anchorsOf(filed.test, this.turn)?.terms ?? [];
    for (const anchor of filed.anchors) anchor.anchored.push(filed);
  }

  private unfile(filed: Filed<Entry>): void {
    for (const { anchored } of filed.anchors) {
      const last = anchored.pop();
      if (last !== undefined && last !== filed) anchored[anchored.indexOf(filed)] = last;
    }
  }

  private fileAnew(filed: Filed<Entry>): void {
    filed.vain = 0;
    filed.patience *= 2;
    this.unfile(filed);
    this.file(filed);
  }

  private testOf(query: SearchQuery, terms: Set<TermOf<Entry>>): Test<Entry> {
    const used = (term: TermOf<Entry>): TermOf<Entry> => {
      terms.add(term);
      return term;
    };
    switch (query.kind) {
      case 'all':
      case 'any':
        return { kind: query.kind, of: query.of.map((part) => this.testOf(part, terms)) };
      case 'not':
        return { kind: 'not', of: this.testOf(query.of, terms) };
      case 'tag':
        return { kind: 'has', term: used(this.terms.tag(query.tag)) };
      case 'sign':
        return { kind: 'has', term: used(this.terms.sign(query.sign)) };
      case 'lang':
        return { kind: 'lang', lang: query.lang, term: used(this.terms.lang(query.lang)) };
      case 'words': {
        const { words, open } = query;
        const parts = words.map((word, at) => used(open && at === words.length - 1 ? this.terms.start(word) : this.terms.word(word)));
        const [only] = parts;
        return only !== undefined && parts.length === 1 ? { kind: 'has', term: only } : { kind: 'phrase', terms: parts, words, open };
      }
    }
  }
}

const see = <Entry>(term: TermOf<Entry> | undefined, turn: number, anchors: TermOf<Entry>[]): void => {
  if (term === undefined || term.seenIn === turn) return;
  term.seenIn = turn;
  term.posts++;
  if (term.anchored.length > 0) anchors.push(term);
};

/** Whether the test holds in the turn in which the terms of `said` were marked. */
const passes = <Entry>(test: Test<Entry>, said: Said, turn: number): boolean => {
  switch (test.kind) {
    case 'has':
      return test.term.seenIn === turn;
    case 'phrase':
      for (const term of test.terms) if (term.seenIn !== turn) return false;
      return standsIn(said.words, test.words, test.open);
    case 'all':
      for (const part of test.of) if (!passes(part, said, turn)) return false;
      return true;
    case 'any':
      for (const part of test.of) if (passes(part, said, turn)) return true;
      return false;
    case 'not':
      return !passes(test.of, said, turn);
    case 'lang':
      return speaks(said.lang, test.lang);
  }
};

interface Anchors<Entry> {
  readonly terms: readonly TermOf<Entry>[];
  /** In what share of posts there is one of them, at most. */
  readonly share: number;
}

/** The terms under which a test is best filed; undefined where it can hold without any. */
const anchorsOf = <Entry>(test: Test<Entry>, turn: number): Anchors<Entry> | undefined => {
  switch (test.kind) {
    case 'has':
    case 'lang':
      return { terms: [test.term], share: test.term.share(turn) };
    case 'phrase':
      return rarest(test.terms.map((term) => ({ terms: [term], share: term.share(turn) })));
    case 'all':
      return rarest(test.of.map((part) => anchorsOf(part, turn)));
    case 'any': {
      const parts = test.of.map((part) => anchorsOf(part, turn));
      return parts.every((part) => part !== undefined) ? { terms: [...new Set(parts.flatMap((part) => part.terms))], share: parts.reduce((sum, part) => sum + part.share, 0) } : undefined;
    }
    case 'not':
      return undefined;
  }
};

const rarest = <Entry>(choices: readonly (Anchors<Entry> | undefined)[]): Anchors<Entry> | undefined => {
  let best: Anchors<Entry> | undefined;
  for (const choice of choices) if (choice !== undefined && (best === undefined || choice.share < best.share)) best = choice;
  return best;
};
