import type { ClientConfig } from 'pg';
import type { DataSourceOptions } from 'typeorm';

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** The connection of a pg client in TypeORM's words, and what holds for every data source of ours. */
export const dataSourceOptions = (connection: ClientConfig): PostgresOptions => {
  const { host, port, user, password, database, ssl } = connection;
  if (typeof password === 'function') throw new TypeError('a password given as a function is not supported');
  return {
    type: 'postgres',
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    // pg and TypeORM describe TLS by two of Node's types that differ in a callback we never pass.
    ...(ssl === undefined ? {} : { ssl: ssl as NonNullable<PostgresOptions['ssl']> }),
    synchronize: false,
    logging: false,
    installExtensions: false,
  };
};
