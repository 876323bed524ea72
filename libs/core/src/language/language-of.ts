import { eld } from 'eld/extrasmall';

/** Shorter texts say too little for the statistics of their letters. */
const enough = 20;

/**
 * The language of a post as a BCP 47 primary tag, or undefined where it cannot be told.
 * What the network declares wins; else Efficient Language Detector's guess, only where it calls itself reliable.
 */
export const languageOf = (text: string, declared: string | undefined): string | undefined => {
  if (declared !== undefined && declared !== '' && declared !== 'und') return declared;
  if (text.length < enough) return undefined;
  const guess = eld.detect(text.length > 1_000 ? text.slice(0, 1_000) : text);
  return guess.language !== '' && guess.isReliable() ? guess.language : undefined;
};
