import { describeChecks, type Check } from '../check.js';
import { planChecks } from './plan-checks.js';
import { readChecks } from './read-checks.js';
import type { SourceContract } from './source-contract.js';
import { troubleChecks } from './trouble-checks.js';

/** The checks of {@link describeSourceContract}, to be run one by one. */
export const sourceChecks = <S, K, C>(contract: SourceContract<S, K, C>): readonly Check[] => [
  ...planChecks(contract),
  ...readChecks(contract),
  ...troubleChecks(contract),
];

/**
 * Registers one jest test for each promise of {@link Source}.
 *
 * @example
 * ```ts
 * const fixtures = new URL('../fixtures/', import.meta.url);
 * describeSourceContract('feeds', {
 *   plugin: feeds,
 *   ctx: (fetch = scriptedFetch({ fixtures })) => fakeCtx({ settings: {}, secrets: {}, fetch }),
 *   targets: [{ kind: 'feed', key: 'https://town.example/feed.xml', label: 'Town' }],
 *   wants: [],
 *   resolvable: ['https://town.example/'],
 * });
 * ```
 */
export const describeSourceContract = <S, K, C>(title: string, contract: SourceContract<S, K, C>): void =>
  describeChecks(`${title} keeps the contract of sources`, sourceChecks(contract));
