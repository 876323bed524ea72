import { letterStandsAlone, wordsOf } from '../../language/index.js';

/** Scores are calibrated: below this it is likelier that nobody looks for anything. */
const sure = 0.5;
/** "Wine cellar": to visit, to build, to buy? Whoever says what they want with it says more. */
const telling = 3;
/** In scripts without spaces a word has two letters or so. */
const tellingLetters = 6;

/**
 * Whether a librarian would ask back before looking: nothing was found that says what somebody needs, it is likelier not one, or it is said in fewer than three words.
 *
 * @param score of the finding; undefined where staff said it themselves
 */
export const isUnclear = (restated: string, score: number | undefined): boolean => {
  if (score !== undefined && score < sure) return true;
  const words = wordsOf(restated);
  const alone = words.filter(letterStandsAlone).length;
  return alone > words.length / 2 ? words.length < tellingLetters : words.length < telling;
};
