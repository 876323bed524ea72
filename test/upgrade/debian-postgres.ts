import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.js';

const run = promisify(execFile);

/** The oldest PostgreSQL that Earshot works on, with the pg_dump that the built-in one lacks. */
export interface DebianPostgres {
  readonly url: string;
  /** The database as SQL that a plain connection can run: no commands of psql's, no COPY. */
  dump(): Promise<string>;
  stop(): Promise<void>;
}

/** Debian's package postgresql-15, in `folder`, with an empty database. It refuses to run as root: then it is the user that the package made. */
export const startDebianPostgres = async (folder: string, bin = '/usr/lib/postgresql/15/bin'): Promise<DebianPostgres> => {
  const root = process.getuid?.() === 0;
  const as = (program: string, args: readonly string[]): Promise<{ stdout: string }> => {
    const words = [join(bin, program), ...args];
    const [command = '', ...rest] = root ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', ...words] : words;
    return run(command, rest, { cwd: '/', maxBuffer: 200_000_000 });
  };
  const [place, password] = [join(folder, 'postgres'), randomBytes(18).toString('hex')];
  await mkdir(place);
  await writeFile(join(place, 'password'), password);
  if (root) {
    await chmod(folder, 0o755);
    await run('chown', ['-R', 'postgres', place]);
  }
  const port = await freePort();
  await as('initdb', ['-D', join(place, 'data'), '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '-A', 'scram-sha-256', `--pwfile=${join(place, 'password')}`]);
  await as('pg_ctl', ['-D', join(place, 'data'), '-w', '-l', join(place, 'log'), '-o', `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${place} -c fsync=off`, 'start']);
  const server = `postgres://postgres:${password}@127.0.0.1:${port}`;
  await as('createdb', ['--maintenance-db', `${server}/postgres`, 'earshot']);
  return {
    url: `${server}/earshot`,
    async dump() {
      const { stdout } = await as('pg_dump', ['--no-owner', '--inserts', '--rows-per-insert=200', `${server}/earshot`]);
      // Commands of psql's, by which newer ones guard a restore.
      return stdout.replaceAll(/^\\.*\n/gm, '').replaceAll(/^--.*\n|^\n/gm, '');
    },
    stop: async () => void (await as('pg_ctl', ['-D', join(place, 'data'), '-m', 'immediate', 'stop'])),
  };
};
