export * from './links.js';
export * from './outbox.js';
export * from './replies.module.js';
export * from './replies.service.js';
export * from './reply-error.js';
export * from './reply.errors.js';
export * from './reply.row.js';
export * from './senders.js';
