import { type Config, readConfig } from '@earshot/core/config';
import type { Client, ClientConfig } from 'pg';
import { type Checked, checking, fail } from './checked.js';
import { checkDatabase, checkLogins, checkSecrets, reachDatabase } from './database-checks.js';
import { checkListening } from './listening-checks.js';
import { checkHeartbeat, checkLiving, checkMail, checkPush, checkReadiness, checkSuppressed } from './living-checks.js';
import { checkDataFolder, checkKey, checkNode, checkPort } from './machine-checks.js';

/** Looks at the whole installation, changes nothing and starts nothing. What cannot be looked at, because something before it failed, is left out. */
export const examine = async (): Promise<readonly Checked[]> => {
  const node = checkNode(process.versions.node);
  let config: Config | undefined;
  const settings = await checking('settings', () => {
    config = readConfig();
    return Promise.resolve('All settings can be read.');
  });
  return [node, settings, ...(config === undefined ? [] : await examineInstallation(config))];
};

const examineInstallation = async (config: Config): Promise<readonly Checked[]> => {
  const folder = await checkDataFolder(config.dataDirectory);
  const { checked: installationKey, key } = await checkKey(config);
  const plugins = await checkPlugins(config);
  const { checked: database, owner, connection } = await reachDatabase(config);
  try {
    const isRunning = owner !== undefined && (config.database.url === undefined || (await somebodyWorks(owner)));
    const port = await checkPort(config, isRunning);
    // Where it may be any port, or nobody answers, nobody can be asked.
    const readiness = isRunning && config.http.port !== 0 && port.status === 'ok' ? [await checkReadiness(config)] : [];
    const inside = owner === undefined || connection === undefined ? [] : await examineDatabase(owner, connection, config, key);
    return [...folder, installationKey, plugins, port, ...readiness, checkHeartbeat(config), await checkMail(config), database, ...inside];
  } finally {
    await owner?.end();
  }
};

const checkPlugins = (config: Config): Promise<Checked> =>
  checking('plugins', async () => {
    const { loadInstalledPlugins } = await import('@earshot/server');
    return `Valid: ${(await loadInstalledPlugins(config)).plugins.map(({ id }) => id).join(', ')}.`;
  });

/** Processes of Earshot name their connections; one that listens asks the database every second. */
const somebodyWorks = async (owner: Client): Promise<boolean> =>
  (await owner.query(`select from pg_stat_activity where datname = current_database() and application_name like 'earshot-%' limit 1`)).rowCount === 1;

const examineDatabase = async (owner: Client, connection: ClientConfig, config: Config, key: Buffer | undefined): Promise<readonly Checked[]> => {
  const server = await checkDatabase(owner);
  const logins = key === undefined ? [] : await checkLogins(owner, connection, config, key);
  const { rows } = await owner.query<{ ready: boolean }>(`select to_regclass('public.reply') is not null as ready`);
  if (rows[0]?.ready !== true) return [...server, ...logins];
  return [...server, ...logins, ...(key === undefined ? [] : [await checkSealed(owner, key)]), ...(await listening(owner, config))];
};

const checkSealed = async (owner: Client, key: Buffer): Promise<Checked> => {
  const { accountSecretKeys } = await import('@earshot/server');
  const keys = accountSecretKeys(key);
  return checkSecrets(owner, (accountId, sealed) => keys.open(accountId, sealed));
};

/** A schema of another version may lack what is asked for: that is told as one thing, not as a crash of the doctor. */
const listening = async (owner: Client, config: Config): Promise<readonly Checked[]> => {
  try {
    return [...(await checkListening(owner)), ...(await checkLiving(owner)), await checkPush(owner, config), await checkSuppressed(owner, config)];
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== '42P01' && code !== '42703') throw error;
    return [fail('listening', `The schema is not the one that this version knows (${code}).`, 'See what "schema" says above.')];
  }
};
