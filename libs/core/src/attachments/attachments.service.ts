import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { type Actor, type Needed, Permissions } from '../staff/index.js';
import type { AttachmentRow, WholeAttachment } from './attachment.row.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { encodeImage } from './encode-image.js';
import { InTurn } from './in-turn.js';
import { readBody } from './read-body.js';

const mayUpload: Needed = { scope: 'draft', role: 'librarian' };
const mayLook: Needed = { scope: 'read', role: 'observer' };

/** Of a file as it is uploaded. */
export const mostUploadedBytes = 10_000_000;
/** Of one actor: more than a person attaches within a day. */
const mostWaiting = 20;
/** Uploads of this process at once, each of which holds a file. */
const mostAtOnce = 8;

/**
 * Images on their way to a reply: uploaded, made anew, and shown to staff.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see it, FORBIDDEN where they may not, BAD_INPUT.
 */
@Injectable()
export class Attachments {
  private readonly line = new InTurn(mostAtOnce);

  constructor(
    private readonly database: Database,
    private readonly attachments: AttachmentsRepository,
    private readonly permissions: Permissions,
  ) {}

  /** Who may not upload is told before anything of the body was read. @throws PlatformError TOO_MANY_REQUESTS, UNAVAILABLE besides */
  async upload(actor: Actor, libraryId: string, body: AsyncIterable<Uint8Array>): Promise<AttachmentRow> {
    this.permissions.requireKind(actor, mayUpload);
    await this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, mayUpload);
      if ((await this.attachments.waitingOf(tx, actor.id)) >= mostWaiting)
        throw new PlatformError('TOO_MANY_REQUESTS', `${mostWaiting} images of yours wait to be attached: attach them first. What waits is gone after a day.`);
    });
    const image = await this.line.run(() => readBody(body, mostUploadedBytes), encodeImage);
    const hash = createHash('sha256').update(image.bytes).digest();
    return this.database.as(actor.id, async (tx) => {
      await this.permissions.require(tx, actor, libraryId, mayUpload);
      return this.attachments.insert(tx, { libraryId, uploadedBy: actor.id, hash, image });
    });
  }

  /** The picture, as it is sent. */
  async picture(actor: Actor, id: string): Promise<Pick<WholeAttachment, 'bytes' | 'mediaType'>> {
    this.permissions.requireKind(actor, mayLook);
    const found = await this.database.as(actor.id, (tx) => this.attachments.bytes(tx, id));
    if (found === undefined) throw new PlatformError('NOT_FOUND', 'There is no such attachment, or it is out, and its picture is kept here no more.', 'id');
    return found;
  }
}
