#!/usr/bin/env node
// Read by whatever Node the machine has: nothing here may be newer than Node 12, or an old one answers with a syntax error.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;
const major = Number(process.versions.node.split('.')[0]);
const here = dirname(fileURLToPath(import.meta.url));

if (major >= needed) {
  import('../dist/main.js').then(
    (cli) => cli.main(process.argv.slice(2)),
    (error) => {
      if (error && error.code === 'ERR_MODULE_NOT_FOUND' && !existsSync(join(here, '../dist/main.js'))) console.error('Earshot is not built yet.\n  What to do: npm run build');
      else console.error(error);
      process.exit(1);
    },
  );
} else {
  // npm installs a Node of ours beside the other packages; npm scripts find it by themselves, a direct call does not.
  const own = join(here, '../../../node_modules/.bin/node');
  if (!existsSync(own)) {
    console.error('Earshot needs Node ' + needed + ' or newer; this is ' + process.versions.node + '.\n  What to do: run npm ci in the folder of Earshot, which brings one, or install Node ' + needed + '.');
    process.exit(1);
  }
  const child = spawn(own, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
}
