export * from './decide.js';
export * from './forgetting/forget-posts.js';
export * from './forgetting/forget-profiles.js';
export * from './forgetting/redact-edited.js';
export type * from './forgetting/gone-why.js';
export * from './refusals/heed-refusals.js';
export * from './suppression.js';
