import { describeChecks } from '../check.js';
import { responderChecks, type ResponderContract } from './responder-checks.js';

/**
 * Registers one jest test for each promise of {@link Responder}.
 *
 * @example
 * ```ts
 * describeResponderContract('practice', {
 *   responder,
 *   networks: ['practice'],
 *   world: () => aTown(),
 *   attempt: anAttempt({ to: aPostThere.ref }),
 *   failing: [{ name: 'a town that is down', world: () => aTown({ fault: 'down' }) }],
 * });
 * ```
 */
export const describeResponderContract = <X>(title: string, contract: ResponderContract<X>): void =>
  describeChecks(`${title} keeps the contract of responders`, responderChecks(contract));
