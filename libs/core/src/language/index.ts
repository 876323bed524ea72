export * from './fold-text.js';
export * from './language-of.js';
export * from './mentions.js';
export * from './placeholders.js';
export * from './search-text.js';
export * from './signs-of.js';
export * from './words-of.js';
