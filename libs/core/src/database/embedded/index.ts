export type { ConnectionTarget } from './connection-target.js';
export { findRunningDatabase, startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
