export * from './written-words.js';
