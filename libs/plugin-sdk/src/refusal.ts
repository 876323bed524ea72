/**
 * What a listener may do with a person's words, and what a person may therefore refuse.
 *
 * - `keep`: store at all
 * - `search`: let it be found by hashtag or search
 * - `classify`: let programs judge it
 * - `draft-by-machine`: let a program draft an answer to it
 * - `show-publicly`: show it outside the staff's own screens, as on a report
 * - `answer`: write to the author unasked
 */
export type Purpose = 'keep' | 'search' | 'classify' | 'draft-by-machine' | 'show-publicly' | 'answer';

/** Something an author asks of listeners. The core acts by `purpose`; staff are shown `sign`. */
export interface Refusal {
  readonly purpose: Purpose;
  /** The network's own sign, in words that staff can check with their own eyes: "#nobot in the bio". */
  readonly sign: string;
}
