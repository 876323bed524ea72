/**
 * How pg begins what it says without a code where the server is gone (pg/lib/client.js of 8.23), and what TypeORM says of a query runner whose
 * connection broke under it: it releases such a one by itself.
 */
const saidOf = ['Connection terminated', 'Client has encountered a connection error', 'Client was closed', 'Query runner already released'];

/** PostgreSQL's classes 08 and 57P, 25P03 where it ended a transaction that stood still (https://www.postgresql.org/docs/current/errcodes-appendix.html), and what a socket or pg itself says. */
export const isConnectionLost = (error: unknown): boolean => {
  const { code = '', message = '', syscall } = (error ?? {}) as NodeJS.ErrnoException;
  // Of a socket that is not there; any other file that is not there says the same.
  if (code === 'ENOENT') return syscall === 'connect';
  return /^(08|57P|25P03|ECONN|EPIPE)/.test(code) || saidOf.some((words) => String(message).startsWith(words));
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
