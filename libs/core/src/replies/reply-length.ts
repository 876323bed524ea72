import type { Length } from '@earshot/plugin-sdk';

const link = /https?:\/\/[^\s]+/gu;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How long a text is as this network counts it. */
export const lengthOf = (text: string, { unit, urlWeight }: Pick<Length, 'unit' | 'urlWeight'>): number => {
  if (urlWeight === undefined) return count(text, unit);
  const links = text.match(link) ?? [];
  return count(text.replaceAll(link, ''), unit) + links.length * urlWeight;
};

const count = (text: string, unit: Length['unit']): number => {
  if (unit === 'byte') return Buffer.byteLength(text);
  if (unit === 'character') return [...text].length;
  let length = 0;
  for (const _ of graphemes.segment(text)) length++;
  return length;
};
