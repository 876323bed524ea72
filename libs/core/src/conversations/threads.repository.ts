import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../database/index.js';
import { Keyset, type Keyed, type Page } from '../graphql/index.js';
import { idsAndLibraries, type ConversationOf } from './conversation.row.js';
import type { ThreadSight } from './reasons.js';
import { findingColumns, postColumns, type FindingRow, type PostRow } from './post.row.js';

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

  /** The newest post of each conversation that is still there. */
  lastPosts(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly PostRow[]> {
    return reads.query(
      `select p.* from unnest($1::uuid[]) c(id) cross join lateral (
         select ${postColumns} from heard_post p
         where p.conversation_id = c.id and p.library_id = any($2::uuid[]) and p.known and p.gone_at is null order by p.posted_at desc, p.id desc limit 1) p`,
      idsAndLibraries(of),
    );
  }

  /** How far each thread was looked at for answers, and how many people gave one to the post that deserves the attention. */
  sights(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly (ThreadSight & { readonly conversationId: string })[]> {
    return reads.query(
      `select c.id as "conversationId", t.replies_seen_at as "seenAt", l.time_zone as "timeZone",
         (select count(distinct a.author_id)::int from heard_post a
          where a.conversation_id = c.id and a.library_id = c.library_id and a.parent_id = c.top_post_id and a.known and a.gone_at is null
            and a.author_id is distinct from (select q.author_id from heard_post q where q.id = c.top_post_id and q.library_id = c.library_id)
            and not exists (select 1 from account u where u.profile_id = a.author_id)) as answers
       from conversation c join library l on l.id = c.library_id join heard_thread t on t.conversation_id = c.id and t.library_id = c.library_id
       where c.id = any($1::uuid[]) and c.library_id = any($2::uuid[])`,
      idsAndLibraries(of),
    );
  }

  /** Posts by id, as their libraries hear them: a post that two libraries hear comes once for each. */
  postsByIds(reads: ReadScope, ids: readonly string[], libraries: readonly string[]): Promise<readonly PostRow[]> {
    return reads.query(`select ${postColumns} from heard_post p where p.id = any($1::uuid[]) and p.library_id = any($2::uuid[])`, [ids, libraries]);
  }

  /** Posts by their networks' own ids: what a quote names. */
  postsByRemoteIds(reads: ReadScope, of: readonly { readonly network: string; readonly remoteId: string }[], libraries: readonly string[]): Promise<readonly PostRow[]> {
    return reads.query(
      `select ${postColumns} from unnest($1::text[], $2::text[]) q(network, remote_id) join heard_post p on p.network = q.network and p.remote_id = q.remote_id
       where p.library_id = any($3::uuid[])`,
      [of.map(({ network }) => network), of.map(({ remoteId }) => remoteId), libraries],
    );
  }

  findings(reads: ReadScope, posts: readonly string[], libraries: readonly string[]): Promise<readonly FindingRow[]> {
    return reads.query(
      `select ${findingColumns} from heard_finding f where f.post_id = any($1::uuid[]) and f.library_id = any($2::uuid[]) order by f.score desc, f.id`,
      [posts, libraries],
    );
  }

  /** Of each conversation the finding that weighs most in its rank, else the surest one. */
  topFindings(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly (FindingRow & { readonly conversationId: string })[]> {
    return reads.query(
      `select c.id as "conversationId", f.* from conversation c cross join lateral (
         select ${findingColumns} from heard_post p join heard_finding f on f.post_id = p.id and f.library_id = c.library_id
         where p.conversation_id = c.id and p.library_id = c.library_id and p.gone_at is null
         order by f.label = jsonb_path_query_first(c.reasons, '$[*] ? (@.kind == "finding").label') #>> '{}' desc nulls last, f.score desc, f.id limit 1) f
       where c.id = any($1::uuid[]) and c.library_id = any($2::uuid[])`,
      idsAndLibraries(of),
    );
  }
}
