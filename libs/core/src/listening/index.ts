export * from './sent-posts.js';
export { classifyAgainJob } from './classify-jobs.js';
export * from './ask-again.js';
export * from './hearing-rules.service.js';
export * from './later-classifying.js';
export * from './listening.module.js';
export * from './listening.service.js';
