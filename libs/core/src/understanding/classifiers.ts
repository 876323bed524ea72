import type { Classifier, Effects, Finding, Interest } from '@earshot/plugin-sdk';

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

/** Inside the pipeline; the others are asked by jobs, after the commit. */
export const isQuick = ({ classifier }: NamedClassifier): boolean => classifier.when === 'with-store';

/** Which findings of cheaper classifiers it waits for; undefined where it wants to see every post. */
export const interestsOf = ({ classifier }: NamedClassifier): readonly Interest[] | undefined => (classifier.when === 'with-store' ? undefined : classifier.when.afterStore.only);

/** Whether one of these findings is one that it waits for. */
export const isInterested = (named: NamedClassifier, findings: readonly { readonly label: string; readonly score: number }[]): boolean =>
  interestsOf(named)?.some(({ label, between: [least, most] }) => findings.some((finding) => finding.label === label && finding.score >= least && finding.score <= most)) ?? true;

/** What each label is called and does, over all classifiers. */
export type Labels = ReadonlyMap<string, { readonly title: string; readonly effects: Effects }>;

export const effectsOf = (classifiers: readonly NamedClassifier[]): Labels =>
  new Map(classifiers.flatMap(({ classifier }) => classifier.labels.map((label) => [label.id, { title: label.title, effects: label.effects }] as const)));
