/** The rule of consent alone, for features that forgetting itself knows. */
export * from '../decide.js';
