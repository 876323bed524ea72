import type { Ref } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { isId, newId, type ReadScope, readSql, type Tx } from '../database/index.js';
import { type Keyed, Keyset, type Page } from '../graphql/index.js';
import { type NamedPost, localName, namedColumns, refOf } from './post-ref.js';
import { type ReplyRow, type ReplyState, replyColumns } from './reply.row.js';
import type { TimelineKind } from '../conversations/index.js';

/** Towards whom something is said: the post that is answered, or, where `ref` is absent, nobody. */
export interface Towards {
  readonly ref?: Ref | undefined;
  readonly gone: boolean;
}

/** A post that can be replied to, as one library hears it. */
export interface ReplyTarget extends Towards {
  readonly libraryId: string;
  readonly conversationId: string;
  readonly threadId: string;
  readonly ref: Ref;
}

export interface TargetWish {
  readonly toPostId: string;
  readonly accountId: string;
  /** Else whichever of the actor's libraries hears the post. */
  readonly libraryId?: string;
  readonly conversationId?: string;
}

/** Which other library answers a thread; not who of its staff, nor what they say. */
export interface OtherClaim {
  readonly libraryId: string;
  readonly libraryName: string;
  readonly since: Date;
}

export interface NewReply {
  readonly id: string;
  readonly libraryId: string;
  readonly conversationId: string;
  readonly accountId: string;
  readonly toPostId: string | null;
  readonly text: string;
  readonly lang: string;
  readonly draftedBy: string;
}

const sentPostsSql = readSql(import.meta.url, './sent-posts.sql');

/** What a reply became, as a source brought it. */
export interface SentPost {
  /** Of the reply. */
  readonly id: string;
  readonly url: string | null;
  readonly network: string;
  readonly remoteId: string;
  readonly answers: number;
  readonly likes: number | null;
  readonly boosts: number | null;
  readonly countedAt: Date | null;
}

/** Of what a library posts of its own, the newest first. */
export const ownPostOrder = new Keyset('own posts', 'desc', [{ column: 'r.created_at', type: 'timestamptz' }, { column: 'r.id', type: 'uuid' }]);

const noApproval = 'approved_by = null, approved_kind = null, approved_text = null, approved_at = null, due_at = null';

/** The statements of {@link RepliesService}, and what it shares with the outbox: the conversation that a reply belongs to. */
@Injectable()
export class RepliesRepository {
  async find(tx: Tx, id: string): Promise<ReplyRow | undefined> {
    const [row] = isId(id) ? await tx.query<ReplyRow>(`select ${replyColumns} from reply r where r.id = $1 and r.library_id in (select scope())`, [id]) : [];
    return row;
  }

  /**
   * Undefined where the actor does not hear the post, or where the account may not speak for the library that does: it is neither that
   * library's nor of one above it, or it is off. By the id of a conversation that was merged, the post is found in the one that survived.
   */
  async target(tx: Tx, wish: TargetWish): Promise<ReplyTarget | undefined> {
    if (![wish.toPostId, wish.accountId, wish.conversationId ?? wish.toPostId].every(isId)) return undefined;
    const [row] = await tx.query<NamedPost & { library_id: string; conversation_id: string; thread_id: string; gone: boolean }>(
      `select p.library_id, p.conversation_id, p.thread_id, ${namedColumns('p', 'named')}, p.gone_at is not null as gone
       from heard_post p join library_line l on l.library_id = p.library_id join account a on a.library_id = l.ancestor_id ${localName('p', 'a.id')} named on true
       where p.id = $1 and a.id = $2 and a.removed_at is null and a.state = 'on' and ($3::uuid is null or p.library_id = $3)
         and ($4::uuid is null or exists (
           select 1 from conversation c where c.id = $4 and c.library_id = p.library_id and (c.id = p.conversation_id or c.merged_into is not null)))
       limit 1`,
      [wish.toPostId, wish.accountId, wish.libraryId ?? null, wish.conversationId ?? null],
    );
    return row && { libraryId: row.library_id, conversationId: row.conversation_id, threadId: row.thread_id, ref: refOf(row), gone: row.gone };
  }

  /** Whether an account may speak for a library: it is the library's or of one above it, and it is on. */
  async speaksFor(tx: Tx, { accountId, libraryId }: { readonly accountId: string; readonly libraryId: string }): Promise<boolean> {
    if (![accountId, libraryId].every(isId)) return false;
    const found = await tx.query(
      `select a.id from account a join library_line l on l.ancestor_id = a.library_id
       where a.id = $1 and l.library_id = $2 and l.library_id in (select scope()) and a.removed_at is null and a.state = 'on'`, [accountId, libraryId]);
    return found.length > 0;
  }

  /** Of a reply that is there: towards whom it goes. Undefined where {@link target} is, or its account may not speak for its library any more. */
  async towards(tx: Tx, { toPostId, accountId, libraryId }: ReplyRow): Promise<Towards | undefined> {
    if (toPostId !== null) return this.target(tx, { toPostId, accountId, libraryId });
    return (await this.speaksFor(tx, { accountId, libraryId })) ? { gone: false } : undefined;
  }

  /** A conversation of the library that nobody else has spoken in yet, with a thread of its own. @returns its id */
  async begin(tx: Tx, libraryId: string): Promise<string> {
    const [begun] = await tx.query<{ id: string }>('select id from begin_conversation($1, $2, $3)', [libraryId, newId(), newId()]);
    if (begun === undefined) throw new Error('whoever may draft at a library could not begin a conversation there');
    return begun.id;
  }

  /** A page of {@link ownPostOrder}. */
  ownPosts(reads: ReadScope, { libraryId, state }: { readonly libraryId: string; readonly state: ReplyState | null }, page: Page): Promise<readonly (ReplyRow & Keyed)[]> {
    const parameters: unknown[] = [libraryId, state];
    return reads.query(
      `select ${replyColumns}, ${ownPostOrder.select} from reply r
       where r.library_id = $1 and r.library_id in (select scope()) and r.to_post_id is null and r.whole_id is null and ($2::text is null or r.state = $2) ${page.after(parameters)}
       ${ownPostOrder.orderBy} limit ${page.limit}`,
      parameters,
    );
  }

  async insert(tx: Tx, reply: NewReply): Promise<void> {
    await tx.query(`insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, lang, drafted_by, written_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`, [
      reply.id, reply.libraryId, reply.conversationId, reply.accountId, reply.toPostId, newId(), reply.text, reply.lang, reply.draftedBy,
    ]);
  }

  /**
   * Back to a draft, unapproved, with all its tries before it. Other words, or other images, are another message: where the ones before were tried, in vain, they get
   * a key of their own, since networks remember keys and would answer with what they made of the first.
   */
  async redraft(tx: Tx, { id, libraryId }: Pick<ReplyRow, 'id' | 'libraryId'>, to: { readonly text?: string; readonly lang?: string | undefined; readonly attached?: true; readonly unproven?: boolean; readonly writtenBy?: string } = {}): Promise<void> {
    await tx.query(
      `with told as (
         select w.text, w.lang, r.first_tried_at is not null and ((w.text, w.lang) <> (r.text, r.lang) or $8::boolean) as anew
         from reply r, lateral (select coalesce($3::text, r.text) as text, coalesce($4::text, r.lang) as lang) w where r.id = $1)
       update reply r set state = 'draft', text = told.text, lang = told.lang, ${noApproval}, tries = 0, failure_kind = null, failure_words = null, version = r.version + 1, changed_at = now(),
         key = case when told.anew then $5::uuid else r.key end, first_tried_at = case when told.anew then null else r.first_tried_at end, last_tried_at = case when told.anew then null else r.last_tried_at end, unproven = not told.anew and (r.unproven or $6::boolean),
         written_by = case when told.text <> r.text or $8::boolean then $7::uuid else r.written_by end
       from told where r.id = $1 and r.library_id = $2`,
      [id, libraryId, to.text ?? null, to.lang ?? null, newId(), to.unproven ?? false, to.writtenBy ?? null, to.attached ?? false],
    );
  }

  async move(tx: Tx, { id, libraryId }: ReplyRow, to: ReplyState): Promise<void> {
    await tx.query('update reply set state = $3, version = version + 1, changed_at = now() where id = $1 and library_id = $2', [id, libraryId, to]);
  }

  /** Whose words it is as it stands. */
  async writerOf(tx: Tx, { id, draftedBy }: ReplyRow): Promise<string> {
    const [row] = await tx.query<{ writer: string | null }>('select written_by as writer from reply where id = $1', [id]);
    return row?.writer ?? draftedBy;
  }

  /** Until the transaction ends nobody stops sending: whoever stops it takes back all that was approved. Before anything is locked, as those do. */
  async beforeStops(tx: Tx): Promise<void> {
    await tx.query(`select count(*) from stopped('sending')`);
  }

  /**
   * Until the transaction ends nobody else approves a reply in the same conversation, or to the same person at whichever library: what each of two
   * sees of the other, one has to see.
   */
  async oneAtATime(tx: Tx, { toPostId, libraryId, conversationId }: ReplyRow): Promise<void> {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('answer in ' || $1::text, 0))`, [conversationId]);
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('contact ' || coalesce(author_id, id)::text, 0)) from heard_post where id = $1 and library_id = $2`, [toPostId, libraryId]);
  }

  /** With all parts of the same answers, in an order that all keep. */
  async lockAll(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.query(
      `with first as materialized (select coalesce(whole_id, id) as id from reply where id = any($1::uuid[]))
       select r.id from reply r where (r.id in (select id from first) or r.whole_id in (select id from first)) and r.library_id in (select scope()) order by r.id for update`, [ids.filter(isId)]);
  }

  /** Anew: whatever failed before, of these words or after an approval that was voided, is over. `dueAt` null: once the part before it was sent. */
  async approve(tx: Tx, { id, libraryId }: ReplyRow, approval: { readonly by: string; readonly dueAt: Date | null }): Promise<void> {
    await tx.query(
      `update reply set state = 'approved', approved_by = $3, approved_kind = 'person', approved_text = text, approved_attached = attached, approved_at = now(), due_at = $4,
         tries = 0, failure_kind = null, failure_words = null, version = version + 1, changed_at = now() where id = $1 and library_id = $2`,
      [id, libraryId, approval.by, approval.dueAt],
    );
  }

  /** A person saw it on the network, which told us its name at last (`ref`), or never did: then a post of our own is placed once a source brings it. */
  async seenSent(tx: Tx, { id, libraryId }: ReplyRow, at: Date, ref?: Ref): Promise<void> {
    await tx.query(
      `update reply set state = 'sent', sent_at = $3, sent_ref = $4, place_due = case when $5::boolean or to_post_id is null then $3::timestamptz end, failure_kind = null, failure_words = null, version = version + 1, changed_at = now()
       where id = $1 and library_id = $2`,
      [id, libraryId, at, JSON.stringify(ref ?? { decided: true }), ref !== undefined],
    );
  }

  /** A person published these words on the network's own page, and answers for them. What the network calls it is known once a source brings it, which places a post of our own. */
  async wroteByHand(tx: Tx, { id, libraryId }: ReplyRow, { by, at, url }: { readonly by: string; readonly at: Date; readonly url: string | undefined }): Promise<void> {
    await tx.query(
      `update reply set state = 'sent', approved_by = $3, approved_kind = 'person', approved_text = text, approved_attached = attached, approved_at = $4, sent_at = $4, sent_ref = $5, place_due = case when to_post_id is null then $4::timestamptz end, due_at = null, failure_kind = null, failure_words = null,
         version = version + 1, changed_at = now() where id = $1 and library_id = $2`,
      [id, libraryId, by, at, JSON.stringify({ byHand: true, ...(url === undefined ? {} : { url }) })],
    );
  }

  /** What the network calls our post: as it told us, or, of one that a person vouches for, as a source brought it. Undefined where nobody told us. */
  async sentRef(tx: Tx, { id, libraryId }: Pick<ReplyRow, 'id' | 'libraryId'>): Promise<Ref | undefined> {
    const [row] = await tx.query<{ ref: (Ref & { readonly decided?: true; readonly byHand?: true }) | null }>('select sent_ref as ref from reply where id = $1 and library_id = $2', [id, libraryId]);
    if (row?.ref == null) return undefined;
    if (row.ref.decided !== true && row.ref.byHand !== true) return row.ref;
    const [post] = await tx.query<SentPost>(sentPostsSql, [[id]]);
    return post && { network: post.network, id: post.remoteId };
  }

  /** What each became, in order; null where no source brought it. */
  async sentPosts(reads: ReadScope, ids: readonly string[]): Promise<readonly (SentPost | null)[]> {
    const posts = new Map((await reads.query<SentPost>(sentPostsSql, [ids])).map((post) => [post.id, post]));
    return ids.map((id) => posts.get(id) ?? null);
  }

  /** Where whoever wrote it by hand says that it stands, in order; null where nobody says. */
  async toldUrls(reads: ReadScope, ids: readonly string[]): Promise<readonly (string | null)[]> {
    const told = new Map((await reads.query<{ id: string; url: string | null }>(`select id, sent_ref->>'url' as url from reply where id = any($1::uuid[]) and library_id in (select scope())`, [ids])).map(({ id, url }) => [id, url]));
    return ids.map((id) => told.get(id) ?? null);
  }

  /** Other words are on the network now, for which a person answers. */
  async amended(tx: Tx, { id, libraryId }: ReplyRow, { text, by }: { readonly text: string; readonly by: string }): Promise<void> {
    await tx.query(
      `update reply set text = $3, approved_text = $3, written_by = $4, approved_by = $4, approved_kind = 'person', approved_at = now(), version = version + 1, changed_at = now() where id = $1 and library_id = $2`,
      [id, libraryId, text, by],
    );
  }

  /** What was said is taken back: the conversation waits for us again, unless another answer of ours stands, or staff closed it. */
  async unanswered(tx: Tx, { conversationId, libraryId }: ReplyRow): Promise<void> {
    await tx.query(
      `update conversation c set state = 'open', waiting_on = 'us', waiting_since = coalesce(c.waiting_since, c.last_post_at)
       where c.id = $1 and c.library_id = $2 and c.state = 'answered' and not exists (select 1 from reply r where r.conversation_id = c.id and r.library_id = c.library_id and r.state = 'sent')`,
      [conversationId, libraryId],
    );
  }

  /** "We take it", or another library has it: which, and since when. */
  async claim(tx: Tx, { id, libraryId }: ReplyRow, actorId: string): Promise<'taken' | 'ours' | OtherClaim> {
    const taken = await tx.query(
      `insert into thread_claim(thread_id, library_id, claimed_by)
       select c.thread_id, c.library_id, $3 from reply r join conversation c on c.id = r.conversation_id and c.library_id = r.library_id where r.id = $1 and r.library_id = $2
       on conflict do nothing returning thread_id`,
      [id, libraryId, actorId],
    );
    return taken.length > 0 ? 'taken' : ((await this.otherClaim(tx, { id, libraryId })) ?? 'ours');
  }

  /** Undefined where no other library has the thread. */
  async otherClaim(tx: Tx, { id, libraryId }: Pick<ReplyRow, 'id' | 'libraryId'>): Promise<OtherClaim | undefined> {
    const [other] = await tx.query<OtherClaim>(
      `select t.library_id as "libraryId", coalesce(l.name, 'A library of another consortium') as "libraryName", t.claimed_at as since
       from reply r join conversation c on c.id = r.conversation_id join thread_claim t on t.thread_id = c.thread_id left join library l on l.id = t.library_id
       where r.id = $1 and r.library_id = $2 and t.library_id <> $2`,
      [id, libraryId],
    );
    return other;
  }

  /** Into the timeline of its conversation, whose version steps, so that its readers read again. */
  async tell(tx: Tx, reply: Pick<ReplyRow, 'id' | 'libraryId' | 'conversationId'>, kind: TimelineKind | undefined, actorId: string | null): Promise<void> {
    if (kind !== undefined)
      await tx.query('insert into timeline(id, library_id, conversation_id, kind, actor_id, detail) values ($1, $2, $3, $4, $5, $6)', [
        newId(), reply.libraryId, reply.conversationId, kind, actorId, JSON.stringify({ reply: reply.id }),
      ]);
    const [conversation] = await tx.query<{ version: number }>('update conversation c set version = c.version where c.id = $1 and c.library_id = $2 returning c.version', [
      reply.conversationId, reply.libraryId,
    ]);
    tx.hint({ kind: 'conversation', id: reply.conversationId, library: reply.libraryId, ...(conversation === undefined ? {} : { version: conversation.version }) });
  }

  /**
   * The conversation is answered and waits for its author, unless staff closed it meanwhile, or somebody answered us before we knew that ours was
   * out: then it waits for us. One that we began stays so until its post has its place, since nobody can be heard to answer before. The thread is ours,
   * unless another library has it. `ref`: what the network calls our post, if it told.
   */
  async answered(tx: Tx, reply: Pick<ReplyRow, 'id' | 'libraryId' | 'conversationId'>, at: Date, ref?: Ref): Promise<void> {
    await tx.query(
      `update conversation c set state = case when back.there then 'open' else 'answered' end, waiting_on = case when back.there then 'us' else 'author' end,
         waiting_since = case when back.there then coalesce(c.waiting_since, $3) end, until = null
       from (select exists (
         select 1 from heard_post ours join heard_post p on p.parent_id = ours.id and p.library_id = ours.library_id
         where ours.library_id = $2 and ours.network = $4 and ours.remote_id = $5 and p.known and p.gone_at is null and p.author_id is distinct from ours.author_id) as there) back
       where c.id = $1 and c.library_id = $2 and c.state not in ('begun', 'closed')`,
      [reply.conversationId, reply.libraryId, at, ref?.network ?? null, ref?.id ?? null],
    );
    await tx.query(
      `insert into thread_claim(thread_id, library_id, claimed_by, answered_at)
       select c.thread_id, c.library_id, r.approved_by, $3 from conversation c join reply r on r.conversation_id = c.id and r.library_id = c.library_id
       where r.id = $1 and r.library_id = $2
       on conflict (thread_id) do update set answered_at = excluded.answered_at where thread_claim.library_id = $2`,
      [reply.id, reply.libraryId, at],
    );
  }
}
