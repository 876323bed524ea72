export * from './print-search.js';
export * from './read-search.js';
export * from './search-fault.js';
export * from './search-query.js';
