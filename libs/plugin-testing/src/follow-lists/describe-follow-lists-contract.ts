import { describeChecks } from '../check.js';
import { followListsChecks, type FollowListsContract } from './follow-lists-checks.js';

/**
 * Registers one jest test for each promise of {@link FollowLists}; what is written is checked where the plugin writes.
 *
 * @example
 * ```ts
 * describeFollowListsContract('mastodon', {
 *   followLists,
 *   world: () => aTown(),
 *   writes: { list: 'following', who: [{ kind: 'profile', key: 'paper', label: '@paper' }, { kind: 'profile', key: 'shop', label: '@shop' }] },
 *   failing: [{ name: 'a town that is down', world: () => aTown({ fault: 'down' }) }],
 * });
 * ```
 */
export const describeFollowListsContract = <X>(title: string, contract: FollowListsContract<X>): void =>
  describeChecks(`${title} keeps the contract of followLists`, followListsChecks(contract));
