import type { FollowRow } from '../follow.row.js';

type Exported = Pick<FollowRow, 'kind' | 'category' | 'key'>;

const isWebAddress = (key: string): boolean => /^https?:\/\//i.test(key);

/**
 * Why a follow does not leave the house; undefined: it may. A list is given away without persons: whom a library follows is public in no place,
 * and the next library has its own reasons to follow a person or not.
 */
export const whyLeftOut = ({ kind, category, key }: Exported): string | undefined => {
  if (kind === 'timeline' || kind === 'mentions') return 'They belong to your own account.';
  if (category === 'person' || category === 'community-leader') return 'They are people.';
  if (kind === 'profile' && category === 'other') return 'They are profiles, and nobody said that they are an organisation, a business or a medium.';
  if (kind === 'list') return 'They are lists at a network, whose members may be people.';
  if (kind === 'search') return 'They are searches that a network runs for you.';
  if (kind === 'feed' && !isWebAddress(key)) return 'They are files of your own machine.';
  return undefined;
};

export interface LeftOut {
  readonly why: string;
  readonly count: number;
}

/** Those that may leave, in their order, and how many stay and why. */
export const divided = <Follow extends Exported>(follows: readonly Follow[], why: (follow: Follow) => string | undefined = whyLeftOut): { readonly kept: readonly Follow[]; readonly leftOut: readonly LeftOut[] } => {
  const [kept, counts] = [[] as Follow[], new Map<string, number>()];
  for (const follow of follows) {
    const because = why(follow);
    if (because === undefined) kept.push(follow);
    else counts.set(because, (counts.get(because) ?? 0) + 1);
  }
  return { kept, leftOut: [...counts].map(([because, count]) => ({ why: because, count })) };
};
