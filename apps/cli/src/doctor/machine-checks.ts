import { access, constants, stat, statfs } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { type Config, loadInstallationKey } from '@earshot/core/config';
import { type Checked, checking, fail, ok, warn } from './checked.js';

const neededNode = 24;
const [scarce, tooLittle] = [2_000_000_000, 200_000_000];

export const checkNode = (version: string): Checked =>
  Number(version.split('.')[0]) >= neededNode
    ? ok('node', `Node ${version}.`)
    : fail('node', `This is Node ${version}; Earshot needs ${neededNode} or newer.`, 'Run "npm ci", which brings one, or install Node 24.');

/** Rights and room of the data folder. Makes nothing: a folder that is not there yet is made by the first start. */
export const checkDataFolder = async (path: string): Promise<readonly Checked[]> => {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) return [warn('data folder', `${path} does not exist yet.`, 'The first start makes it. If you expected data there: set EARSHOT_DATA.')];
  if (!there.isDirectory()) return [fail('data folder', `${path} is not a folder.`, 'Set EARSHOT_DATA to a folder.')];
  return [await rightsOf(path, there.mode), await roomOn(path)];
};

const rightsOf = async (path: string, mode: number): Promise<Checked> => {
  if (!(await access(path, constants.R_OK | constants.W_OK | constants.X_OK).then(() => true, () => false)))
    return fail('data folder', `This user may not read and write ${path}.`, 'Run as the user that Earshot runs as, or give that user the folder.');
  if ((mode & 0o077) !== 0) return warn('data folder', `Others on this machine may look into ${path}, which holds the installation key.`, `chmod 700 ${path}`);
  return ok('data folder', `${path} can be read and written, by its owner alone.`);
};

const roomOn = async (path: string): Promise<Checked> => {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  const words = `${(free / 1e9).toFixed(1)} GB are free in ${path}.`;
  if (free < tooLittle) return fail('disk space', words, 'Make room: PostgreSQL stops where nothing can be written.');
  return free < scarce ? warn('disk space', words, 'Make room soon.') : ok('disk space', words);
};

/** The installation key, without making one. */
export const checkKey = async (config: Config): Promise<{ readonly checked: Checked; readonly key: Buffer | undefined }> => {
  const { value, file, fileGiven } = config.key;
  let key: Buffer | undefined;
  const checked = await checking('installation key', async () => {
    const [hasFile, hasData] = [await stat(file).catch(() => undefined), await stat(`${config.dataDirectory}/postgres`).catch(() => undefined)];
    if (value === undefined && hasFile === undefined && !fileGiven && hasData === undefined) return warn('installation key', `There is no key at ${file} yet.`, 'The first start makes one.');
    key = await loadInstallationKey(config);
    if (value === undefined && hasFile !== undefined && (hasFile.mode & 0o077) !== 0) return warn('installation key', `Others on this machine may read ${file}.`, `chmod 600 ${file}`);
    return value === undefined ? `The key in ${file} can be read.` : 'The key in EARSHOT_KEY can be read.';
  });
  return { checked, key };
};

/** Whether the port can be listened on; where an Earshot runs, whether somebody answers there. */
export const checkPort = async ({ http: { host, port } }: Config, isRunning: boolean): Promise<Checked> => {
  if (port === 0) return ok('port', 'Any port that is free.');
  if (isRunning) {
    const answers = await reach(host === '0.0.0.0' || host === '::' ? 'localhost' : host, port);
    return answers ? ok('port', `${host}:${port} answers.`) : warn('port', `An Earshot runs, and nothing answers at ${host}:${port}.`, 'Is it still starting, or does it run with another EARSHOT_PORT or without the role api?');
  }
  const problem = await whyNotListen(host, port);
  if (problem === undefined) return ok('port', `${host}:${port} is free.`);
  return fail('port', `${host}:${port} cannot be listened on (${problem}).`, 'Stop the other program, or choose another by EARSHOT_PORT and EARSHOT_HOST.');
};

const whyNotListen = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });

const reach = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3_000 });
    const done = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false)).once('timeout', () => done(false));
  });
