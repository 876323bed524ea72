import { type Post, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';

/** A network that looks for words itself, as networks do: it finds what has any of them. */
export class SearchNetwork {
  readonly posts: Post[] = [];
  /** The words of each look, in their order. */
  readonly asked: string[] = [];

  say(text: string): string {
    const id = `said-${this.posts.length}`;
    this.posts.push({
      ref: { network: 'fixture', id }, version: '1', url: `https://fixture.example/${id}`, postedAt: new Date(), author: { network: 'fixture', id: 'stranger' }, text, audience: 'public', mentions: [], tags: [], media: [], refusals: [],
    });
    return id;
  }

  find(words: string, from: number): readonly Post[] {
    this.asked.push(words);
    return this.posts.slice(from).filter(({ text }) => words.split(' ').some((word) => text.toLowerCase().includes(word)));
  }
}

/** Offers a search of single words, and a channel for each that somebody follows. */
export const withSearch = (network: SearchNetwork) =>
  definePlugin({
    id: 'with-search', version: '1', sdk: '^0.1.0', networks: ['fixture'], cursor: z.object({ seen: z.number() }),
    source: {
      resolve: async (text) => (/^[a-z ]+$/.test(text) ? [{ kind: 'search', key: text, label: `“${text}”` }] : []),
      plan: (targets) => targets.filter(({ kind }) => kind === 'search').map((target) => ({ key: target.key, mode: 'poll', pulseMs: 60_000, targets: [target], retarget: 'reopen' })),
      async *read({ key, cursor }, ctx) {
        const seen = network.posts.length;
        const events = network.find(key, cursor?.seen ?? 0).map((post) => ({ kind: 'post', post, author: { ref: { network: 'fixture', id: 'stranger' }, handle: '@stranger', refusals: [] } }) as const);
        yield { events, cursor: { seen }, heardUntil: ctx.now() };
      },
      async *fetch() {},
    },
  });
