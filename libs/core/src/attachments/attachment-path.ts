/** Where images are uploaded, and shown by their id. */
export const attachmentPath = '/attachments';
