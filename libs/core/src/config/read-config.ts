import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StartError } from '../errors/start.error.js';
import { readConfigFile, type ConfigFileReading } from './config-file.js';
import type { Config } from './config.js';
import { metaOf } from './describe-settings.js';
import { nearestName } from './nearest-name.js';
import { settingNames, settings, type SettingName, type Settings } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the configuration file comes from. */
export interface ConfigFiles {
  /** The text, or undefined if there is no such file. Throws if it cannot be read. */
  read(path: string): string | undefined;
}

const DEFAULT_FILE = 'earshot.config.json';
/** Read by the project's own tests, never by Earshot. */
const FOR_TESTS = /^EARSHOT_TEST_/;

/**
 * Reads the whole configuration, from the environment and earshot.config.json. Paths in it are taken from the working directory.
 *
 * @throws {StartError} BAD_SETTINGS once, naming everything that is wrong with what is allowed instead, and no secret
 */
export function readConfig(env: Environment = process.env, files: ConfigFiles = onDisk): Config {
  const problems = [...unknownSettings(env)];
  const read = settings.safeParse(Object.fromEntries(settingNames.map((name) => [name, given(env, name)])));
  const wrong = new Set(read.error?.issues.map((issue) => issue.path[0] as SettingName));
  problems.push(...[...wrong].map((name) => badSetting(name, env)), ...contradictions(env));
  const file = readFile(env, files);
  problems.push(...file.problems);
  if (!read.success || problems.length > 0) throw badSettings(problems);
  return freeze(toConfig(read.data, file));
}

/** An empty value is what `EARSHOT_PORT= npm start` and many container files mean by "not set". */
function given(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function* unknownSettings(env: Environment): Generator<string> {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('EARSHOT_') || FOR_TESTS.test(name) || (settingNames as string[]).includes(name)) continue;
    const meant = nearestName(name, settingNames);
    yield `${name} is not a setting of Earshot${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  }
}

function badSetting(name: SettingName, env: Environment): string {
  const { allowed, secret } = metaOf(name);
  const written = secret ? '' : ` (it is ${JSON.stringify(shortened(given(env, name) ?? ''))})`;
  return `${name} must be ${allowed}${written}`;
}

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

function* contradictions(env: Environment): Generator<string> {
  if (given(env, 'EARSHOT_KEY') !== undefined && given(env, 'EARSHOT_KEY_FILE') !== undefined) yield 'EARSHOT_KEY and EARSHOT_KEY_FILE are both set: leave one of them out';
  if (given(env, 'EARSHOT_APP_DATABASE_URL') !== undefined && given(env, 'DATABASE_URL') === undefined) yield "EARSHOT_APP_DATABASE_URL needs DATABASE_URL beside it, the owner's login";
  if (given(env, 'EARSHOT_SMTP_URL') !== undefined && given(env, 'EARSHOT_MAIL_FROM') === undefined) yield 'EARSHOT_SMTP_URL needs EARSHOT_MAIL_FROM beside it, from whom the mails are';
  if (given(env, 'EARSHOT_SMTP_URL') !== undefined && given(env, 'EARSHOT_PUBLIC_URL') === undefined) yield 'EARSHOT_SMTP_URL needs EARSHOT_PUBLIC_URL beside it: mails hold links to this server';
}

function readFile(env: Environment, files: ConfigFiles): ConfigFileReading {
  const named = given(env, 'EARSHOT_CONFIG');
  const path = named ?? DEFAULT_FILE;
  let text: string | undefined;
  try {
    text = files.read(resolve(path));
  } catch (error) {
    return { plugins: [], problems: [`${path} cannot be read: ${(error as Error).message}`] };
  }
  if (text === undefined) return { plugins: [], problems: named === undefined ? [] : [`EARSHOT_CONFIG names ${path}, which does not exist`] };
  const { plugins, problems } = readConfigFile(text);
  return { plugins, problems: problems.map((problem) => `${path}: ${problem}`) };
}

function badSettings(problems: readonly string[]): StartError {
  const many = problems.length > 1;
  return new StartError('BAD_SETTINGS', `${many ? 'These settings are' : 'A setting is'} wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, `Change ${many ? 'them' : 'it'} and start again; docs/operating.md lists every setting.`);
}

function toConfig(set: Settings, { plugins }: ConfigFileReading): Config {
  const dataDirectory = resolve(set.EARSHOT_DATA);
  return {
    dataDirectory,
    key: { value: set.EARSHOT_KEY, file: resolve(set.EARSHOT_KEY_FILE ?? join(dataDirectory, 'key')), fileGiven: set.EARSHOT_KEY_FILE !== undefined },
    database: { url: set.DATABASE_URL, appUrl: set.EARSHOT_APP_DATABASE_URL },
    http: { host: set.EARSHOT_HOST, port: set.EARSHOT_PORT, publicUrl: set.EARSHOT_PUBLIC_URL, trustedProxies: set.EARSHOT_TRUSTED_PROXIES },
    roles: set.EARSHOT_ROLES,
    session: { hours: set.EARSHOT_SESSION_HOURS },
    replies: { undoSeconds: set.EARSHOT_UNDO_SECONDS },
    query: { depth: set.EARSHOT_QUERY_DEPTH, cost: set.EARSHOT_QUERY_COST },
    allowedPrivateAddresses: set.EARSHOT_ALLOW_PRIVATE_ADDRESSES,
    mail: set.EARSHOT_SMTP_URL === undefined || set.EARSHOT_MAIL_FROM === undefined ? undefined : { url: set.EARSHOT_SMTP_URL, from: set.EARSHOT_MAIL_FROM },
    monitoring: { heartbeatUrl: set.EARSHOT_HEARTBEAT_URL, metricsToken: set.EARSHOT_METRICS_TOKEN },
    plugins,
    log: { level: set.EARSHOT_LOG_LEVEL, format: set.EARSHOT_LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json') },
  };
}

function freeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part as object);
  return Object.freeze(value);
}

const onDisk: ConfigFiles = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
};
