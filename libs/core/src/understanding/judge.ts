import { type Classifier, type Clock, type Finding, type Heard, findingProblem } from '@earshot/plugin-sdk';
import { PluginFault } from '../plugins/index.js';
import { type Judging, type MadeFinding, type NamedClassifier, seenMark } from './classifiers.js';

/** How long a classifier may take to settle once it was aborted. */
const settleMs = 5_000;
/** One that did not settle is not asked for this long: every batch would wait for it. */
const asideMs = 600_000;

export interface Patience {
  /** How long each classifier has for the batch. */
  readonly ms: number;
  readonly abort?: AbortSignal;
}

const wants = (classifier: Classifier, lang: string | undefined): boolean =>
  classifier.languages === 'any' || lang === undefined || classifier.languages.includes(lang.split('-', 1)[0]?.toLowerCase() ?? '');

/** Runs classifiers over batches. One that throws, hangs or gives garbage spoils its own verdicts and nobody else's. */
export class Judge {
  private readonly aside = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** Each classifier over the posts of its languages, one after the other. Never throws for what a classifier does. */
  async judge(classifiers: readonly NamedClassifier[], heard: readonly Heard[], patience: Patience): Promise<Judging> {
    const findings: MadeFinding[][] = heard.map(() => []);
    const seenBy: string[][] = heard.map(() => []);
    const failed: { classifier: string; error: unknown }[] = [];
    for (const named of classifiers) {
      const { id, classifier } = named;
      const indexes = heard.flatMap((each, index) => (wants(classifier, each.post.lang) ? [index] : []));
      try {
        const shown = indexes.map((index) => heard[index] as Heard);
        const answers = checked(named, shown, await this.ask(named, shown, patience));
        indexes.forEach((index, at) => findings[index]?.push(...(answers[at] ?? []).map((finding) => ({ ...finding, classifier: id, version: classifier.version }))));
        // A post in a language that it does not want is done with as well: which ones it wants is part of its version.
        for (const marks of seenBy) marks.push(seenMark(id, classifier.version));
      } catch (error) {
        failed.push({ classifier: id, error });
      }
    }
    return { judged: heard.map((_, index) => ({ findings: findings[index] ?? [], seenBy: seenBy[index] ?? [] })), failed };
  }

  private ask({ id, classifier }: NamedClassifier, heard: readonly Heard[], { ms, abort }: Patience): Promise<unknown> {
    if (heard.length === 0) return Promise.resolve([]);
    if ((this.aside.get(id) ?? 0) > this.clock.now()) return Promise.reject(fault(id, 'hung a while ago and is left alone for now'));
    const controller = new AbortController();
    return new Promise((resolve, reject) => {
      let cancelSettling = (): void => {};
      const stop = (): void => {
        if (controller.signal.aborted) return;
        controller.abort();
        cancelSettling = this.clock.after(settleMs, () => {
          this.aside.set(id, this.clock.now() + asideMs);
          reject(fault(id, `did not settle within ${settleMs / 1_000} s of being stopped`));
        });
      };
      const cancelDeadline = this.clock.after(ms, stop);
      abort?.addEventListener('abort', stop, { once: true });
      new Promise((settle) => settle(classifier.classify(heard, controller.signal)))
        .then(resolve, reject)
        .finally(() => {
          cancelDeadline();
          cancelSettling();
          abort?.removeEventListener('abort', stop);
        });
    });
  }
}

/** @throws PluginFault where an answer breaks the contract: its whole batch then counts as failed. */
const checked = ({ id, classifier }: NamedClassifier, heard: readonly Heard[], answers: unknown): readonly (readonly Finding[])[] => {
  if (!Array.isArray(answers) || answers.length !== heard.length) throw fault(id, `gave ${Array.isArray(answers) ? `${answers.length} answers` : 'no list of answers'} for ${heard.length} posts`);
  const labels = new Set(classifier.labels.map((label) => label.id));
  return heard.map(({ post, places }, at) => {
    const findings: unknown = answers[at];
    if (!Array.isArray(findings)) throw fault(id, 'gave what is no list of findings');
    for (const finding of findings as readonly unknown[]) {
      const problem = findingProblem(finding, post.text, labels);
      if (problem !== undefined) throw fault(id, `gave what is no finding: ${problem}`);
      const { place } = finding as Finding;
      if (place !== undefined && !places.some((each) => each.id === place)) throw fault(id, 'named a place that it was not told of');
    }
    return findings as readonly Finding[];
  });
};

const fault = (id: string, what: string): PluginFault => new PluginFault(id, what);
