import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromSource } from '../e2e/earshot-process.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** By the release's tag, or, where tags did not come along, by the commit that it is on. */
const commits: Readonly<Record<string, string>> = { '0.1.0': 'ff04ecf9d425843612098c5a68727812b9ff64f0' };

/** What names a release in this checkout's history; undefined where that has been left behind. */
export const releaseAtHand = (version: string): string | undefined =>
  [`v${version}`, commits[version]].find((name) => {
    try {
      execFileSync('git', ['cat-file', '-e', `${name}^{commit}`], { cwd: root, stdio: 'ignore' });
      return name !== undefined;
    } catch {
      return false;
    }
  });

/** What Node runs for the program of a release as it was, out of this repository's history, in `folder`, with the packages that are installed here. */
export const unpackRelease = async (version: string, folder: string): Promise<readonly string[]> => {
  const name = releaseAtHand(version);
  if (name === undefined) throw new Error(`The real Earshot ${version} is needed here, and this checkout does not have it: fetch it (git fetch --tags --unshallow).`);
  await mkdir(folder, { recursive: true });
  const archive = join(folder, 'release.tar');
  await run('git', ['archive', '--output', archive, name], { cwd: root });
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
