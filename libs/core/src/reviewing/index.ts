export * from './reviewing.module.js';
