import type { Identifier } from '@earshot/plugin-sdk';

type Spell = (value: string) => string | undefined;

/** The last digit of an ISBN-13 (https://www.isbn-international.org/content/isbn-users-manual): weights 1 and 3 in turn, to a multiple of ten. */
const checkDigit = (twelve: string): number => (10 - ([...twelve].reduce((sum, digit, at) => sum + Number(digit) * (at % 2 === 0 ? 1 : 3), 0) % 10)) % 10;

const isbn: Spell = (value) => {
  const bare = value.replace(/[\s-]/g, '').toUpperCase();
  if (/^97[89]\d{10}$/.test(bare)) return bare;
  const twelve = `978${bare.slice(0, 9)}`;
  return /^\d{9}[\dX]$/.test(bare) ? `${twelve}${checkDigit(twelve)}` : undefined;
};

const issn: Spell = (value) => {
  const bare = value.replace(/[\s-]/g, '').toUpperCase();
  return /^\d{7}[\dX]$/.test(bare) ? bare : undefined;
};

const oclc: Spell = (value) => /^(?:\(OCoLC\)|oc[mn]|on)?\s*0*([1-9]\d*)$/i.exec(value.trim())?.[1];

const url: Spell = (value) => {
  const parsed = URL.parse(value);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return undefined;
  return `${parsed.host}${parsed.pathname.replace(/\/+$/, '')}${parsed.search}`;
};

const asItIs: Spell = (value) => value.trim() || undefined;

const spelled: Readonly<Record<Identifier['scheme'], Spell>> = { isbn, issn, oclc, url, event: asItIs, work: asItIs };

/** Identifiers in one spelling each: an ISBN of ten digits and its thirteen are the same, http and https are. What is none of its scheme tells nothing. */
export const suggestionKeys = (identifiers: readonly Identifier[]): readonly string[] => [
  ...new Set(identifiers.flatMap(({ scheme, value }) => {
    const key = spelled[scheme](value);
    return key === undefined ? [] : `${scheme} ${key}`;
  })),
];
