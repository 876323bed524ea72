import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../database/index.js';
import { Keyset, type Keyed, type Page } from '../graphql/index.js';
import { idsAndLibraries, librariesOf, type ConversationOf } from './conversation.row.js';
import type { ThreadSight } from './reasons.js';
import { findingColumns, postColumns, type FindingRow, type PostOf, type PostRow } from './post.row.js';

/** `newest`: it is wanted as the newest of its conversation, and else by its id. */
export type WantedPost = PostRow & { readonly newest: boolean };

/** Parents we know only by their key have no time of their own, and stand first. */
export const threadOrder = new Keyset('posts of a thread', 'asc', [{ column: `coalesce(p.posted_at, 'epoch')`, type: 'timestamptz' }, { column: 'p.id', type: 'uuid' }]);

/** Reads what was heard in a conversation: posts, and the findings on them. */
@Injectable()
export class ThreadsRepository {
  /** A page of the thread, of {@link threadOrder}: oldest first. */
  posts(reads: ReadScope, of: ConversationOf, page: Page): Promise<readonly (PostRow & Keyed)[]> {
    const parameters: unknown[] = [of.id, of.libraryId];
    return reads.query(
      `select ${postColumns}, ${threadOrder.select} from heard_post p where p.conversation_id = $1 and p.library_id = $2 ${page.after(parameters)} ${threadOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  /**
   * How far each thread was looked at for answers, and how many people gave one to the post that deserves the attention. What is asked of each is asked by
   * itself: joined, it took PostgreSQL ten times as long to plan as to find.
   */
  sights(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly (ThreadSight & { readonly conversationId: string })[]> {
    return reads.prepared(
      `select c.id as "conversationId",
         (select t.replies_seen_at from heard_thread t where t.conversation_id = c.id and t.library_id = c.library_id) as "seenAt",
         (select l.time_zone from library l where l.id = c.library_id) as "timeZone",
         (select count(distinct a.author_id)::int from heard_post a
          where a.parent_id = c.top_post_id and a.conversation_id = c.id and a.library_id = c.library_id and a.known and a.gone_at is null
            and a.author_id is distinct from (select q.author_id from heard_post q where q.id = c.top_post_id and q.library_id = c.library_id)
            and not exists (select 1 from account u where u.profile_id = a.author_id)) as answers
       from conversation c where c.id = any($1::uuid[]) and c.library_id = any($2::uuid[])`,
      idsAndLibraries(of),
    );
  }

  /**
   * Posts by id, as their libraries hear them: a post that two libraries hear comes once for each. And of each of the conversations the newest that is
   * still there: it is walked to by the thread, whose posts lie in order, since a thread may have thousands.
   */
  wanted(reads: ReadScope, posts: readonly PostOf[], newestOf: readonly ConversationOf[]): Promise<readonly WantedPost[]> {
    const [ids, libraries] = [posts.map(({ postId }) => postId), librariesOf(posts)];
    return reads.prepared(
      `select ${postColumns}, false as newest from heard_post p where p.id = any($1::uuid[]) and p.library_id = any($2::uuid[])
       union all
       select n.* from conversation c cross join lateral (
         select ${postColumns}, true as newest from heard_post p
         where p.thread_id = c.thread_id and p.library_id = c.library_id and p.known and p.gone_at is null order by p.posted_at desc, p.id desc limit 1) n
       where c.id = any($3::uuid[]) and c.library_id = any($4::uuid[]) and c.merged_into is null`,
      [ids, libraries, ...idsAndLibraries(newestOf)],
    );
  }

  /** Posts by their networks' own ids: what a quote names. */
  postsByRemoteIds(reads: ReadScope, of: readonly { readonly network: string; readonly remoteId: string }[], libraries: readonly string[]): Promise<readonly PostRow[]> {
    return reads.prepared(
      `select ${postColumns} from unnest($1::text[], $2::text[]) q(network, remote_id) join heard_post p on p.network = q.network and p.remote_id = q.remote_id
       where p.library_id = any($3::uuid[])`,
      [of.map(({ network }) => network), of.map(({ remoteId }) => remoteId), libraries],
    );
  }

  findings(reads: ReadScope, posts: readonly string[], libraries: readonly string[]): Promise<readonly FindingRow[]> {
    return reads.prepared(
      `select ${findingColumns} from heard_finding f where f.post_id = any($1::uuid[]) and f.library_id = any($2::uuid[]) order by f.score desc, f.id`,
      [posts, libraries],
    );
  }

  /** Of each conversation the finding that weighs most in its rank, else the surest one. */
  topFindings(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly (FindingRow & { readonly conversationId: string })[]> {
    return reads.prepared(
      `select c.id as "conversationId", f.* from conversation c cross join lateral (
         select ${findingColumns} from heard_finding f where f.conversation_id = c.id and f.library_id = c.library_id
         order by f.label = jsonb_path_query_first(c.reasons, '$[*] ? (@.kind == "finding").label') #>> '{}' desc nulls last, f.score desc, f.id limit 1) f
       where c.id = any($1::uuid[]) and c.library_id = any($2::uuid[])`,
      idsAndLibraries(of),
    );
  }
}
