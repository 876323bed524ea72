export { attachmentPath } from './attachment-path.js';
export type { AttachmentRow, WholeAttachment } from './attachment.row.js';
export { AttachmentsModule } from './attachments.module.js';
export { AttachmentsRepository } from './attachments.repository.js';
