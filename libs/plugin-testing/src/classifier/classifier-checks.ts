import { isDeepStrictEqual } from 'node:util';
import { findingProblem, labelSchema, limits, type Classifier, type Finding, type Heard } from '@earshot/plugin-sdk';
import { aHeard } from '../builders.js';
import { demand, type Check } from '../check.js';
import { frozen, settled } from '../settle.js';
import { hardTexts } from './hard-texts.js';

/** What {@link describeClassifierContract} needs to know. */
export interface ClassifierContract {
  /** Makes the classifier, as {@link Plugin.classifiers} does. Called for each check; each is disposed of. */
  readonly classifier: () => Promise<Classifier>;
  /** Posts in which it should find something, and some in which it should not. */
  readonly posts: readonly Heard[];
  /** Milliseconds for one post at most, where the classifier works while posts are stored. Default 50. */
  readonly msPerPost?: number;
  /** Milliseconds within which it settles after an abort. Default 5,000; shorter only where this suite itself is tested. */
  readonly abortDeadlineMs?: number;
}

type Body = (classifier: Classifier) => Promise<void>;

const never = (): AbortSignal => new AbortController().signal;

const classify = async (classifier: Classifier, heard: readonly Heard[]): Promise<readonly (readonly Finding[])[]> => {
  const found = await classifier.classify(heard, never());
  demand(Array.isArray(found) && found.length === heard.length, `${heard.length} posts got ${found.length} lists of findings`);
  return found;
};

const demandValid = (classifier: Classifier, heard: readonly Heard[], found: readonly (readonly Finding[])[]): void => {
  const labels = new Set(classifier.labels.map(({ id }) => id));
  for (const [index, { post }] of heard.entries()) {
    const findings = found[index] ?? [];
    demand(findings.length <= limits.findings, `${findings.length} findings on one post`);
    for (const finding of findings) {
      const problem = findingProblem(finding, post.text, labels);
      demand(problem === undefined, `post ${index}: ${problem}`);
    }
  }
};

const declaresItself: Body = async ({ version, labels, languages }) => {
  demand(typeof version === 'string' && version.length > 0 && version.length <= limits.word, 'version is empty or too long');
  demand(labels.length > 0, 'no label is declared');
  for (const label of labels) demand(labelSchema.safeParse(label).success, `label ${JSON.stringify(label)} is not valid`);
  demand(new Set(labels.map(({ id }) => id)).size === labels.length, 'a label is declared twice');
  demand(languages === 'any' || languages.every((lang) => /^[a-z]{2,3}$/.test(lang)), 'languages are BCP 47 primary languages, or any');
};

const marksEvidence =
  (posts: readonly Heard[]): Body =>
  async (classifier) => {
    const found = await classify(classifier, posts);
    demandValid(classifier, posts, found);
    demand(found.some((findings) => findings.length > 0), 'nothing was found in any of the posts: give some that hold something');
  };

const isDeterministic =
  (posts: readonly Heard[]): Body =>
  async (classifier) => {
    const first = await classify(classifier, posts);
    demand(isDeepStrictEqual(first, await classify(classifier, posts)), 'the same posts got other findings the second time');
  };

const isIndependent =
  (posts: readonly Heard[]): Body =>
  async (classifier) => {
    const together = await classify(classifier, posts);
    const reversed = (await classify(classifier, posts.toReversed())).toReversed();
    for (const [index, heard] of posts.entries()) {
      const [alone] = await classify(classifier, [heard]);
      demand(isDeepStrictEqual(alone, together[index]), `post ${index} alone got other findings than in a batch`);
      demand(isDeepStrictEqual(alone, reversed[index]), `post ${index} got other findings in another order`);
    }
    demand((await classify(classifier, [])).length === 0, 'an empty batch got findings');
  };

const leavesPostsAlone =
  (posts: readonly Heard[]): Body =>
  async (classifier) => {
    const before = structuredClone(posts);
    await classify(classifier, frozen(structuredClone(posts)));
    await classify(classifier, posts);
    demand(isDeepStrictEqual(before, structuredClone(posts)), 'it changed a post');
  };

const survives: Body = async (classifier) => {
  for (const { name, text } of hardTexts) {
    const heard = [aHeard(text)];
    const result = await settled(name, classifier.classify(heard, never()), 15_000);
    demand(result.status === 'fulfilled', `${name}: it threw ${String(result.status === 'rejected' ? result.reason : '')}`);
    demand(result.value.length === 1, `${name}: one post got ${result.value.length} lists of findings`);
    demandValid(classifier, heard, result.value);
  }
};

const isQuick =
  (msPerPost: number): Body =>
  async (classifier) => {
    if (classifier.when !== 'with-store') return;
    for (const { name, text } of hardTexts) {
      const times: number[] = [];
      // The best of three: the machine may be busy, and code runs slowly the first time.
      for (let turn = 0; turn < 3; turn += 1) {
        const started = performance.now();
        await classifier.classify([aHeard(text)], never());
        times.push(performance.now() - started);
      }
      demand(Math.min(...times) <= msPerPost, `${name}: took ${Math.min(...times).toFixed(0)} ms, of ${msPerPost}`);
    }
  };

const obeysAbort =
  (posts: readonly Heard[], deadlineMs: number | undefined): Body =>
  async (classifier) => {
    await settled('classify after an abort', classifier.classify(posts, AbortSignal.abort()), deadlineMs);
    const controller = new AbortController();
    const work = classifier.classify(posts, controller.signal);
    controller.abort();
    await settled('classify during which the host aborts', work, deadlineMs);
  };

/** The checks of {@link describeClassifierContract}, to be run one by one. */
export const classifierChecks = (contract: ClassifierContract): readonly Check[] => {
  const { classifier, posts, msPerPost = 50, abortDeadlineMs } = contract;
  const check = (name: string, body: Body): Check => ({
    name,
    run: async () => {
      const made = await classifier();
      try {
        await body(made);
      } finally {
        await made.dispose?.();
      }
    },
  });
  return [
    check('declares version, labels and languages', declaresItself),
    check('gives valid findings: declared labels, scores of 0 to 1, spans within the text and around whole characters', marksEvidence(posts)),
    check('finds the same again', isDeterministic(posts)),
    check('finds the same in a post alone, in a batch, and in any order', isIndependent(posts)),
    check('leaves the posts as they are', leavesPostsAlone(posts)),
    check('survives every text', survives),
    check('is quick for every text, where it works while posts are stored', isQuick(msPerPost)),
    check('settles when the host aborts', obeysAbort(posts, abortDeadlineMs)),
  ];
};
