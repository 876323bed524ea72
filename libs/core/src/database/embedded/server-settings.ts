/** What the built-in server runs with: a small machine that also runs Earshot itself, one disk, local connections only. */
export function serverSettings(socketDirectory: string, durable: boolean): Record<string, string> {
  return {
    listen_addresses: '',
    // A list in PostgreSQL's eyes: quotes keep a comma or blank in the path from splitting it.
    unix_socket_directories: `"${socketDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    port: String(SOCKET_PORT),
    max_connections: '100',
    shared_buffers: '128MB',
    effective_cache_size: '1GB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    max_wal_size: '1GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    jit: 'off',
    timezone: 'UTC',
    // A new installation that hears much at once grows from nothing to ten thousand conversations in its first minute, and what PostgreSQL planned for ten of
    // them (of foreign keys, once a connection) it goes on doing until it has statistics: at the usual minute it was 60 posts a second by then.
    autovacuum_naptime: '10s',
    ...QUIET_LOG,
    ...(durable ? {} : THROW_AWAY),
  };
}

/** Part of the socket's file name only; nothing listens on TCP. */
export const SOCKET_PORT = 5432;

/** Statements, their parameters and the DETAIL of a violated constraint hold people's words: none of them reaches the server's log. */
const QUIET_LOG = {
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
  log_line_prefix: '%m [%p] ',
};

/** For clusters that live as long as a test run: a power cut may destroy them. */
const THROW_AWAY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: '0', autovacuum_naptime: '1h' };
