import { describe, expect, it } from '@jest/globals';
import type { Classifier, Finding } from '@earshot/plugin-sdk';
import { aHeard } from '../builders.js';
import { classifierChecks } from './classifier-checks.js';

const find = (text: string): readonly Finding[] => {
  const at = text.indexOf('bees');
  return at < 0 ? [] : [{ label: 'about.bees', score: 0.9, spans: [[at, at + 4]] }];
};

const good: Classifier = {
  version: '1',
  labels: [{ id: 'about.bees', title: 'about bees', effects: { attention: 1 } }],
  languages: ['en'],
  when: 'with-store',
  classify: async (heard) => heard.map(({ post }) => find(post.text)),
};

const posts = [aHeard('😀 a book on bees'), aHeard('The ferry runs again.'), aHeard('bees?')];

const checksOf = (fault: Partial<Classifier>): ReturnType<typeof classifierChecks> =>
  classifierChecks({ classifier: async () => ({ ...good, ...fault }), posts, abortDeadlineMs: 100, msPerPost: 50 });

const names = checksOf({}).map(({ name }) => name);

const run = async (name: string, fault: Partial<Classifier>): Promise<void> => {
  const check = checksOf(fault).find((one) => one.name.includes(name));
  if (!check) throw new Error(`There is no check called ${name}`);
  await check.run();
};

const finding = (change: object): Partial<Classifier> => ({
  classify: async (heard) => heard.map(({ post }) => find(post.text).map((one) => ({ ...one, ...change }))),
});

/** Works the processor, not the clock on the wall alone. */
const toil = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

let turn = 0;

const faults: readonly (readonly [check: string, fault: string, broken: Partial<Classifier>, message: RegExp])[] = [
  ['declares', 'no version', { version: '' }, /version/],
  ['declares', 'no label', { labels: [] }, /no label/],
  ['declares', 'an effect that does not exist', { labels: [{ id: 'a', title: 'a', effects: { attentoin: 1 } as never }] }, /not valid/],
  ['declares', 'a label twice', { labels: [...good.labels, ...good.labels] }, /twice/],
  ['declares', 'a language by its name', { languages: ['English'] }, /BCP 47/],
  ['gives valid findings', 'a label nobody declared', finding({ label: 'about.wasps' }), /not declared/],
  ['gives valid findings', 'a score above one', finding({ score: 1.1 }), /score/],
  ['gives valid findings', 'a span outside the text', finding({ spans: [[0, 1_000]] }), /outside/],
  ['gives valid findings', 'half an emoji', finding({ spans: [[1, 3]] }), /surrogate/],
  ['gives valid findings', 'nothing for any post', { classify: async (heard) => heard.map(() => []) }, /nothing was found/],
  ['gives valid findings', 'a list too few', { classify: async (heard) => heard.slice(1).map(() => []) }, /3 posts got 2/],
  ['the same again', 'chance', { classify: async (heard) => heard.map(({ post }) => find(post.text).map((one) => ({ ...one, score: 1 / (turn += 1) }))) }, /second time/],
  ['alone, in a batch', 'scores by company', { classify: async (heard) => heard.map(({ post }) => find(post.text).map((one) => ({ ...one, score: 1 / heard.length }))) }, /alone/],
  ['alone, in a batch', 'scores by place', { classify: async (heard) => heard.map(({ post }, index) => find(post.text).map((one) => ({ ...one, score: 1 / (index + 1) }))) }, /alone|another order/],
  [
    'leaves the posts',
    'marking them',
    { classify: async (heard) => heard.map((one) => { Object.assign(one.post, { seen: true }); return find(one.post.text); }) },
    /not extensible|changed a post/,
  ],
  ['survives', 'throwing when there is no text', { classify: async (heard) => heard.map(({ post }) => find(post.text.at(0)!.repeat(2))) }, /no text: it threw/],
  ['survives', 'spans of code points', { classify: async (heard) => heard.map(({ post }) => (post.text.length > 1 ? [{ label: 'about.bees', score: 1, spans: [[1, 2]] }] : [])) }, /surrogate/],
  ['is quick', 'thinking for long', { classify: async (heard) => { toil(60); return heard.map(() => []); } }, /took \d+ ms/],
  ['settles', 'waiting for ever', { classify: () => new Promise(() => undefined) }, /did not settle/],
];

describe('the contract suite of classifiers', () => {
  it.each(names)('lets a good classifier pass: %s', async (name) => {
    await expect(run(name, {})).resolves.toBeUndefined();
  });

  it.each(faults)('"%s" refuses %s', async (name, _fault, broken, message) => {
    await expect(run(name, broken)).rejects.toThrow(message);
  });

  it('has a fault for every check', () => {
    for (const name of names) expect(faults.filter(([check]) => name.includes(check))).not.toEqual([]);
  });

  it('gives a slow classifier its time where it works after the store', async () => {
    await expect(run('is quick', { when: { afterStore: {} }, classify: async () => Promise.reject(new Error('not asked')) })).resolves.toBeUndefined();
  });

  it('disposes of what it made, also after a fault', async () => {
    let disposed = 0;
    const dispose = async (): Promise<void> => void (disposed += 1);
    await run('the same again', { dispose });
    await expect(run('gives valid findings', { ...finding({ score: 2 }), dispose })).rejects.toThrow(/score/);
    expect(disposed).toBe(2);
  });
});
