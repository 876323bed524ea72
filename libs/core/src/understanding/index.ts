export * from './registry-classifiers.js';
export * from './classifiers.js';
export * from './findings.js';
export * from './judge.js';
export * from './rank.js';
