import { Injectable } from '@nestjs/common';
import { isId, newId, type Tx } from '../database/index.js';
import type { Queryable } from '../staff/index.js';
import { type AttachmentRow, type WholeAttachment, attachmentColumns } from './attachment.row.js';
import type { EncodedImage } from './encode-image.js';

/** A reply of a library. Whoever changes what is attached to one has locked it. */
interface ReplyOf {
  readonly id: string;
  readonly libraryId: string;
}

const wholeColumns = `${attachmentColumns}, a.bytes, a.hash, a.uploaded_by as "uploadedBy"`;

/** The statements of attachments. What an approval holds of them the database itself works out. */
@Injectable()
export class AttachmentsRepository {
  async insert(tx: Tx, { libraryId, uploadedBy, hash, image }: { readonly libraryId: string; readonly uploadedBy: string; readonly hash: Buffer; readonly image: EncodedImage }): Promise<AttachmentRow> {
    const [row] = await tx.query<AttachmentRow>(
      `insert into attachment as a (id, library_id, media_type, width, height, size, hash, bytes, uploaded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${attachmentColumns}`,
      [newId(), libraryId, image.mediaType, image.width, image.height, image.bytes.length, hash, image.bytes, uploadedBy],
    );
    if (row === undefined) throw new Error('an attachment that was stored was not there');
    return row;
  }

  /** How many images of theirs wait to be attached. */
  async waitingOf(tx: Tx, actorId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>('select count(*)::int as count from attachment where uploaded_by = $1 and reply_id is null', [actorId]);
    return row?.count ?? 0;
  }

  /** Undefined where the actor does not see it, or its bytes are gone. */
  async bytes(tx: Tx, id: string): Promise<Pick<WholeAttachment, 'bytes' | 'mediaType'> | undefined> {
    if (!isId(id)) return undefined;
    const [row] = await tx.query<Pick<WholeAttachment, 'bytes' | 'mediaType'>>(`select a.bytes, a.media_type as "mediaType" from attachment a where a.id = $1 and a.library_id in (select scope()) and a.bytes is not null`, [id]);
    return row;
  }

  /** What goes with these replies, each in its order. */
  ofReplies(reads: Queryable, replyIds: readonly string[]): Promise<AttachmentRow[]> {
    return reads.query(`select ${attachmentColumns} from attachment a where a.reply_id = any($1::uuid[]) and a.library_id in (select scope()) order by a.reply_id, a.place`, [replyIds]);
  }

  /** What goes with a reply that can still leave, in order, with its bytes. */
  async wholeOf(tx: Tx, { id, libraryId }: ReplyOf): Promise<WholeAttachment[]> {
    const whole = await tx.query<WholeAttachment>(`select ${wholeColumns} from attachment a where a.reply_id = $1 and a.library_id = $2 order by a.place`, [id, libraryId]);
    if (whole.some(({ gone }) => gone)) throw new Error('the picture of an attachment that is to be sent is not there');
    return whole;
  }

  /** Behind those that are there. @returns whether it waited to be attached, at the library of the reply */
  async attach(tx: Tx, reply: ReplyOf, id: string): Promise<boolean> {
    if (!isId(id)) return false;
    const attached = await tx.query(
      `update attachment set reply_id = $1, place = (select count(*) from attachment o where o.reply_id = $1) where id = $3 and library_id = $2 and reply_id is null returning id`,
      [reply.id, reply.libraryId, id],
    );
    return attached.length > 0;
  }

  async describe(tx: Tx, reply: ReplyOf, { id, alt }: { readonly id: string; readonly alt: string }): Promise<void> {
    await tx.query('update attachment set alt = $4 where id = $3 and reply_id = $1 and library_id = $2', [reply.id, reply.libraryId, id, alt]);
  }

  async detach(tx: Tx, reply: ReplyOf, id: string): Promise<void> {
    await tx.query('delete from attachment where id = $3 and reply_id = $1 and library_id = $2', [reply.id, reply.libraryId, id]);
    await tx.query(
      `update attachment a set place = o.place from (select id, row_number() over (order by place) - 1 as place from attachment where reply_id = $1 and library_id = $2) o
       where a.id = o.id and a.place <> o.place`, [reply.id, reply.libraryId]);
  }

  /** `ids`: all that are attached, each once. */
  async order(tx: Tx, reply: ReplyOf, ids: readonly string[]): Promise<void> {
    await tx.query(
      `update attachment a set place = o.at - 1 from unnest($3::uuid[]) with ordinality o(id, at) where a.id = o.id and a.reply_id = $1 and a.library_id = $2 and a.place <> o.at - 1`,
      [reply.id, reply.libraryId, ids],
    );
  }

  /** To another reply of the library, to which nothing is attached: as far as the pictures are here still. */
  async copy(tx: Tx, from: ReplyOf, to: string): Promise<void> {
    await tx.query(
      `insert into attachment(id, library_id, reply_id, place, media_type, width, height, size, hash, bytes, alt, uploaded_by)
       select gen_random_uuid(), library_id, $3, place, media_type, width, height, size, hash, bytes, alt, uploaded_by from attachment where reply_id = $1 and library_id = $2 and bytes is not null`,
      [from.id, from.libraryId, to],
    );
  }

  async clear(tx: Tx, { id, libraryId }: ReplyOf): Promise<void> {
    await tx.query('delete from attachment where reply_id = $1 and library_id = $2', [id, libraryId]);
  }

  /** What went out with a reply, to which nothing is attached any more: their hashes and alternative texts. */
  async record(tx: Tx, { id, libraryId }: ReplyOf, sent: readonly WholeAttachment[]): Promise<void> {
    for (const [place, one] of sent.entries())
      await tx.query(
        `insert into attachment(id, library_id, reply_id, place, media_type, width, height, size, hash, alt, uploaded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [newId(), libraryId, id, place, one.mediaType, one.width, one.height, one.size, one.hash, one.alt, one.uploadedBy],
      );
  }

  /** What was uploaded a day ago and attached to nothing, at whichever library. For a transaction of the keeper. */
  async sweep(tx: Tx): Promise<void> {
    await tx.query(`delete from attachment where reply_id is null and uploaded_at < now() - interval '1 day'`);
  }
}
