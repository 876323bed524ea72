/**
 * `npm run check`: every gate but the tests, each run whatever became of those before it.
 *
 *     node tools/check.mjs [--output gates.json]    the file gets { passed, failed }, for a machine that adds up
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const run = (script) => spawnSync('npm', ['run', '--silent', script], { cwd: root, encoding: 'utf8' });

/** Generated and committed: generating again must change nothing. */
const generated = (script, file) => () => {
  const path = new URL(`../${file}`, import.meta.url);
  const before = readFileSync(path, 'utf8');
  const done = run(script);
  const same = readFileSync(path, 'utf8') === before;
  return same ? done : { status: 1, stdout: `${file} was not what "npm run ${script}" makes; now it is: look at the change and commit it.\n`, stderr: done.stderr };
};

const gates = [
  ['types', () => run('typecheck')],
  ['lint', () => run('lint')],
  ['imports point one way', () => run('check:imports')],
  ['no dead code', () => run('check:dead')],
  ['licences', () => run('check:licences')],
  ...('schema' in scripts ? [['schema.graphql', generated('schema', 'schema.graphql')]] : []),
];

const counts = { passed: 0, failed: 0 };
for (const [name, gate] of gates) {
  const { status, stdout, stderr } = gate();
  counts[status === 0 ? 'passed' : 'failed'] += 1;
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (status !== 0) console.log(`${stdout}${stderr}`.trimEnd());
}

const output = process.argv.indexOf('--output');
if (output !== -1) writeFileSync(process.argv[output + 1], JSON.stringify(counts));
console.log(`Gates: ${counts.passed} passed, ${counts.failed} failed`);
if (counts.failed > 0) process.exitCode = 1;
