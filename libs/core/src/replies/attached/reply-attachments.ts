import type { AttachmentRow, AttachmentsRepository } from '../../attachments/index.js';
import type { TimelineKind } from '../../conversations/index.js';
import type { Tx } from '../../database/index.js';
import { PlatformError } from '../../errors/index.js';
import type { Actor } from '../../staff/index.js';
import type { RepliesRepository } from '../replies.repository.js';
import { type ReplyDesk, mayDraft } from '../reply-desk.js';
import type { ReplyError } from '../reply-error.js';
import type { ReplyRow } from '../reply.row.js';
import { writtenAlternativeText } from '../written.js';
import { AttachmentsFull, mostAttachments } from './attachment.errors.js';

/** `attached` is there. */
interface Change {
  /** What is in the way. */
  readonly against?: (attached: readonly AttachmentRow[]) => ReplyError | undefined;
  readonly work: (tx: Tx, reply: ReplyRow, attached: readonly AttachmentRow[]) => Promise<void>;
}

/**
 * The images of a reply that is written: attached, described, put in order, detached. Each is an edit: possible where an edit is, it makes a draft of the reply, and
 * an approval, which was of other images, is void.
 *
 * Every method throws PlatformError: NOT_FOUND where the actor does not see the reply, or there is no such attachment; FORBIDDEN where they may not; BAD_INPUT.
 */
export class ReplyAttachments {
  constructor(
    private readonly desk: ReplyDesk,
    private readonly replies: RepliesRepository,
    private readonly attachments: AttachmentsRepository,
  ) {}

  /** Last in order. What is attached to this reply already, is. Whose alternative text is absent keeps the one that it has. */
  attach(actor: Actor, id: string, { attachmentId, alternativeText }: { readonly attachmentId: string; readonly alternativeText?: string | undefined }): Promise<ReplyRow | ReplyError> {
    const alt = alternativeText === undefined ? undefined : writtenAlternativeText(alternativeText);
    return this.change(actor, id, {
      against: (attached) => (attached.length >= mostAttachments && !isIn(attached, attachmentId) ? new AttachmentsFull() : undefined),
      work: async (tx, reply, attached) => {
        if (!isIn(attached, attachmentId) && !(await this.attachments.attach(tx, reply, attachmentId))) throw noSuch();
        if (alt !== undefined) await this.attachments.describe(tx, reply, { id: attachmentId, alt });
      },
    });
  }

  describe(actor: Actor, id: string, { attachmentId, alternativeText }: { readonly attachmentId: string; readonly alternativeText: string }): Promise<ReplyRow | ReplyError> {
    const alt = writtenAlternativeText(alternativeText);
    return this.change(actor, id, {
      work: async (tx, reply, attached) => {
        if (!isIn(attached, attachmentId)) throw noSuch();
        await this.attachments.describe(tx, reply, { id: attachmentId, alt });
      },
    });
  }

  /** For good: whoever wants it back uploads it again. */
  detach(actor: Actor, id: string, attachmentId: string): Promise<ReplyRow | ReplyError> {
    return this.change(actor, id, {
      work: async (tx, reply, attached) => {
        if (!isIn(attached, attachmentId)) throw noSuch();
        await this.attachments.detach(tx, reply, attachmentId);
      },
    });
  }

  order(actor: Actor, id: string, attachmentIds: readonly string[]): Promise<ReplyRow | ReplyError> {
    return this.change(actor, id, {
      work: async (tx, reply, attached) => {
        const named = new Set(attachmentIds);
        if (named.size !== attachmentIds.length || named.size !== attached.length || !attached.every((each) => named.has(each.id)))
          throw new PlatformError('BAD_INPUT', 'attachmentIds names all that is attached to this reply, each once.', 'attachmentIds');
        await this.attachments.order(tx, reply, attachmentIds);
      },
    });
  }

  private change(actor: Actor, id: string, { against, work }: Change): Promise<ReplyRow | ReplyError> {
    return this.desk.step(actor, id, {
      act: 'edit', needed: mayDraft,
      work: async (tx, reply): Promise<TimelineKind | ReplyError | undefined> => {
        const attached = await this.attachments.ofReplies(tx, [reply.id]);
        const wrong = against?.(attached);
        if (wrong !== undefined) return wrong;
        // First the approval, which holds what is attached, then that.
        await this.replies.redraft(tx, reply, { attached: true, writtenBy: actor.id });
        await work(tx, reply, attached);
        return reply.state === 'approved' ? 'approval-voided' : undefined;
      },
    });
  }
}

const noSuch = (): PlatformError => new PlatformError('NOT_FOUND', 'There is no such attachment, or it is attached elsewhere.', 'attachmentId');

const isIn = (attached: readonly AttachmentRow[], id: string): boolean => attached.some((each) => each.id === id);
