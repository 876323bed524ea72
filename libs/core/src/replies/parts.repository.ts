import type { Ref } from '@earshot/plugin-sdk';
import { Injectable } from '@nestjs/common';
import { type AttachmentRow, AttachmentsRepository } from '../attachments/index.js';
import { newId, type ReadScope, type Tx } from '../database/index.js';
import type { Outgoing } from './outgoing.js';
import { type NamedPost, localName, namedColumns, refOf } from './post-ref.js';
import { RepliesRepository } from './replies.repository.js';
import { type ReplyRow, type ReplyState, replyColumns } from './reply.row.js';
import { threadOf } from './thread-of.js';

/** What the network was told of a reply. */
export type Tried = Pick<Outgoing, 'key' | 'part' | 'text' | 'lang' | 'firstTriedAt' | 'lastTriedAt' | 'to' | 'root' | 'images'>;

type PartOf = Pick<ReplyRow, 'id' | 'libraryId' | 'wholeId' | 'part'>;

/** What a part that was not sent yet may be. */
const unsentStates: readonly ReplyState[] = ['draft', 'in_review', 'approved', 'failed'];

/** The statements about answers in several parts: replies with the same first part, each behind the one before it. */
@Injectable()
export class PartsRepository {
  private readonly attachments = new AttachmentsRepository();

  constructor(private readonly replies: RepliesRepository) {}

  /** The other parts of the same answer that were neither sent nor withdrawn, in order. */
  unsent(tx: Tx, reply: PartOf): Promise<ReplyRow[]> {
    return tx.query<ReplyRow>(
      `select ${replyColumns} from reply r where r.library_id = $2 and r.id <> $3 and (r.id = $1 or r.whole_id = $1) and r.state = any($4) order by r.part`,
      [reply.wholeId ?? reply.id, reply.libraryId, reply.id, unsentStates]);
  }

  /** The parts behind this one that its approval is for, in order. */
  behind(tx: Tx, reply: PartOf): Promise<ReplyRow[]> {
    return tx.query<ReplyRow>(
      `select ${replyColumns} from reply r where r.whole_id = $1 and r.library_id = $2 and r.part > $3 and r.state = any($4) order by r.part`,
      [reply.wholeId ?? reply.id, reply.libraryId, reply.part, unsentStates]);
  }

  /** The images that go with each of these, in order. */
  async imagesOf(tx: Tx, parts: readonly PartOf[]): Promise<readonly (readonly AttachmentRow[])[]> {
    const ids = parts.map(({ id }) => id);
    const images = ids.length === 0 ? [] : await this.attachments.ofReplies(tx, ids);
    return ids.map((id) => images.filter(({ replyId }) => replyId === id));
  }

  /** The part before this one, of those that were not withdrawn. Undefined where it is the first. */
  async before(tx: Tx, reply: PartOf): Promise<ReplyRow | undefined> {
    if (reply.wholeId === null) return undefined;
    const [row] = await tx.query<ReplyRow>(
      `select ${replyColumns} from reply r where (r.id = $1 or r.whole_id = $1) and r.library_id = $2 and r.part < $3 and r.state <> 'withdrawn' order by r.part desc limit 1`,
      [reply.wholeId, reply.libraryId, reply.part]);
    return row;
  }

  /** One more part of an answer, behind all others that it ever had. @returns its id */
  async add(tx: Tx, first: ReplyRow, { text, by }: { readonly text: string; readonly by: string }): Promise<string> {
    const id = newId();
    await tx.query(
      `insert into reply(id, library_id, conversation_id, account_id, to_post_id, key, text, lang, drafted_by, written_by, whole_id, part)
       select $1, f.library_id, f.conversation_id, f.account_id, f.to_post_id, $2, $3, f.lang, $4, $4, f.id, (select count(*) + 1 from reply o where o.whole_id = f.id) from reply f where f.id = $5 and f.library_id = $6`,
      [id, newId(), text, by, first.id, first.libraryId]);
    return id;
  }

  /** Whoever read the answer as it was has to read it again. */
  async step(tx: Tx, { id, libraryId }: PartOf): Promise<void> {
    await tx.query('update reply set version = version + 1, changed_at = now() where id = $1 and library_id = $2', [id, libraryId]);
  }

  /** It leaves once the part before it was sent: now. */
  async release(tx: Tx, sent: Pick<ReplyRow, 'id' | 'libraryId'>, at: Date): Promise<void> {
    const [next] = await tx.query<{ id: string; version: number }>(
      `update reply n set due_at = $3, version = n.version + 1, changed_at = now()
       from reply s where s.id = $1 and s.library_id = $2 and n.whole_id = coalesce(s.whole_id, s.id) and n.library_id = s.library_id and n.state = 'approved' and n.due_at is null
         and n.part = (select min(o.part) from reply o where o.whole_id = n.whole_id and o.part > s.part and o.state <> 'withdrawn')
       returning n.id, n.version`,
      [sent.id, sent.libraryId, at]);
    if (next !== undefined) tx.hint({ kind: 'reply', id: next.id, library: sent.libraryId, version: next.version });
  }

  /**
   * Which part it is, what it answers, and what the thread begins with. A further part answers the one before it; where nobody knows what the network
   * calls that, what the whole does.
   */
  async thread(tx: Tx, reply: PartOf & Pick<ReplyRow, 'accountId' | 'toPostId'>): Promise<Pick<Outgoing, 'part' | 'to' | 'root' | 'whole' | 'gone'>> {
    const thread = await threadOf(tx, reply);
    const before = await this.before(tx, reply);
    if (reply.wholeId === null || before === undefined) return { ...thread, whole: thread.to, part: 0 };
    const [to, first] = [await this.name(tx, before), await this.name(tx, { ...reply, id: reply.wholeId })];
    const [place] = await tx.query<{ part: number }>(`select count(*)::int as part from reply where (id = $1 or whole_id = $1) and library_id = $2 and part < $3 and state <> 'withdrawn'`, [reply.wholeId, reply.libraryId, reply.part]);
    return { ...thread, whole: thread.to, part: place?.part ?? 0, ...(to === undefined ? {} : { to, root: thread.root ?? first ?? to }) };
  }

  /** The text as it was tried, and to whom: for asking the network what became of it. Undefined where it never was. */
  async tried(tx: Tx, reply: ReplyRow): Promise<Tried | undefined> {
    const [row] = await tx.query<Omit<Tried, 'part' | 'to' | 'root' | 'images'>>(
      'select key, text, lang, first_tried_at as "firstTriedAt", coalesce(last_tried_at, first_tried_at) as "lastTriedAt" from reply where id = $1 and library_id = $2 and first_tried_at is not null', [reply.id, reply.libraryId]);
    return row && { ...row, ...(await this.thread(tx, reply)), images: await this.attachments.wholeOf(tx, reply) };
  }

  /** The post that the part before this one became, as it is heard here. */
  async postBefore(tx: Tx, reply: PartOf): Promise<string | undefined> {
    const before = await this.before(tx, reply);
    const ref = before && (await this.replies.sentRef(tx, before));
    if (ref === undefined) return undefined;
    const [post] = await tx.query<{ id: string }>('select id from heard_post where library_id = $1 and network = $2 and remote_id = $3', [reply.libraryId, ref.network, ref.id]);
    return post?.id;
  }

  /** The further parts of these answers, in order, those that were withdrawn left out. */
  further(reads: ReadScope, ids: readonly string[]): Promise<readonly ReplyRow[]> {
    return reads.query<ReplyRow>(`select ${replyColumns} from reply r where r.whole_id = any($1::uuid[]) and r.library_id in (select scope()) and r.state <> 'withdrawn' order by r.part`, [ids]);
  }

  private async name(tx: Tx, reply: Pick<ReplyRow, 'id' | 'libraryId' | 'accountId'>): Promise<Ref | undefined> {
    const ref = await this.replies.sentRef(tx, reply);
    if (ref === undefined || ref.local !== undefined) return ref;
    // As a source brought it, which may have told what the account's own host calls it.
    const [post] = await tx.query<NamedPost>(
      `select ${namedColumns('p', 'named')} from heard_post p ${localName('p', '$4')} named on true where p.library_id = $1 and p.network = $2 and p.remote_id = $3`, [reply.libraryId, ref.network, ref.id, reply.accountId]);
    return post === undefined ? ref : refOf(post);
  }
}
