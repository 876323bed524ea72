export * from './matcher.js';
export * from './rule.js';
