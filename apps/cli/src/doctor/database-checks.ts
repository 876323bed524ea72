import { stat } from 'node:fs/promises';
import { type Config, deriveSecret } from '@earshot/core/config';
import { type DatabaseRole, checkRole, checkServer, connectAsOwner, connectionOf, missingMigrations, roleNames } from '@earshot/core/database';
import { findRunningDatabase } from '@earshot/core/database/embedded';
import type { Client, ClientConfig } from 'pg';
import { type Checked, checking, counted, fail, ok, warn } from './checked.js';

/** More than this, and what "three hours ago" means differs between this machine and the database's. */
const mostSkewMs = 2_000;

/** The owner's way in: by DATABASE_URL, or by the state file of an Earshot that runs. Undefined where none runs; nothing is started. */
export const findDatabase = async (config: Config): Promise<ClientConfig | undefined> => {
  const url = config.database.url?.reveal();
  if (url !== undefined) return connectionOf(url, 'DATABASE_URL');
  if ((await stat(config.dataDirectory).catch(() => undefined)) === undefined) return undefined;
  const running = await findRunningDatabase(config.dataDirectory);
  return running === undefined ? undefined : { ...running, database: 'earshot' };
};

/** Reaches the database, or says why not; whoever gets the client ends it. */
export const reachDatabase = async (config: Config): Promise<{ readonly checked: Checked; readonly owner?: Client; readonly connection?: ClientConfig }> => {
  let owner: Client | undefined;
  let connection: ClientConfig | undefined;
  const checked = await checking('database', async () => {
    connection = await findDatabase(config);
    if (connection === undefined)
      return warn('database', `No Earshot runs on ${config.dataDirectory}, so its database does not run either. Nothing was started; what follows was not looked at.`, 'Run the doctor beside a running Earshot.');
    owner = await connectAsOwner(connection);
    return `The database answers${config.database.url === undefined ? ', that of the Earshot that runs here' : ' at DATABASE_URL'}.`;
  });
  return { checked, ...(owner === undefined ? {} : { owner }), ...(connection === undefined ? {} : { connection }) };
};

export const checkDatabase = async (owner: Client): Promise<readonly Checked[]> => [
  await checking('PostgreSQL', async () => {
    await checkServer(owner);
    const { rows } = await owner.query<{ version: string }>(`select split_part(current_setting('server_version'), ' ', 1) as version`);
    return `PostgreSQL ${rows[0]?.version}, in UTF8.`;
  }),
  await checkCharacterType(owner),
  await checkClock(owner),
  await checking('schema', async () => {
    const missing = await missingMigrations(owner);
    return missing.length === 0 ? 'The schema is that of this version.' : warn('schema', `The database lacks ${missing.join(', ')}.`, 'The next start brings it to this version by itself, or: npx earshot migrate.');
  }),
];

/** Texts are folded so that full text does not depend on it; collation of what people read still does. */
const checkCharacterType = async (owner: Client): Promise<Checked> => {
  const { rows } = await owner.query<{ ctype: string }>('select datctype as ctype from pg_database where datname = current_database()');
  const ctype = rows[0]?.ctype ?? '';
  if (ctype !== 'C' && ctype !== 'POSIX') return ok('character type', `LC_CTYPE is ${ctype}.`);
  return warn('character type', `LC_CTYPE of this database is ${ctype}: to it, only ASCII has letters. Search works, for texts are folded before; letter case beyond ASCII is not told apart elsewhere.`, `For a new database: CREATE DATABASE earshot ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0;`);
};

const checkClock = async (owner: Client): Promise<Checked> => {
  const before = Date.now();
  const { rows } = await owner.query<{ now: Date }>('select clock_timestamp() as now');
  const after = Date.now();
  const theirs = rows[0]?.now.getTime() ?? before;
  const skew = theirs < before ? before - theirs : Math.max(0, theirs - after);
  if (skew <= mostSkewMs) return ok('clock', "This machine's clock and the database's agree.");
  return warn('clock', `This machine's clock and the database's differ by ${(skew / 1_000).toFixed(1)} s.`, 'Let both machines keep their time by NTP.');
};

/** Each of the logins: it lets us in with the password that the key gives, owns nothing, and row-level security binds it. */
export const checkLogins = async (owner: Client, connection: ClientConfig, config: Config, key: Buffer): Promise<readonly Checked[]> => {
  const roles = Object.keys(roleNames) as DatabaseRole[];
  const { rows } = await owner.query<{ name: string }>('select rolname as name from pg_roles where rolname = any($1)', [Object.values(roleNames)]);
  const there = new Set(rows.map(({ name }) => name));
  const missing = roles.filter((role) => !there.has(roleNames[role])).map((role) => roleNames[role]);
  if (missing.length > 0)
    return [fail('logins', `The database has no login ${missing.join(', ')}.`, 'The next start makes what is missing, where the owner may; else a superuser runs what `npx earshot roles` prints.')];
  return Promise.all(roles.map((role) => checkLogin(role, connection, config, key)));
};

const checkLogin = (role: DatabaseRole, connection: ClientConfig, config: Config, key: Buffer): Promise<Checked> => {
  const check = `login ${roleNames[role]}`;
  return checking(check, async () => {
    const appUrl = role === 'app' ? config.database.appUrl?.reveal() : undefined;
    const login = appUrl === undefined ? { ...connection, user: roleNames[role], password: deriveSecret(key, `database-role/${role}`) } : connectionOf(appUrl, 'EARSHOT_APP_DATABASE_URL');
    try {
      await checkRole(login.user ?? roleNames[role], login);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'DATABASE_UNSUITABLE') throw error;
      return fail(check, `The database does not let ${login.user} in${code === undefined ? '' : ` (${code})`}.`, appUrl === undefined ? 'A superuser runs what `npx earshot roles` prints.' : 'Check EARSHOT_APP_DATABASE_URL.');
    }
    return `${login.user} can log in, owns nothing, and row-level security binds it.`;
  });
};

/** Whether the key opens what was sealed with it. */
export const checkSecrets = async (owner: Client, open: (accountId: string, sealed: Buffer) => unknown): Promise<Checked> => {
  const { rows } = await owner.query<{ id: string; name: string; sealed: Buffer }>('select a.id, a.name, s.sealed from account_secret s join account a on a.id = s.account_id where a.removed_at is null order by a.id');
  const closed = rows.filter(({ id, sealed }) => {
    try {
      open(id, sealed);
      return false;
    } catch {
      return true;
    }
  });
  if (closed.length === 0) return ok('secrets', rows.length === 0 ? 'No account has secrets.' : `The key opens the secrets of ${counted(rows.length, 'account', 'accounts')}, and no other has any.`);
  return fail('secrets', `The installation key does not open the secrets of: ${closed.map(({ name }) => name).join(', ')}.`, 'Put the key back that they were sealed with, from your backup; or sign these accounts in again.');
};
