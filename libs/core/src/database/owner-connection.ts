import type { Client, ClientBase, ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { StartError } from '../errors/start.error.js';
import { SteadyClient } from './steady-client.js';
import type { Tx } from './tx.js';

/** A connection URL as pg takes it. @throws StartError where it is none; the message never holds the URL, which holds a password. */
export const connectionOf = (url: string, setting: string): ClientConfig => {
  try {
    return parseIntoClientConfig(url);
  } catch (error) {
    throw new StartError('BAD_SETTINGS', `${setting} is no connection URL.`, `Write it as postgres://user:password@host:5432/database, with special characters in the password percent-encoded.`, { cause: error });
  }
};

/** A connection for this piece of work only: what is kept open breaks whenever PostgreSQL is started again. */
export const whileConnected = async <T>(connection: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new SteadyClient(connection);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
};

/** The owner's connection, asked as every other is. */
export const ownersQueries = (owner: ClientBase): Pick<Tx, 'query'> => ({
  query: async <Row>(sql: string, parameters: readonly unknown[] = []) => (await owner.query(sql, [...parameters])).rows as Row[],
});

/** A transaction on the owner's connection. Rolls back on any throw, which goes on to the caller. */
export const ownersTransaction = async <T>(owner: ClientBase, work: () => Promise<T>): Promise<T> => {
  await owner.query('begin');
  try {
    const result = await work();
    await owner.query('commit');
    return result;
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
};
