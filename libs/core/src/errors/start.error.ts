/** Everything that can stop Earshot from starting. Stable: scripts and docs/operating.md name them. */
export type StartErrorCode =
  | 'ALREADY_RUNNING'
  | 'BAD_KEY'
  | 'BAD_SETTINGS'
  | 'DATA_NOT_USABLE'
  | 'DATABASE_NEWER'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_UNSUITABLE'
  | 'INVALID_PLUGINS'
  | 'MIGRATION_FAILED'
  | 'NODE_TOO_OLD'
  | 'PORT_TAKEN'
  | 'POSTGRES_FAILED'
  | 'POSTGRES_MISSING'
  | 'POSTGRES_VERSION'
  | 'ROOT_REFUSED';

/**
 * Earshot cannot start, or cannot go on, until somebody does something.
 *
 * `message` says what is wrong and `cure` what to do, both in words for the person at the terminal. Neither ever holds a secret;
 * the technical evidence is the `cause`.
 */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(
    readonly code: StartErrorCode,
    message: string,
    readonly cure: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
