export * from './decide.js';
export * from './suppression.js';
