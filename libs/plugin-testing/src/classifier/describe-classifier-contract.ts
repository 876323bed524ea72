import { describeChecks } from '../check.js';
import { classifierChecks, type ClassifierContract } from './classifier-checks.js';

/**
 * Registers one jest test for each promise of {@link Classifier}.
 *
 * @example
 * ```ts
 * describeClassifierContract('cues', {
 *   classifier: async () => new CueClassifier(),
 *   posts: [aHeard('Can anyone recommend a book on bees?'), aHeard('The ferry runs again.')],
 * });
 * ```
 */
export const describeClassifierContract = (title: string, contract: ClassifierContract): void =>
  describeChecks(`${title} keeps the contract of classifiers`, classifierChecks(contract));
