import type { Client, ClientConfig } from 'pg';
import { StartError } from '../errors/start.error.js';
import type { DatabaseRole } from './database.js';
import { SteadyClient } from './steady-client.js';

export const roleNames: Readonly<Record<DatabaseRole, string>> = { app: 'earshot_app', worker: 'earshot_worker', listener: 'earshot_listener', keeper: 'earshot_keeper' };
const roles = Object.keys(roleNames) as DatabaseRole[];

/** The password of a role: the same in every process that holds the installation's key, so none is stored. */
export type RolePassword = (role: DatabaseRole) => string;

const duplicateObject = '42710';
const insufficientPrivilege = '42501';
const wrongPassword = '28P01';

/** Makes the logins that are missing. Those that exist are left as they are: another installation may use them. */
export const createRoles = async (owner: Client, password: RolePassword): Promise<void> => {
  const { rows } = await owner.query<{ rolname: string }>('select rolname from pg_roles where rolname = any($1)', [Object.values(roleNames)]);
  const existing = new Set(rows.map((row) => row.rolname));
  for (const role of roles) {
    const name = roleNames[role];
    if (existing.has(name)) continue;
    try {
      await owner.query(`create role ${name} login noinherit password ${owner.escapeLiteral(password(role))}`);
    } catch (error) {
      const code = (error as { code?: string }).code;
      // Somebody made it a moment ago: another process of this installation, or another database of this cluster.
      if (code === duplicateObject || code === '23505') continue;
      if (code !== insufficientPrivilege) throw error;
      throw new StartError(
        'DATABASE_UNSUITABLE',
        `The user of DATABASE_URL may not create roles, and the role ${name} is missing.`,
        `Let it: ALTER ROLE <user> CREATEROLE; or let a superuser run what "earshot roles" prints.`,
        { cause: error },
      );
    }
  }
};

/** The SQL that `createRoles` would run, for a database administrator who keeps CREATEROLE to themselves. It holds passwords. */
export const createRolesSql = (password: RolePassword): string =>
  roles.map((role) => `create role ${roleNames[role]} login noinherit password '${password(role).replaceAll("'", "''")}';`).join('\n');

/**
 * Connects as each role and refuses one that row-level security does not bind.
 * `app`: a login of the database administrator's own for the application; it must be a member of earshot_app.
 */
export const checkRoles = async (owner: ClientConfig, password: RolePassword, app?: ClientConfig): Promise<Readonly<Record<DatabaseRole, ClientConfig>>> => {
  const checked = await Promise.all(
    roles.map(async (role) => {
      const own: ClientConfig = { ...owner, user: roleNames[role], password: password(role) };
      const connection = role === 'app' && app !== undefined ? app : own;
      await checkRole(connection.user ?? roleNames[role], connection);
      return [role, connection] as const;
    }),
  );
  return Object.fromEntries(checked) as Record<DatabaseRole, ClientConfig>;
};

/** @throws {StartError} DATABASE_UNSUITABLE where this login does not fit the installation's key, or row-level security does not bind it */
export const checkRole = async (name: string, connection: ClientConfig): Promise<void> => {
  const client = new SteadyClient(connection);
  try {
    await client.connect();
  } catch (error) {
    if ((error as { code?: string }).code !== wrongPassword) throw error;
    throw new StartError(
      'DATABASE_UNSUITABLE',
      `The role ${name} exists, with another password than this installation's key gives it.`,
      'Two installations in one PostgreSQL cluster, or a lost key? Restore the key file, or let a superuser run the ALTER ROLE lines that "earshot roles" prints.',
      { cause: error },
    );
  }
  try {
    const { rows } = await client.query<{ reason: string | null; reaches_all: boolean }>(`
      select case when rolsuper then 'it is a superuser'
                  when rolbypassrls then 'it has BYPASSRLS'
                  when exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                               where n.nspname = 'public' and c.relkind in ('r', 'v', 'p') and pg_has_role(current_user, c.relowner, 'member'))
                  then 'it owns tables of Earshot, or is a member of the role that does' end as reason,
             rolname <> all (array['${roleNames.listener}', '${roleNames.keeper}'])
               and (pg_has_role(current_user, '${roleNames.listener}', 'member') or pg_has_role(current_user, '${roleNames.keeper}', 'member')) as reaches_all
      from pg_roles where rolname = current_user`);
    const reason = rows[0]?.reason ?? (rows[0]?.reaches_all === true ? 'it may act as the listener or the keeper, who work for all libraries' : undefined);
    if (reason !== undefined)
      throw new StartError(
        'DATABASE_UNSUITABLE',
        `The application's role ${name} is not bound by row-level security: ${reason}. One library could read another's notes.`,
        `Run as a superuser: ALTER ROLE ${name} NOSUPERUSER NOBYPASSRLS; and REVOKE any role that owns tables from it.`,
      );
  } finally {
    await client.end();
  }
};
