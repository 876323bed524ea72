import { type Advisor, type Ctx, type Suggestion, definePlugin } from '@earshot/plugin-sdk';
import { z } from 'zod';

const settings = z.strictObject({ shelf: z.string().default('main'), books: z.array(z.strictObject({ title: z.string(), isbn: z.string().optional() })).default([]) });
type Context = Ctx<z.infer<typeof settings>, object>;

const onShelf = (shelf: string, { title, isbn }: { title: string; isbn?: string | undefined }): Suggestion => ({
  title,
  cite: new URL(`https://shelf.example/${shelf}/${encodeURIComponent(title)}`),
  identifiers: isbn === undefined ? [] : [{ scheme: 'isbn', value: isbn }],
});

/** Keeps the books of its settings in its index, and finds them there. */
export const advisor: Advisor<Context> = {
  async *advise({ restated }, { index }) {
    yield* await index.search(restated, 20);
  },
  async *enrich(found) {
    for (const one of found) if (one.summary === undefined && one.identifiers.length > 0) yield { ...one, summary: `About ${one.title}.` };
  },
  check: async (found, ctx) => found.map((one) => ({ ...one, availability: { text: `on the shelf "${ctx.settings.shelf}"`, at: ctx.now() } })),
  refresh: async ({ settings: { shelf, books }, index, now }) => {
    await index.replace((async function* () {
      for (const book of books) yield { id: book.title, fields: { title: book.title }, suggestion: onShelf(shelf, book) };
    })());
    return { again: new Date(now().getTime() + 3_600_000) };
  },
  actions: {
    'Suggest a purchase': async ({ restated }, key, ctx) => {
      await ctx.store.set('pressed', [...((await ctx.store.get('pressed')) as string[] | undefined ?? []), `${key} ${restated}`]);
      return new URL(`https://shelf.example/wishes/${key}`);
    },
  },
};

export const withAdvisor = definePlugin({
  id: 'with-advisor', version: '1', sdk: '^0.1.0', networks: [],
  account: { settings, secrets: z.strictObject({}), identify: async () => undefined },
  advisor,
});
