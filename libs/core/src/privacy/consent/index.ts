/** What decides who is heard, for features that forgetting itself knows: the rule of consent, our own lists, and whom nothing may come in of. */
export * from '../decide.js';
export * from '../do-not/author.js';
export * from '../do-not/do-not-list.js';
export type { DoNotTarget } from '../do-not/do-not.row.js';
export * from '../suppression.js';
