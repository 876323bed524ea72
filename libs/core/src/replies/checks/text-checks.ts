import { mentionsIn, placeholdersIn } from '../../language/index.js';
import type { Check } from './check.js';
import { HiddenCharacters, PlaceholdersLeft, TooManyMentions } from './text-checks.model.js';

/** More people than anybody greets in one answer, and fewer than a mistake that notifies a list. */
const mostMentions = 10;

/** The flags of England, Scotland and Wales are written with tags (https://unicode.org/reports/tr51/#flag-emoji-tag-sequences, 2026-11-27). */
const tagFlag = /\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F}/gu;

/**
 * Characters that show a text otherwise than it reads, or do not show at all, by code points from and to. Direction marks and joiners (U+200C to U+200F) are not
 * among them: right-to-left scripts, Indic ones and emoji need them.
 */
const hidden: readonly (readonly [name: string, ranges: readonly (readonly [from: number, to: number])[]])[] = [
  ['a control of the direction of writing', [[0x202a, 0x202e], [0x2066, 0x2069]]],
  ['an invisible character', [
    [0xad, 0xad], [0x34f, 0x34f], [0x115f, 0x1160], [0x17b4, 0x17b5], [0x180e, 0x180e], [0x200b, 0x200b], [0x2060, 0x2065], [0x206a, 0x206f], [0x3164, 0x3164], [0xfeff, 0xfeff], [0xffa0, 0xffa0],
    [0xe0000, 0xe007f]]],
  ['a control character', [[0x0, 0x8], [0xb, 0xc], [0xe, 0x1f], [0x7f, 0x9f]]],
];

/** What can be told from the words alone. Pure. */
export const textChecks = (text: string): readonly Check[] => {
  const checks: Check[] = [];
  const left = placeholdersIn(text);
  if (left.length > 0) checks.push(new PlaceholdersLeft(left));
  const plain = text.replace(tagFlag, '');
  const points = [...new Set(plain)].map((character) => character.codePointAt(0) ?? 0);
  const found = hidden.flatMap(([name, ranges]) => points.filter((point) => ranges.some(([from, to]) => point >= from && point <= to)).map((point) => `${name}, ${written(point)}`));
  if (found.length > 0) checks.push(new HiddenCharacters(found));
  const mentions = mentionsIn(text).length;
  if (mentions > mostMentions) checks.push(new TooManyMentions(mentions, mostMentions));
  return checks;
};

const written = (point: number): string => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
