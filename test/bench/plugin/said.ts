import type { Post, Profile, SourceEvent } from '@earshot/plugin-sdk';
import { seeded } from '../../support/seeded.ts';

export const network = 'bench';

const words = 'river bridge library market rye heron council yarn wheel garden school pump cellar winter choir paper ferry mill quay orchard kettle lantern story bicycle potato letter window neighbour street Sunday workshop permit drain repair history photo station clinic cinema festival'.split(' ');

export const personOf = (key: string): Profile => ({ ref: { network, id: key }, handle: `@${key}@bench.example`, name: key, refusals: [] });

/** Post number n of a town, of about 600 bytes of JSON, with its author. A third answer an earlier one, one in twenty wonders, one in thirty asks. */
export const saidIn = (town: string, n: number, people: readonly string[], postedAt: Date): SourceEvent => {
  const random = seeded(n);
  const nameOf = (number: number): string => `${town}/${number}`;
  const by = people[Math.floor(random() * people.length)] ?? 'nobody';
  const opening = n % 20 === 0 ? 'I wonder how hard it would be to find a ' : n % 33 === 0 ? 'Can anyone recommend a ' : '';
  const post: Post = {
    ref: { network, id: nameOf(n) }, version: '1', url: `https://bench.example/${nameOf(n)}`, postedAt, author: { network, id: by },
    text: opening + Array.from({ length: 30 }, () => words[Math.floor(random() * words.length)]).join(' '), lang: 'en', audience: 'public', mentions: [], tags: [], media: [], refusals: [],
    ...(n > 0 && n % 3 === 0 ? { inReplyTo: { network, id: nameOf(Math.max(0, n - 1 - Math.floor(random() * 500))) } } : {}),
  };
  return { kind: 'post', post, author: personOf(by) };
};
