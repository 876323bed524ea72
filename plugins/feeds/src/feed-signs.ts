import { type Refusal, refusalsOf } from '@earshot/plugin-sdk';
import type { Signs } from './reading/documents.js';

interface Blockable {
  readonly itunes?: { readonly block?: boolean };
  readonly googleplay?: { readonly block?: boolean };
}

/** The feed's own word that keeps a show or an episode out of directories. */
export const blockSign = ({ itunes, googleplay }: Blockable): string | undefined => {
  if (itunes?.block === true) return 'itunes:block';
  return googleplay?.block === true ? 'googleplay:block' : undefined;
};

/** What a feed as a whole asks of listeners, in its own words. Copyright lines and robots.txt are not such words: see README.md. */
export const feedSigns = (feed: Blockable, signs: Signs): readonly string[] => {
  const block = blockSign(feed);
  const robots = ['noindex', 'none', 'noai'].filter((word) => signs.robots?.split(/[\s,]+/).includes(word));
  return [
    ...(block === undefined ? [] : [block]),
    ...robots.map((word) => `meta robots: ${word}`),
    ...(signs.restricted === true ? ['access:restriction deny'] : []),
  ];
};

/** What each sign refuses. "Do not list me" is not "do not read me": followers still hear the feed. */
export const refusedBy = (signs: readonly string[]): readonly Refusal[] =>
  signs.flatMap((sign) => (sign === 'meta robots: noai' ? refusalsOf('no-generated-words', sign) : [...refusalsOf('not-searchable', sign), ...refusalsOf('not-listed', sign)]));
