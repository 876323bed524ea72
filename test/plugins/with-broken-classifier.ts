import { type Classifier, definePlugin } from '@earshot/plugin-sdk';

const broken = (classify: Classifier['classify'], when: Classifier['when'] = { afterStore: {} }) => async (): Promise<Classifier> => ({
  version: '1', labels: [{ id: 'broken', title: 'never found', effects: { attention: 1 } }], languages: 'any', when, classify,
});
const untilAbort = (abort: AbortSignal): Promise<never> => new Promise((_, reject) => abort.addEventListener('abort', () => reject(new Error('stopped')), { once: true }));

/** Each breaks the contract in its own way. */
export const withBrokenClassifier = definePlugin({
  id: 'with-broken-classifier', version: '1', sdk: '^0.1.0', networks: [],
  classifiers: {
    throws: broken(() => { throw new Error('what somebody wrote'); }),
    hangs: broken((_, abort) => untilAbort(abort)),
    /** Never settles, not even when it is stopped. */
    deaf: broken(() => new Promise<never>(() => undefined)),
    'too-few': broken(async () => []),
    garbage: broken(async (heard) => heard.map(() => 'garbage' as never)),
    undeclared: broken(async (heard) => heard.map(() => [{ label: 'other', score: 1, spans: [] }])),
    beyond: broken(async (heard) => heard.map(({ post }) => [{ label: 'broken', score: 0.5, spans: [[0, post.text.length + 1] as const] }])),
    elsewhere: broken(async (heard) => heard.map(() => [{ label: 'broken', score: 0.5, spans: [], place: '00000000-0000-7000-8000-000000000000' }])),
    nul: broken(async (heard) => heard.map(() => [{ label: 'broken', score: 0.5, spans: [], restated: 'a\0b' }])),
    'deaf-and-quick': broken(() => new Promise<never>(() => undefined), 'with-store'),
  },
});
