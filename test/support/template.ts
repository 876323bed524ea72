import pg, { type ClientConfig } from 'pg';
import type { DatabaseRole } from '@earshot/core/database';

/** One password for the three logins, in a cluster that ends with the run. */
export const rolePassword = (role: DatabaseRole): string => `test-${role}`;

/**
 * Fills the empty database of `owner` with what every test begins with: the migrated schema, no rows of a library. Runs once a test run;
 * tests get clones.
 */
export async function buildTemplate(owner: ClientConfig): Promise<void> {
  const { prepareDatabase, roleNames } = await import('@earshot/core/database');
  const { installJobQueue } = await import('@earshot/core/jobs');
  const client = new pg.Client(owner);
  await client.connect();
  try {
    // A PostgreSQL that outlives the run may hold the roles of an earlier one, or of an installation for trying out.
    const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles where rolname = any($1)', [Object.values(roleNames)]);
    for (const [role, name] of Object.entries(roleNames) as [DatabaseRole, string][]) {
      if (rows.some((row) => row.rolname === name)) await client.query(`alter role ${name} password ${client.escapeLiteral(rolePassword(role))}`);
    }
  } finally {
    await client.end();
  }
  await prepareDatabase({ owner, password: rolePassword, also: installJobQueue });
}
