import { Injectable } from '@nestjs/common';
import type { ReadScope } from '../database/index.js';
import { Keyset, type Keyed, type Page } from '../graphql/index.js';
import { idsAndLibraries, type ConversationOf } from './conversation.row.js';
import type { ClaimRow, HearingRow, MarkRow, NoteRow, OutcomeRow, TagRow, TimelineRow } from './handling.row.js';

export const timelineOrder = new Keyset('timeline', 'desc', [{ column: 'at', type: 'timestamptz' }, { column: 'id', type: 'uuid' }]);

const ofThese = 'conversation_id = any($1::uuid[]) and library_id = any($2::uuid[])';
const owned = `id, conversation_id as "conversationId", library_id as "libraryId"`;

/** Reads what a library made of its conversations: each method for many at once, in one statement. */
@Injectable()
export class HandlingRepository {
  hearings(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly HearingRow[]> {
    return reads.prepared(`select ${owned}, post_id as "postId", cause, follow_id as "followId", routed_by as "routedBy", at from hearing where ${ofThese} order by at, id`, idsAndLibraries(of));
  }

  notes(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly NoteRow[]> {
    return reads.prepared(`select ${owned}, author_id as "authorId", body, mentions, created_at as "createdAt" from note where ${ofThese} order by created_at, id`, idsAndLibraries(of));
  }

  tags(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly TagRow[]> {
    return reads.prepared(
      `select conversation_id as "conversationId", library_id as "libraryId", name, added_by as "addedBy", added_at as "addedAt" from tag where ${ofThese} order by name`,
      idsAndLibraries(of),
    );
  }

  marks(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly MarkRow[]> {
    return reads.prepared(`select ${owned}, post_id as "postId", label, "right", by_actor as "byActor", at from finding_mark where ${ofThese} order by at, id`, idsAndLibraries(of));
  }

  /** The newest outcome of each: one that was closed again has several. */
  outcomes(reads: ReadScope, of: readonly ConversationOf[]): Promise<readonly OutcomeRow[]> {
    return reads.prepared(
      `select distinct on (conversation_id) ${owned}, kind, unmet_need as "unmetNeed", by_actor as "byActor", at from outcome where ${ofThese}
       order by conversation_id, at desc, id desc`,
      idsAndLibraries(of),
    );
  }

  /** Who answers these threads, whichever library it is: row-level security shows claims of threads that the reader hears. */
  claims(reads: ReadScope, threads: readonly string[]): Promise<readonly ClaimRow[]> {
    return reads.prepared(
      `select thread_id as "threadId", library_id as "libraryId", claimed_by as "claimedBy", claimed_at as "claimedAt", answered_at as "answeredAt"
       from thread_claim where thread_id = any($1::uuid[])`,
      [threads],
    );
  }

  /** A page of the timeline, of {@link timelineOrder}: newest first. */
  timeline(reads: ReadScope, of: ConversationOf, page: Page): Promise<readonly (TimelineRow & Keyed)[]> {
    const parameters: unknown[] = [of.id, of.libraryId];
    return reads.query(
      `select ${owned}, kind, actor_id as "actorId", at, detail, ${timelineOrder.select} from timeline where conversation_id = $1 and library_id = $2 ${page.after(parameters)}
       ${timelineOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }
}
