import { EOF, type IToken } from 'chevrotain';
import { faultAt, type SearchFault, type SearchFaultKind } from './search-fault.js';
import { SearchParser } from './search-parser.js';
import type { SearchQuery } from './search-query.js';
import { type TermFault, termOfPhrase, termOfWord } from './search-term.js';
import { Close, Exclusion, LoneQuote, Open, Phrase, tokensOf, Word } from './search-tokens.js';

export const longestSearch = 20_000;
export const mostTerms = 1_000;
/** Parentheses and exclusions within one another: the parser calls itself for each. */
export const deepestSearch = 50;

/** A search that was read, or why the text is none. */
export type SearchReading = { readonly query: SearchQuery; readonly fault?: undefined } | { readonly query?: undefined; readonly fault: SearchFault };

const part = 'a word, a phrase in quotes, a hashtag, lang: with a language, or a parenthesis that opens';
/** Made at the first use: it studies its grammar for some milliseconds. */
let parser: SearchParser | undefined;

/**
 * Reads a search. Takes time in proportion to its length, whatever it is given: what is too long, too much or nested too deeply is refused
 * before it is parsed, with its place.
 */
export const readSearch = (text: string): SearchReading => {
  const refuse = (at: Place, kind: SearchFaultKind, message: string, expected?: string): SearchReading => ({ fault: faultAt(text, at, kind, message, expected) });
  if (text.length > longestSearch) return refuse({ offset: longestSearch }, 'too-long', `A search has ${longestSearch} characters at most.`);
  const tokens = tokensOf(text);
  if (tokens.length === 0) return refuse({ offset: 0 }, 'empty', 'There is nothing to look for.', part);
  const wrong = prepare(tokens);
  if (wrong !== undefined) return refuse(wrong, wrong.kind, wrong.message, wrong.expected);
  parser ??= new SearchParser();
  parser.input = tokens;
  const query = parser.search();
  const error = parser.errors[0];
  if (error !== undefined) {
    const at = error.token.tokenType === EOF ? { offset: text.length } : placeOf(error.token);
    const before = tokens[tokens.findLastIndex((token) => token.startOffset < at.offset)];
    return refuse(at, 'unexpected', `${before === undefined ? 'At the start' : `After “${before.image}”`} something to look for is missing.`, part);
  }
  if (!isPositive(query)) {
    const excluded = tokens.find((token) => token.tokenType.CATEGORIES?.includes(Exclusion) === true);
    return refuse(placeOf(excluded ?? tokens[0] as IToken), 'nothing-positive', 'It only says what to leave out, or does so on one side of an OR: say there what to look for as well.', part);
  }
  return { query };
};

interface Place { readonly offset: number; readonly length?: number }
interface Wrong extends Place { readonly kind: SearchFaultKind; readonly message: string; readonly expected?: string }

const placeOf = (token: IToken): Place => ({ offset: token.startOffset, length: token.image.length });

/** Gives each word and phrase its meaning; finds what needs no grammar to be wrong. */
const prepare = (tokens: readonly IToken[]): Wrong | undefined => {
  const open: { readonly token: IToken; readonly levels: number }[] = [];
  let [depth, excluding, terms] = [0, 0, 0];
  for (const token of tokens) {
    const type = token.tokenType;
    if (type === LoneQuote) return { ...placeOf(token), kind: 'unclosed-quote', message: 'This quote is not closed.', expected: 'a quote that closes' };
    if (type === Close) {
      const closed = open.pop();
      if (closed === undefined) return { ...placeOf(token), kind: 'unbalanced', message: 'This parenthesis closes none.' };
      depth -= closed.levels;
    } else if (type === Open) {
      open.push({ token, levels: excluding + 1 });
      depth += excluding + 1;
      excluding = 0;
    } else if (type.CATEGORIES?.includes(Exclusion) === true) excluding++;
    else if (type === Word || type === Phrase) {
      if (++terms > mostTerms) return { ...placeOf(token), kind: 'too-many-terms', message: `A search has ${mostTerms} terms at most.` };
      const term = type === Word ? termOfWord(token.image) : termOfPhrase(token.image);
      if (isFault(term)) return { offset: token.startOffset + (term.offset ?? 0), length: term.length ?? token.image.length, kind: term.kind, message: term.message };
      token.payload = term;
      excluding = 0;
    } else excluding = 0;
    if (depth + excluding > deepestSearch) return { ...placeOf(token), kind: 'too-deep', message: `Parentheses and exclusions stand within one another ${deepestSearch} deep at most.` };
  }
  const unclosed = open.at(-1);
  return unclosed === undefined ? undefined : { ...placeOf(unclosed.token), kind: 'unbalanced', message: 'This parenthesis is not closed.', expected: 'a parenthesis that closes' };
};

const isFault = (term: SearchQuery | TermFault): term is TermFault => 'message' in term;

/** Whether a post must have something for it to hold: else it would hold for nearly everything. */
const isPositive = (query: SearchQuery): boolean => {
  switch (query.kind) {
    case 'all':
      return query.of.some(isPositive);
    case 'any':
      return query.of.every(isPositive);
    case 'not':
      return false;
    default:
      return true;
  }
};
