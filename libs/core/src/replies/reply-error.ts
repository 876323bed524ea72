import type { AttachmentsFull } from './attached/attachment.errors.js';
import type { AlreadyClaimed } from '../conversations/index.js';
import type { ReplyBlocked } from './checks/reply-checks.model.js';
import type { PostGoneError, ReplyByHand, ReplyNotAllowed, ReplyTooLong, WrongReplyState } from './reply.errors.js';

/** What is in the way of something that somebody wanted of a reply. */
export type ReplyError = ReplyNotAllowed | ReplyByHand | ReplyTooLong | PostGoneError | WrongReplyState | AlreadyClaimed | ReplyBlocked | AttachmentsFull;
