import type { LinkAnswer, Links } from '../links.js';
import type { Check } from './check.js';
import { LinkLeadsNowhere, LinkSilent } from './fact-checks.model.js';

const link = /\bhttps?:\/\/[^\s<>"]+/giu;
/** What ends a sentence or closes a bracket behind a link does not belong to it. */
const trailing = /[.,;:!?'"»”’)\]}]+$/u;
/** More than an answer has; the others are not asked for. */
const mostLinks = 5;

/** The links of a text, each once. A closing bracket belongs to one that has the opening one. */
export const linksIn = (text: string): readonly string[] => [
  ...new Set((text.match(link) ?? []).map((found) => {
    const cut = found.replace(trailing, '');
    return cut.includes('(') && found.startsWith(`${cut})`) ? `${cut})` : cut;
  })),
];

/** Whether what the text leads to is there, all asked at once. */
export const linkChecks = async (text: string, links: Links): Promise<readonly Check[]> =>
  (await Promise.all(linksIn(text).slice(0, mostLinks).map(async (found) => checkOf(found, URL.canParse(found) ? await links.ask(new URL(found)) : undefined)))).flat();

const checkOf = (found: string, answer: LinkAnswer | undefined): readonly Check[] => {
  switch (answer?.kind) {
    case undefined:
      return [new LinkLeadsNowhere(found, 'This is no address:')];
    case 'private':
      return [new LinkLeadsNowhere(found, 'Nobody outside the library reaches this:')];
    case 'missing':
      return [new LinkLeadsNowhere(found, 'There is no such page:')];
    case 'silent':
      return [new LinkSilent(found, answer.words)];
    case 'answers':
      return [];
  }
};
