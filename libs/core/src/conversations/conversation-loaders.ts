import { Injectable } from '@nestjs/common';
import { inGroups, inOrder, type RequestContext } from '../graphql/index.js';
import { ConversationsRepository } from './conversations.repository.js';
import { librariesOf, type ConversationOf, type ConversationRow } from './conversation.row.js';
import { HandlingRepository } from './handling.repository.js';
import type { ClaimRow, HearingRow, MarkRow, NoteRow, OutcomeRow, TagRow } from './handling.row.js';
import type { FindingRow, PostOf, PostRow } from './post.row.js';
import type { ThreadSight } from './reasons.js';
import { ThreadsRepository } from './threads.repository.js';

type Batch<Key, Value> = (keys: readonly Key[], request: RequestContext) => Promise<readonly Value[]>;
type Edge<Key, Value> = (request: RequestContext, key: Key) => Promise<Value>;

/** One by its id, or the newest of a conversation. */
type WantedKey = PostOf | { readonly newestOf: ConversationOf };

const postKey = ({ id, libraryId }: { readonly id: string; readonly libraryId: string }): string => `${libraryId} ${id}`;

/** The edges of conversations and posts: each is asked for once a request and step, in one statement for all that are wanted. */
@Injectable()
export class ConversationLoaders {
  readonly byId: Edge<string, ConversationRow | undefined>;
  readonly lastPost: Edge<ConversationOf, PostRow | undefined>;
  readonly topFinding: Edge<ConversationOf, FindingRow | undefined>;
  readonly sight: Edge<ConversationOf, (ThreadSight & { readonly conversationId: string }) | undefined>;
  readonly hearings: Edge<ConversationOf, readonly HearingRow[]>;
  readonly notes: Edge<ConversationOf, readonly NoteRow[]>;
  readonly tags: Edge<ConversationOf, readonly TagRow[]>;
  readonly marks: Edge<ConversationOf, readonly MarkRow[]>;
  readonly outcome: Edge<ConversationOf, OutcomeRow | undefined>;
  /** By thread. */
  readonly claim: Edge<string, ClaimRow | undefined>;
  readonly post: Edge<PostOf, PostRow | undefined>;
  readonly findings: Edge<PostOf, readonly FindingRow[]>;
  readonly quoted: Edge<{ readonly network: string; readonly remoteId: string; readonly libraryId: string }, PostRow | undefined>;

  constructor(conversations: ConversationsRepository, threads: ThreadsRepository, handling: HandlingRepository) {
    this.byId = edge(async (ids, { reads }) => {
      const found = await conversations.byIds(reads, ids);
      return ids.map((id) => found.get(id));
    });
    this.topFinding = one((of, { reads }) => threads.topFindings(reads, of));
    this.sight = one((of, { reads }) => threads.sights(reads, of));
    this.hearings = many((of, { reads }) => handling.hearings(reads, of));
    this.notes = many((of, { reads }) => handling.notes(reads, of));
    this.tags = many((of, { reads }) => handling.tags(reads, of));
    this.marks = many((of, { reads }) => handling.marks(reads, of));
    this.outcome = one((of, { reads }) => handling.outcomes(reads, of));
    this.claim = edge(async (threadIds, { reads }) => inOrder(threadIds, await handling.claims(reads, threadIds), ({ threadId }) => threadId));
    // Both are asked for at once by whoever shows a list, and then it is one statement.
    const wanted = edge<WantedKey, PostRow | undefined>(async (of, { reads }) => {
      const [byId, newest] = [of.filter((key) => 'postId' in key), of.flatMap((key) => ('newestOf' in key ? [key.newestOf] : []))];
      return inOrder(of.map(wantedKey), await threads.wanted(reads, byId, newest), (row) => (row.newest ? row.conversationId : postKey(row)));
    });
    this.post = wanted;
    this.lastPost = (request, of) => wanted(request, { newestOf: of });
    this.findings = edge(async (of, { reads }) =>
      inGroups(of.map(({ postId, libraryId }) => postKey({ id: postId, libraryId })), await threads.findings(reads, of.map(({ postId }) => postId), librariesOf(of)), ({ postId, libraryId }) => postKey({ id: postId, libraryId })));
    this.quoted = edge(async (of, { reads }) => {
      const key = ({ network, remoteId, libraryId }: { readonly network: string; readonly remoteId: string; readonly libraryId: string }): string => JSON.stringify([network, remoteId, libraryId]);
      return inOrder(of.map(key), await threads.postsByRemoteIds(reads, of, librariesOf(of)), key);
    });
  }
}

const wantedKey = (key: WantedKey): string => ('newestOf' in key ? key.newestOf.id : postKey({ id: key.postId, libraryId: key.libraryId }));

/** One loader a request for each edge: the symbol names it. */
const edge = <Key, Value>(batch: Batch<Key, Value>): Edge<Key, Value> => {
  const name = Symbol('edge');
  return (request, key) => request.loader<Key, Value>(name, (keys) => batch(keys, request)).load(key);
};

type Rows<Row> = (of: readonly ConversationOf[], request: RequestContext) => Promise<readonly Row[]>;

const one = <Row extends { readonly conversationId: string }>(rows: Rows<Row>): Edge<ConversationOf, Row | undefined> =>
  edge(async (of, request) => inOrder(of.map(({ id }) => id), await rows(of, request), ({ conversationId }) => conversationId));

const many = <Row extends { readonly conversationId: string }>(rows: Rows<Row>): Edge<ConversationOf, readonly Row[]> =>
  edge(async (of, request) => inGroups(of.map(({ id }) => id), await rows(of, request), ({ conversationId }) => conversationId));
