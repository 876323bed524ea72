import type { Feature } from './facets.js';

/** A stretch of a text, in bytes of its UTF-8, and what it stands for. */
export interface Facet {
  readonly index: { readonly byteStart: number; readonly byteEnd: number };
  readonly features: readonly Feature[];
}

/** A word of a text that could be a facet; `at` and `end` in UTF-16 units. */
export interface Spot {
  readonly at: number;
  readonly end: number;
  readonly kind: 'link' | 'mention' | 'tag';
  readonly value: string;
}

const patterns: Readonly<Record<Spot['kind'], RegExp>> = {
  link: /(?<![\p{L}\p{N}@/])https?:\/\/[^\s<>"]+/giu,
  mention: /(?<![\p{L}\p{N}.@/])@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z](?:[a-z\d-]{0,61}[a-z\d])?(?![\p{L}\p{N}_@-])/giu,
  tag: /(?<![\p{L}\p{N}_#&/])#(?=[\p{L}\p{N}_]*\p{L})[\p{L}\p{N}\p{M}_]{1,64}(?![\p{L}\p{N}\p{M}_])/gu,
};

/** What ends a sentence, or a bracket around the address, is no part of it. */
const withoutPunctuation = (address: string): string => {
  const bare = address.replace(/[.,;:!?'’”»…]+$/u, '');
  return bare.endsWith(')') && !bare.includes('(') ? withoutPunctuation(bare.slice(0, -1)) : bare;
};

/** Links, mentions and tags in words that we wrote, in order; none lies within another. */
export const spotsIn = (text: string): readonly Spot[] => {
  const found = (['link', 'mention', 'tag'] as const).flatMap((kind) =>
    [...text.matchAll(patterns[kind])].map((match): Spot => {
      const said = kind === 'link' ? withoutPunctuation(match[0]) : match[0];
      return { at: match.index, end: match.index + said.length, kind, value: kind === 'link' ? said : said.slice(1) };
    }),
  );
  const links = found.filter(({ kind }) => kind === 'link');
  return found.filter((spot) => spot.kind === 'link' || !links.some(({ at, end }) => spot.at < end && spot.end > at)).toSorted((a, b) => a.at - b.at);
};

const featureOf = ({ kind, value }: Spot, dids: ReadonlyMap<string, string>): Feature | undefined => {
  if (kind === 'link') return URL.canParse(value) ? { $type: 'app.bsky.richtext.facet#link', uri: value } : undefined;
  if (kind === 'tag') return { $type: 'app.bsky.richtext.facet#tag', tag: value };
  const did = dids.get(value.toLowerCase());
  return did === undefined ? undefined : { $type: 'app.bsky.richtext.facet#mention', did };
};

/** The facets of a text. A handle that nobody has stays plain text. */
export const facetsOf = (text: string, dids: ReadonlyMap<string, string>): readonly Facet[] =>
  spotsIn(text).flatMap((spot) => {
    const feature = featureOf(spot, dids);
    if (feature === undefined) return [];
    const byteStart = Buffer.byteLength(text.slice(0, spot.at));
    return [{ index: { byteStart, byteEnd: byteStart + Buffer.byteLength(text.slice(spot.at, spot.end)) }, features: [feature] }];
  });
