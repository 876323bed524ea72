import type { Tx } from '../../database/index.js';
import { withdrawReplies } from '../forgetting/withdraw-replies.js';
import { listedAuthor } from './author.js';
import { DoNotList, readDoNotEntries } from './do-not-list.js';

interface Waiting { toPostId: string; line: string[]; network: string; remoteId: string; handle: string | null; url: string | null; bio: string | null }

/** Withdraws what was not sent yet to people whom the replying library, or one above it, does not write to. For a transaction of the keeper. */
export const withdrawUncontactable = async (tx: Tx): Promise<number> => {
  const list = new DoNotList(await readDoNotEntries(tx), 'contact');
  const waiting = await tx.query<Waiting & { libraryId: string }>(
    `select distinct r.to_post_id as "toPostId", r.library_id as "libraryId", (select array_agg(l.ancestor_id::text order by l.distance) from library_line l where l.library_id = r.library_id) as line,
       a.network, a.remote_id as "remoteId", a.handle, a.url, a.bio
     from reply r join post p on p.id = r.to_post_id join profile a on a.id = p.author_id where r.state in ('draft', 'in_review', 'approved', 'failed')`,
  );
  let withdrawn = 0;
  for (const [libraryId, posts] of Map.groupBy(waiting.filter((each) => list.listed(each.line, listedAuthor(each, each.remoteId, each)) !== undefined), (each) => each.libraryId))
    withdrawn += await withdrawReplies(tx, posts.map((each) => each.toPostId), 'do-not-contact', libraryId);
  return withdrawn;
};
