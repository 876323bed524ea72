import { placeholderFor, replaceMentions } from '../../language/index.js';
import { withoutSignature } from '../../replies/index.js';
import { takenOut, withoutNames, withoutQuotes } from '../../privacy/index.js';

/** What a reply may hold of the person whom it answers, or of whoever answered. */
export const personalKinds = ['mentions', 'names', 'links', 'quotes', 'signature'] as const;
export type Personal = (typeof personalKinds)[number];

export interface Answered {
  /** As the network shows it, without its sign. */
  readonly handle: string | null;
  readonly name: string | null;
  /** Of their profile, and of what they said. */
  readonly urls: readonly string[];
  readonly said: string | null;
  /** With what the library's replies end. */
  readonly signature: string | null;
}

/** Where a greeting stands. */
const greeting = 40;
const name = placeholderFor('name');
const link = placeholderFor('link');
const words = placeholderFor('in your words');

/**
 * A reply without the person whom it was written to, their handle, name, address and words, and without its signature, which whoever answers next adds. What stood inside a sentence has to be filled in before the text can be sent again, so that
 * a gap is seen. Who else is named by other means than a handle is not found: staff read it.
 */
export const withoutPerson = (reply: string, { handle, name: called, urls, said, signature }: Answered): { readonly text: string; readonly leftOut: readonly Personal[] } => {
  const steps: Readonly<Record<Personal, (text: string) => string>> = {
    signature: (text) => (signature === null ? text : withoutSignature(text, signature)),
    quotes: (text) => (said === null ? text : withoutQuotes(text, [said]).replaceAll(takenOut, words)),
    links: (text) => text.replace(/https?:\/\/[^\s<>]+/giu, (found) => (urls.some((url) => isThere(found, url)) ? link : found)),
    mentions: (text) => replaceMentions(text, name),
    names: (text) => withoutNames(greeted(text, called ?? ''), [called, handle].flatMap((each) => each ?? []), () => name),
  };
  const leftOut: Personal[] = [];
  let text = reply;
  for (const kind of ['signature', 'quotes', 'links', 'mentions', 'names'] as const) {
    const after = steps[kind](text);
    if (after !== text) leftOut.push(kind);
    text = after;
  }
  return { text: text.replace(leading, '').trim(), leftOut: personalKinds.filter((kind) => leftOut.includes(kind)) };
};

/** Whom it was written to stands before most replies, and has to stand nowhere in an answer. */
const leading = new RegExp(`^(?:\\s*${name.replace(/[{}]/gu, '\\$&')}[\\s,:]*)+`, 'u');

/** Of a name that has several words, staff greet by one: "Hello Anna, …". */
const greeted = (text: string, called: string): string => {
  const parts = called.split(/[^\p{L}\p{N}'’-]+/u).filter((part) => part.length >= 3);
  const found = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${parts.map((part) => part.replace(/-/gu, '\\-')).join('|')})(?=\s*[,!:])`, 'iu');
  return parts.length === 0 ? text : text.slice(0, greeting).replace(found, name) + text.slice(greeting);
};

const isThere = (found: string, url: string): boolean => {
  const [one, other] = [URL.parse(found), URL.parse(url)];
  if (one === null || other === null) return found.startsWith(url);
  const path = other.pathname.replace(/\/+$/u, '');
  return one.host === other.host && path !== '' && (one.pathname === path || one.pathname.startsWith(`${path}/`));
};
