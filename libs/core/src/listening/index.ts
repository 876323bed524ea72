export * from './sent-posts.js';
export * from './classify-again.js';
export * from './hearing-rules.service.js';
export * from './listening.module.js';
export * from './listening.service.js';
