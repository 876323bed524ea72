import type { Classifier, Effects, Finding, Heard } from '@earshot/plugin-sdk';

/** A classifier of a plugin, under the name `<plugin>/<classifier>`. */
export interface NamedClassifier {
  readonly id: string;
  readonly classifier: Classifier;
}

/** Where the classifiers come from. Declared here, so that findings know nothing of how plugins are loaded. */
export abstract class Classifiers {
  abstract list(): readonly NamedClassifier[];
}

/** A finding, and whose. */
export interface MadeFinding extends Finding {
  readonly classifier: string;
  readonly version: string;
}

/** What happened to one post: what was found, and by whom it was seen at all. */
export interface Judged {
  readonly findings: readonly MadeFinding[];
  /** `<classifier>@<version>` of each that saw it. A post that one of today's classifiers has not seen is shown to it later. */
  readonly seenBy: readonly string[];
}

export interface Judging {
  readonly judged: readonly Judged[];
  /** Classifiers that failed on this batch; their posts are stored without their findings and classified later. */
  readonly failed: readonly { readonly classifier: string; readonly error: unknown }[];
}

/** In place of such a mark: no classifier may see this post. */
export const neverClassified = 'never';

export const seenMark = (id: string, version: string): string => `${id}@${version}`;

const wants = (classifier: Classifier, lang: string | undefined): boolean =>
  classifier.languages === 'any' || lang === undefined || classifier.languages.includes(lang.split('-', 1)[0]?.toLowerCase() ?? '');

/** Runs the given classifiers over a batch, each over the posts of its languages. Never throws for what a classifier does. */
export const judge = async (classifiers: readonly NamedClassifier[], heard: readonly Heard[], abort: AbortSignal): Promise<Judging> => {
  const findings: MadeFinding[][] = heard.map(() => []);
  const seenBy: string[][] = heard.map(() => []);
  const failed: { classifier: string; error: unknown }[] = [];
  for (const { id, classifier } of classifiers) {
    const indexes = heard.flatMap((each, index) => (wants(classifier, each.post.lang) ? [index] : []));
    try {
      const answers = indexes.length === 0 ? [] : await classifier.classify(indexes.map((index) => heard[index] as Heard), abort);
      if (answers.length !== indexes.length) throw new RangeError(`${id} answered ${answers.length} times for ${indexes.length} posts`);
      indexes.forEach((index, at) => {
        const post = (heard[index] as Heard).post;
        for (const finding of answers[at] ?? []) findings[index]?.push({ ...checked(classifier, finding, post.text), classifier: id, version: classifier.version });
      });
      // A post in a language that it does not want is done with as well: which ones it wants is part of its version.
      for (const marks of seenBy) marks.push(seenMark(id, classifier.version));
    } catch (error) {
      failed.push({ classifier: id, error });
    }
  }
  return { judged: heard.map((_, index) => ({ findings: findings[index] ?? [], seenBy: seenBy[index] ?? [] })), failed };
};

/** @throws RangeError where a finding breaks the contract: its batch then counts as failed. */
const checked = (classifier: Classifier, finding: Finding, text: string): Finding => {
  if (!classifier.labels.some((label) => label.id === finding.label)) throw new RangeError(`the label ${finding.label} was not declared`);
  if (!(finding.score >= 0 && finding.score <= 1)) throw new RangeError(`a score of ${finding.score} is not within 0 and 1`);
  for (const [start, end] of finding.spans) if (!(start >= 0 && start < end && end <= text.length)) throw new RangeError(`the span ${start} to ${end} lies outside of the text`);
  return finding;
};

/** What each label is called and does, over all classifiers. */
export type Labels = ReadonlyMap<string, { readonly title: string; readonly effects: Effects }>;

export const effectsOf = (classifiers: readonly NamedClassifier[]): Labels =>
  new Map(classifiers.flatMap(({ classifier }) => classifier.labels.map((label) => [label.id, { title: label.title, effects: label.effects }] as const)));
