/** Words of a corpus, the commonest first: what a made-up search or post chooses from. */
export interface Vocabulary {
  readonly words: readonly string[];
  readonly tags: readonly string[];
}

type Random = () => number;

const one = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;

/** The words and hashtags of some texts by how many of the texts have them. */
export const vocabularyOf = (texts: readonly string[]): Vocabulary => {
  const times = new Map<string, number>();
  for (const text of texts) for (const word of new Set(text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [])) times.set(word, (times.get(word) ?? 0) + 1);
  const words = [...times].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([word]) => word);
  const tags = [...new Set(texts.flatMap((text) => text.match(/#[\p{L}\p{N}]{2,}/gu) ?? []))].map((tag) => tag.slice(1).toLowerCase());
  return { words, tags };
};

/**
 * Searches as people write them: conjunctions, alternatives, phrases, exclusions, beginnings of words, hashtags, languages, and all of these together.
 * Each has a word in it that is not among the commonest, as one that is meant to find something has.
 */
export const generateSearches = (random: Random, { words, tags }: Vocabulary, count: number): string[] => {
  const common = words.slice(0, Math.ceil(words.length / 20));
  const rarer = words.slice(Math.ceil(words.length / 20));
  const rare = (): string => one(random, rarer);
  const any = (): string => one(random, words);
  const start = (): string => `${rare().slice(0, 5).padEnd(4, 'a')}*`;
  const tag = (): string => (tags.length === 0 ? rare() : `#${one(random, tags)}`);
  const shapes: readonly (() => string)[] = [
    () => `${rare()} ${any()}`,
    () => `${rare()} AND (${any()} OR ${any()} OR ${any()})`,
    () => `(${rare()} OR ${rare()}) ${any()} -${one(random, common)}`,
    () => `"${any()} ${rare()}"`,
    () => `"${one(random, common)} ${rare()}" OR (${rare()} ${any()})`,
    () => `${start()} ${any()} NOT "${any()} ${any()}"`,
    () => `(${rare()} OR ${start()}) AND (${any()} OR ${start()})`,
    () => `${tag()} ${any()} -(${any()} OR ${any()})`,
    () => `${rare()} ${any()} lang:en`,
    () => `${rare()} ${any()} ${any()} -"${any()} ${any()}"`,
  ];
  return Array.from({ length: count }, () => one(random, shapes)());
};

/** Texts of so many words, the common ones more often: by Zipf's law, as in any language. */
export const generateTexts = (random: Random, { words }: Vocabulary, count: number, length: number): string[] =>
  Array.from({ length: count }, () => Array.from({ length }, () => words[Math.floor(words.length ** random()) - 1] ?? words[0]).join(' '));
