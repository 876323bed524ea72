import { type Classifier, type Heard, definePlugin } from '@earshot/plugin-sdk';

/** The texts of each batch that was shown, in the order of the calls. Tests take them out. */
export const shownSlowly: string[][] = [];

const classifier = (version: string): Classifier => ({
  version,
  labels: [{ id: 'need.how-to', title: 'wants to know how', effects: { attention: 1 } }],
  languages: 'any',
  when: { afterStore: { only: [{ label: 'need.implicit', between: [0.3, 0.95] }] } },
  classify: async (heard: readonly Heard[]) => {
    shownSlowly.push(heard.map(({ post }) => post.text));
    return heard.map(({ post: { text }, places }) => (/\bhow\b/.test(text) ? [{ label: 'need.how-to', score: 0.95, spans: [], restated: `how ${places.length}` }] : []));
  },
});

/** Slow, and only asked where a cheaper one doubts. `next` is its next version. */
export const withSlowClassifier = definePlugin({
  id: 'with-slow-classifier', version: '1', sdk: '^0.1.0', networks: [],
  classifiers: { 'how-to': async () => classifier('1'), next: async () => classifier('2') },
});
