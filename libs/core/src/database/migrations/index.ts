import { Initial1700000000001 } from './0001-initial.migration.js';

/** Every migration, in order. Never edit one that was released: add another. */
export const migrations = [Initial1700000000001];
