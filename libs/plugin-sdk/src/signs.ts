import type { Purpose, Refusal } from './refusal.js';

/**
 * What people on networks can ask of listeners, in words of no network, and what each means here. A plugin knows which of its network's
 * signs says which of these; `purpose` is decided in this one place for all plugins.
 */
export const meanings = {
  /** Not to be found by search (`indexable: false`, `noindex`, a robots tag). */
  'not-searchable': ['search'],
  /** Not to be recommended or put into directories (`discoverable: false`). */
  'not-listed': ['show-publicly'],
  /** No programs (`#nobot`). */
  'no-programs': ['classify', 'draft-by-machine'],
  /** Nothing generated from their words, or for them (a user intent against synthetic content, `noai`). */
  'no-generated-words': ['draft-by-machine'],
  /** Not to be archived (`#noarchive`). */
  'not-kept': ['keep'],
  /** Whoever follows them is chosen by hand (`locked`): what is public is not meant for everybody. */
  'followers-by-hand': ['search', 'show-publicly'],
  /** Their own server shows them to their followers alone (`limited`). */
  'shown-to-followers': ['search', 'show-publicly'],
  /** Taken down, suspended or put out of service, by their network or by themselves. */
  'out-of-service': ['keep', 'show-publicly', 'answer'],
  /** They moved and are spoken to elsewhere (`moved`). */
  'moved-away': ['answer'],
  /** Marked to be shown to nobody (`!hide`). */
  'hidden': ['keep', 'show-publicly', 'answer'],
  /** Marked with a warning (`!warn`): nothing to put on a public page. */
  'warned-of': ['show-publicly'],
  /** For people who are signed in to the network (`!no-unauthenticated`): never on a public page, and not found by what is open to everybody. */
  'signed-in-only': ['show-publicly'],
  /** Who may answer is restricted, and we are not among them (a threadgate). */
  'answers-restricted': ['answer'],
  /** Not to be quoted (a postgate). */
  'not-quoted': ['show-publicly'],
  /** Not to be written to unasked, in their own words. */
  'no-unasked-answers': ['answer'],
} as const satisfies Readonly<Record<string, readonly Purpose[]>>;
export type Meaning = keyof typeof meanings;

/**
 * The refusals that one of a network's signs stands for. `sign` is what staff are shown: the network's own words, "indexable: false".
 *
 * @example
 * ```ts
 * const refusals = [...(actor.indexable === false ? refusalsOf('not-searchable', 'indexable: false') : []), ...refusalsInWords(bio, 'bio')];
 * ```
 */
export const refusalsOf = (meaning: Meaning, sign: string): readonly Refusal[] => meanings[meaning].map((purpose) => ({ purpose, sign }));

/** Hashtags by which people say it in a bio or a profile field, whatever the network. */
const hashtags: Readonly<Record<string, Meaning>> = {
  nobot: 'no-programs', nobots: 'no-programs', noindex: 'not-searchable', nosearch: 'not-searchable', noai: 'no-generated-words', noarchive: 'not-kept',
};

/**
 * The refusals in what people say of themselves, as hashtags in any case; `where` becomes part of the sign: "#nobot in bio". In the order in
 * which they are said, each once.
 */
export const refusalsInWords = (text: string, where: string): readonly Refusal[] => {
  const said = new Set([...text.matchAll(/(?<![\p{L}\p{N}_])#([\p{L}\p{N}_]+)/gu)].map(([, word = '']) => word.toLowerCase()));
  return [...said].flatMap((word) => (Object.hasOwn(hashtags, word) ? refusalsOf(hashtags[word] as Meaning, `#${word} in ${where}`) : []));
};
