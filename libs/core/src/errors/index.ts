export * from './connection-lost.js';
export * from './platform.error.js';
export * from './start.error.js';
