import { createToken, Lexer } from 'chevrotain';

/** A word ends at a space, a parenthesis or a quote. */
const endOfWord = String.raw`(?![^\s()"])`;
const keyword = (name: string): RegExp => new RegExp(name + endOfWord, 'y');

const Space = createToken({ name: 'Space', pattern: /\s+/y, group: Lexer.SKIPPED, line_breaks: true });
export const Open = createToken({ name: 'Open', pattern: '(', label: 'a parenthesis that opens' });
export const Close = createToken({ name: 'Close', pattern: ')', label: 'a parenthesis that closes' });
export const Phrase = createToken({ name: 'Phrase', pattern: /"[^"]*"\*?/y, line_breaks: true });
export const LoneQuote = createToken({ name: 'LoneQuote', pattern: '"' });
/** What excludes: a sign, or a word. */
export const Exclusion = createToken({ name: 'Exclusion', pattern: Lexer.NA });
/** The keyboard's minus, and what writing programs make of it; only directly before what it excludes. */
const Minus = createToken({ name: 'Minus', pattern: /[-\u2212\u2013](?=\S)/y, line_breaks: false, categories: Exclusion });
export const And = createToken({ name: 'And', pattern: keyword('AND'), line_breaks: false });
export const Or = createToken({ name: 'Or', pattern: keyword('OR'), line_breaks: false });
const Not = createToken({ name: 'Not', pattern: keyword('NOT'), line_breaks: false, categories: Exclusion });
export const Word = createToken({ name: 'Word', pattern: /[^\s()"]+/y, line_breaks: false });

export const searchTokens = [Space, Open, Close, Phrase, LoneQuote, Exclusion, Minus, And, Or, Not, Word];
const lexer = new Lexer(searchTokens, { positionTracking: 'onlyOffset', safeMode: false });

/** Quotes and parentheses as writing programs and other keyboards set them: one character each, so that places stay what they are. */
const plainSigns: Readonly<Record<string, string>> = { '“': '"', '”': '"', '„': '"', '«': '"', '»': '"', '「': '"', '」': '"', '（': '(', '）': ')' };
const otherSigns = /[“”„«»「」（）]/gu;

/** The text in tokens. Every character belongs to one: there is no text that cannot be cut. */
export const tokensOf = (text: string): ReturnType<Lexer['tokenize']>['tokens'] => lexer.tokenize(text.replace(otherSigns, (sign) => plainSigns[sign] ?? sign)).tokens;
