import type { Tx } from '../database/index.js';
import type { Notices } from '../notices/index.js';
import type { Labels } from '../understanding/index.js';

/** A conversation in which whoever was answered has written again. */
export interface Answered {
  readonly conversationId: string;
  readonly libraryId: string;
  readonly postId: string;
}

/** A crisis is of now: what a new classifier finds in older posts stands in the list of crises, and wakes nobody. */
const crisisDays = 2;

export const tellAnswered = async (tx: Tx, notices: Notices | undefined, answered: readonly Answered[]): Promise<void> => {
  for (const { conversationId, libraryId, postId } of answered) await notices?.tell(tx, libraryId, { what: 'answered', conversationId, key: `answered:${conversationId}:${postId}` });
};

/** What was found in these posts by labels whose effects say that it does not wait. `found`: labels that were found at all; without one of those nothing is asked. */
export const tellCrises = async (tx: Tx, notices: Notices | undefined, posts: readonly string[], found: Iterable<string>, labels: Labels): Promise<void> => {
  const pressing = [...new Set(found)].filter((label) => labels.get(label)?.effects.view === 'crisis');
  if (notices === undefined || pressing.length === 0 || posts.length === 0) return;
  const rows = await tx.query<{ conversationId: string; libraryId: string; postId: string }>(
    `select distinct c.id as "conversationId", c.library_id as "libraryId", p.id as "postId" from finding f join post p on p.id = f.post_id join conversation c on c.thread_id = p.thread_id
     where f.post_id = any($1::uuid[]) and f.label = any($2::text[]) and (f.place is null or f.place = c.library_id) and c.merged_into is null and c.hidden_at is null
       and p.gone_at is null and p.posted_at > now() - make_interval(days => $3) order by 1, 3`,
    [posts, pressing, crisisDays]);
  for (const { conversationId, libraryId, postId } of rows) await notices.tell(tx, libraryId, { what: 'crisis', conversationId, key: `crisis:${conversationId}:${postId}` });
};
