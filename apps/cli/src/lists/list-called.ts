import { StartError } from '@earshot/core/errors';
import type { FollowListsAtHand } from '@earshot/server';

/** The list of this name that the library has itself, or else from above. */
export const listCalled = async (lists: FollowListsAtHand, name: string): Promise<string> => {
  const [found] = await lists.reading((reads) => reads.query<{ id: string }>(
    `select t.id from follow_list t join library_line l on l.ancestor_id = t.library_id where l.library_id = $1 and t.removed_at is null and lower(t.name) = lower($2) order by l.distance`, [lists.libraryId, name]));
  if (found === undefined) throw new StartError('BAD_SETTINGS', `The library has no list "${name}".`, '`earshot lists` shows them.');
  return found.id;
};
