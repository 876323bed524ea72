export * from './platform.error.js';
export * from './start.error.js';
