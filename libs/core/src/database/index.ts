export * from './database.js';
export * from './ids.js';
export * from './migrate.js';
export * from './owner-connection.js';
export * from './read-scope.js';
export * from './read-sql.js';
export * from './roles.js';
export * from './tx.js';
