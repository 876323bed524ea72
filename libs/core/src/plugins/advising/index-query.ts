import { wordsOf } from '../../language/index.js';

const mostWords = 32;

/** One text search in two strengths, each as `to_tsquery` reads it. */
export interface IndexQuery {
  /** Every word, or the beginning of one. */
  readonly all: string;
  /** Any of the words. */
  readonly any: string;
}

/**
 * What a text asks of an index; undefined where it has no words. Any text is a valid query: only letters and digits of it are kept.
 * Words of one or two Latin letters say nothing where there are longer ones.
 */
export const indexQuery = (text: string): IndexQuery | undefined => {
  const said = [...new Set(wordsOf(text))].slice(0, mostWords);
  const telling = said.filter((word) => !/^[a-z]{1,2}$/.test(word));
  const words = (telling.length > 0 ? telling : said).map((word) => word.replaceAll("'", "''"));
  if (words.length === 0) return undefined;
  return { all: words.map((word) => `'${word}':*`).join(' & '), any: words.map((word) => `'${word}'`).join(' | ') };
};
