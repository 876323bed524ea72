import pg from 'pg';
import { findRunningDatabase } from '../../libs/core/src/database/embedded/embedded-postgres.js';

/** The first row of one statement, as the owner of the database that runs for this data directory; undefined where none runs. */
export const askDatabase = async <Row extends pg.QueryResultRow>(data: string, sql: string, values: readonly unknown[] = []): Promise<Row | undefined> => {
  const target = await findRunningDatabase(data);
  if (target === undefined) return undefined;
  const owner = new pg.Client({ ...target, database: 'earshot' });
  owner.on('error', () => undefined);
  try {
    await owner.connect();
    return (await owner.query<Row>(sql, [...values])).rows[0];
  } finally {
    await owner.end();
  }
};
