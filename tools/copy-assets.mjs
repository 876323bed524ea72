/**
 * Completes what `tsc -b` builds: SQL, workers and data stand beside the sources and are read from beside the built code.
 *
 *     node tools/copy-assets.mjs           copies every src/**\/*.{sql,mjs,json} to dist
 *     node tools/copy-assets.mjs --clean   removes every dist directory
 */
import { cpSync, globSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = ['libs', 'plugins', 'apps'].flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)));

const isNewer = (source, target) => {
  const copy = statSync(target, { throwIfNoEntry: false });
  return copy === undefined || copy.mtimeMs < statSync(source).mtimeMs;
};

for (const directory of packages) {
  const [src, dist] = [join(directory, 'src'), join(directory, 'dist')];
  if (process.argv.includes('--clean')) {
    rmSync(dist, { recursive: true, force: true });
    continue;
  }
  for (const asset of globSync('**/*.{sql,mjs,json}', { cwd: src, exclude: (name) => /spec\.mjs$/.test(name) })) {
    const target = join(dist, asset);
    if (isNewer(join(src, asset), target)) cpSync(join(src, asset), target);
  }
}
