export * from './holds.js';
export * from './matcher.js';
export * from './rule.js';
export * from './said.js';
export * from './search-index.js';
