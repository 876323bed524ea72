import { readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import pg, { type ClientConfig } from 'pg';

const folder = new URL('fixtures/', import.meta.url);

/** The releases whose databases are kept, the oldest first. */
export const releases: readonly string[] = readdirSync(folder)
  .map((file) => file.replace(/\.sql\.gz$/, ''))
  .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));

/** The key of the installations that they are of. */
export const fixtureKey = Buffer.alloc(32, 7);

/** Fills an empty database, whose cluster has Earshot's four roles, with what that release left. */
export const restoreFixture = async (owner: ClientConfig, version: string): Promise<void> => {
  const client = new pg.Client(owner);
  await client.connect();
  try {
    await client.query(gunzipSync(readFileSync(new URL(`${version}.sql.gz`, folder))).toString());
  } finally {
    await client.end();
  }
};
