import type { MediaType } from './encode-image.js';

/** An image of a library: waiting to be attached, or one that goes with a reply. */
export interface AttachmentRow {
  readonly id: string;
  readonly libraryId: string;
  /** Null: it was uploaded, and is not attached yet. */
  readonly replyId: string | null;
  readonly mediaType: MediaType;
  readonly width: number;
  readonly height: number;
  /** In bytes. */
  readonly size: number;
  /** '' where nobody wrote it yet. */
  readonly alt: string;
  /** Its bytes are here no more: it is out. */
  readonly gone: boolean;
}

/** With the picture itself. */
export interface WholeAttachment extends AttachmentRow {
  readonly bytes: Buffer;
  /** SHA-256. */
  readonly hash: Buffer;
  readonly uploadedBy: string;
}

export const attachmentColumns = `a.id, a.library_id as "libraryId", a.reply_id as "replyId", a.media_type as "mediaType", a.width, a.height, a.size, a.alt, a.bytes is null as gone`;
