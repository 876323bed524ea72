export * from './hearing-rules.service.js';
export * from './listening.service.js';
