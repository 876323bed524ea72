import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromSource } from '../e2e/earshot-process.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/**
 * What Node runs for the program of a release as it was, out of this repository's history, in `folder`, with the packages that are installed here.
 * Fails where the history is not at hand: a double of an old program would prove nothing.
 */
export const unpackRelease = async (version: string, folder: string): Promise<readonly string[]> => {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, 'release.tar');
  try {
    await run('git', ['archive', '--output', archive, `v${version}`], { cwd: root });
  } catch (cause) {
    throw new Error(`The real Earshot ${version} is needed here, and this checkout does not have its tag v${version}: fetch it (git fetch --tags --unshallow, or --depth that reaches it).`, { cause });
  }
  await run('tar', ['-xf', archive, '-C', folder]);
  await linkPackages(folder);
  return fromSource(folder);
};

/** All packages of others from here; our own lead to the release's own sources. */
const linkPackages = async (folder: string): Promise<void> => {
  const [here, there] = [join(root, 'node_modules'), join(folder, 'node_modules')];
  await mkdir(join(there, '@earshot'), { recursive: true });
  for (const name of await readdir(here)) if (name !== '@earshot') await symlink(join(here, name), join(there, name));
  for (const name of await readdir(join(here, '@earshot'))) {
    const leadsTo = await readlink(join(here, '@earshot', name));
    await symlink(leadsTo, join(there, '@earshot', name));
    const [own, release] = [join(here, '@earshot', leadsTo, 'node_modules'), join(there, '@earshot', leadsTo)];
    // A workspace that needs another version than the rest has packages of its own.
    if (existsSync(own) && existsSync(release)) await symlink(own, join(release, 'node_modules'));
  }
};
