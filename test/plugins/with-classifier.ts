import { definePlugin } from '@earshot/plugin-sdk';

/** Quick: a sure need where somebody wonders, a doubtful one where they say "maybe", and for each place that is named one that holds there. Remembers what it was told. */
export const withClassifier = definePlugin({
  id: 'with-classifier',
  version: '1',
  sdk: '^0.1.0',
  networks: [],
  classifiers: {
    wondering: async () => ({
      version: '1',
      labels: [
        { id: 'need.implicit', title: 'unspoken need', effects: { attention: 0.8 } },
        { id: 'about.place', title: 'about a place', effects: { attention: 0.2 } },
        { id: 'context.seen', title: 'knows what it answers', effects: {} },
      ],
      languages: 'any',
      when: 'with-store',
      classify: async (heard) =>
        heard.map(({ post: { text }, parent, root, places }) => [
          ...(text.startsWith('I wonder') ? [{ label: 'need.implicit', score: 0.9, spans: [[0, 8] as const] }] : []),
          ...(text.startsWith('Maybe') ? [{ label: 'need.implicit', score: 0.5, spans: [[0, 5] as const] }] : []),
          ...places.filter(({ names }) => names.some((name) => text.includes(name))).map(({ id }) => ({ label: 'about.place', score: 0.7, spans: [], place: id })),
          ...(parent === undefined ? [] : [{ label: 'context.seen', score: root === undefined ? 0.5 : 1, spans: [], restated: `${parent.text} / ${root?.text ?? ''}` }]),
        ]),
    }),
  },
});
