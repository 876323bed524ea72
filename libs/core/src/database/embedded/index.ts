export type { ConnectionTarget } from './connection-target.js';
export { identify, isRunning } from './processes.js';
export { findRunningDatabase, startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
