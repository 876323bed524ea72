import { describeChecks } from '../check.js';
import { advisorChecks, type AdvisorContract } from './advisor-checks.js';

/**
 * Registers one jest test for each promise of {@link Advisor}.
 *
 * @example
 * ```ts
 * describeAdvisorContract('shelf', {
 *   advisor,
 *   ctx: (fetch = scriptedFetch({ fixtures })) => fakeCtx({ settings: {}, secrets: {}, fetch }),
 *   needs: [{ restated: 'wine cellar' }],
 * });
 * ```
 */
export const describeAdvisorContract = <S, K>(title: string, contract: AdvisorContract<S, K>): void =>
  describeChecks(`${title} keeps the contract of advisors`, advisorChecks(contract));
