/** How pg begins what it says without a code where the server is gone (pg/lib/client.js of 8.23). */
const saidByPg = ['Connection terminated', 'Client has encountered a connection error', 'Client was closed'];

/** PostgreSQL's classes 08 and 57P (https://www.postgresql.org/docs/current/errcodes-appendix.html), and what a socket or pg itself says. */
export const isConnectionLost = (error: unknown): boolean => {
  const { code = '', message = '' } = (error ?? {}) as NodeJS.ErrnoException;
  return /^(08|57P|ECONN|ENOENT|EPIPE)/.test(code) || saidByPg.some((words) => String(message).startsWith(words));
};

/** The connection to PostgreSQL broke, or none could be made: whatever was under way was not done, and nobody who asked for it is to blame. */
export class DatabaseGone extends Error {
  override readonly name = 'DatabaseGone';
  readonly code: string;

  constructor(cause: unknown) {
    super('The database does not answer.', { cause });
    this.code = (cause as NodeJS.ErrnoException).code ?? '08006';
  }
}
