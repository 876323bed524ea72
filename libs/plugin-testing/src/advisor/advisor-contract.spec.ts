import { describe, expect, it } from '@jest/globals';
import { RemoteError, type Advisor, type Ctx, type Suggestion } from '@earshot/plugin-sdk';
import { fakeCtx } from '../fakes/fake-ctx.js';
import { scriptedFetch } from '../fakes/scripted-fetch.js';
import { advisorChecks, type AdvisorContract } from './advisor-checks.js';

type Shelf = Advisor<Ctx<object, object>>;

const toSuggestion = (title: string): Suggestion => ({
  title,
  cite: new URL(`https://shelf.example/${encodeURIComponent(title)}`),
  identifiers: [{ scheme: 'work', value: title }],
});

const readShelf = async (ctx: Ctx<object, object>): Promise<readonly string[]> => {
  const answer = await ctx.fetch('https://shelf.example/books');
  if (!answer.ok) throw new RemoteError('unreachable', `Status ${answer.status}`);
  const titles: unknown = await answer.json().catch(() => undefined);
  if (!Array.isArray(titles)) throw new RemoteError('invalid-data', 'No shelf.');
  return titles.filter((title) => typeof title === 'string');
};

const good: Shelf = {
  async *advise({ restated }, ctx) {
    for (const title of await readShelf(ctx)) if (title.includes(restated)) yield toSuggestion(title);
  },
  async *enrich(found) {
    for (const one of found) yield { ...one, summary: 'A good book.' };
  },
  check: async (found, ctx) => found.map((one) => ({ ...one, availability: { text: 'on the shelf', at: ctx.now() } })),
  refresh: async (ctx) => {
    const titles = await readShelf(ctx);
    await ctx.index.replace((async function* () { yield* titles.map((id) => ({ id, fields: { title: id }, suggestion: toSuggestion(id) })); })());
    return { again: new Date(ctx.now().getTime() + 1) };
  },
};

const contract = (fault: Partial<Shelf>): AdvisorContract<object, object> => ({
  advisor: { ...good, ...fault },
  ctx: (fetch = scriptedFetch({ answers: { 'https://shelf.example/books': ['wine cellars', 'more wine'] } })) =>
    fakeCtx({ settings: {}, secrets: {}, fetch }),
  needs: [{ restated: 'wine' }],
  abortDeadlineMs: 100,
});

const names = advisorChecks(contract({})).map(({ name }) => name);

const run = async (name: string, fault: Partial<Shelf>): Promise<void> => {
  const check = advisorChecks(contract(fault)).find((one) => one.name.includes(name));
  if (!check) throw new Error(`There is no check called ${name}`);
  await check.run();
};

const never = (): Promise<never> => new Promise(() => undefined);

const faults: readonly (readonly [check: string, fault: string, broken: Partial<Shelf>, message: RegExp])[] = [
  ['can be cited', 'nothing', { advise: async function* () {} }, /nothing was found/],
  ['can be cited', 'an address as text', { advise: async function* () { yield { ...toSuggestion('a'), cite: 'https://a.example' as never }; } }, /not valid/],
  ['can be cited', 'suggesting for ever', { advise: async function* () { for (;;) yield toSuggestion('a'); } }, /do not end/],
  ['has enough', 'not letting go', { advise: () => ({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: toSuggestion('a') }), return: never }) }) }, /did not settle/],
  ['odd needs', 'a thrown SyntaxError', { advise: async function* ({ restated }) { if (new RegExp(restated).test('a book')) yield toSuggestion('a book'); } }, /no RemoteError/],
  ['garbage', 'a TypeError', { advise: async function* (_need, ctx) { for (const title of (await (await ctx.fetch('https://shelf.example/books')).json()) as string[]) yield toSuggestion(title); } }, /no RemoteError|not valid/],
  ['garbage', 'a refresh that throws an Error', { refresh: async (ctx) => { await (await ctx.fetch('https://shelf.example/books')).json(); return { again: new Date(0) }; } }, /no RemoteError/],
  ['same order', 'another order', { check: async (found) => found.toReversed() }, /another order/],
  ['enriches', 'something else', { enrich: async function* () { yield toSuggestion('other'); } }, /shares no identifier/],
  ['comes again', 'the past', { refresh: async () => ({ again: new Date(0) }) }, /in the past/],
  ['settles', 'waiting for ever', { advise: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) }, /did not settle/],
  ['settles', 'a refresh that waits for ever', { refresh: never }, /did not settle/],
];

describe('the contract suite of advisors', () => {
  it.each(names)('lets a good advisor pass: %s', async (name) => {
    await expect(run(name, {})).resolves.toBeUndefined();
  });

  it.each(faults)('"%s" refuses %s', async (name, _fault, broken, message) => {
    await expect(run(name, broken)).rejects.toThrow(message);
  });

  it('has a fault for every check', () => {
    for (const name of names) expect(faults.filter(([check]) => name.includes(check))).not.toEqual([]);
  });
});
