import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Yard } from '../yard.js';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The program `snac` from Debian's package snac2 (bookworm-backports), unpacked into the yard: nothing is installed, and apt's own settings and lists stay as they are.
 *
 * @throws Error which says what could not be had
 */
export const fetchSnac = async (yard: Yard): Promise<string> => {
  const apt = join(yard.path, 'apt');
  for (const folder of ['parts', 'state/lists/partial', 'cache/archives/partial']) await mkdir(join(apt, folder), { recursive: true });
  await writeFile(join(apt, 'sources.list'), `deb [signed-by=${keyring}] http://deb.debian.org/debian bookworm-backports main\n`);
  await writeFile(join(apt, 'status'), '');
  await writeFile(join(apt, 'apt.conf'), [
    `Dir::Etc::SourceList "${apt}/sources.list";`, `Dir::Etc::SourceParts "${apt}/parts";`, `Dir::Etc::Parts "${apt}/parts";`,
    `Dir::State "${apt}/state";`, `Dir::State::Status "${apt}/status";`, `Dir::Cache "${apt}/cache";`,
    'Acquire::Languages "none";', 'Acquire::Retries "3";',
    // Root would hand the download to a user who may not write here.
    'APT::Sandbox::User "root";',
  ].join('\n'));
  const env = { ...process.env, APT_CONFIG: join(apt, 'apt.conf') };
  const run = (program: string, ...words: string[]): Promise<string> => yard.start(program, words, { cwd: apt, env, as: 'me' }).done();
  try {
    await run('apt-get', '-qq', 'update');
    await run('apt-get', '-qq', 'download', 'snac2/bookworm-backports');
    const found = (await readdir(apt)).find((name) => name.endsWith('.deb'));
    if (found === undefined) throw new Error('apt-get brought no package');
    await run('dpkg-deb', '-x', found, join(yard.path, 'snac'));
  } catch (cause) {
    throw new Error(`snac cannot be had: ${(cause as Error).message}`, { cause });
  }
  return join(yard.path, 'snac/usr/bin/snac');
};
