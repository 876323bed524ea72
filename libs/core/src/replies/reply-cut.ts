import type { Length } from '@earshot/plugin-sdk';
import { lengthOf } from './reply-length.js';

/** More, and it is a page of its own to which an answer leads. */
export const mostParts = 10;

/** What reads better at the end of a part, the best first: a paragraph, a sentence, a word. */
const seams = [/\n{2,}/gu, /(?<=[.!?…]["'”’)]?)\s+|(?<=[。！？])/gu, /\s+/gu];
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The same words in parts that each fit a network, cut where it reads best: after a paragraph or a sentence where that leaves the part at least half full,
 * else between words, and within one only where it fits nowhere. Pure. Undefined where it would take more than {@link mostParts}.
 */
export const cutInParts = (text: string, length: Length): readonly string[] | undefined => {
  if (lengthOf(text, length) > length.limit * mostParts) return undefined;
  const parts: string[] = [];
  for (let rest = text.trim(); rest !== ''; ) {
    if (parts.length === mostParts) return undefined;
    const end = lengthOf(rest, length) <= length.limit ? rest.length : endOf(rest, length);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return parts;
};

/** Where the first part of a text ends that is too long for one. */
const endOf = (text: string, length: Length): number => {
  const fits = (end: number): boolean => lengthOf(text.slice(0, end).trimEnd(), length) <= length.limit;
  for (const [at, seam] of seams.entries()) {
    const end = longest([...text.matchAll(seam)].map(({ index }) => index).filter((index) => index > 0), fits);
    const isWord = at === seams.length - 1;
    if (end !== undefined && (isWord || lengthOf(text.slice(0, end), length) * 2 >= length.limit)) return end;
  }
  // A word that fits nowhere. Where not even one sign does, it goes on its own: nothing is lost, and the network says what it has against it.
  return longest([...graphemes.segment(text)].map(({ index, segment }) => index + segment.length), fits) ?? [...graphemes.segment(text)][0]?.segment.length ?? text.length;
};

/** The last of these ends, which rise, that still fits. */
const longest = (ends: readonly number[], fits: (end: number) => boolean): number | undefined => {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(ends[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return ends[low - 1];
};
