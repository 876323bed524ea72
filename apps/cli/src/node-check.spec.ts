import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** The commands in `bin`, in a folder like Earshot's, run by a Node that says it is another. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-node-'));
  cpSync(join(import.meta.dirname, '../bin'), join(folder, 'apps/cli/bin'), { recursive: true });
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  mkdirSync(join(folder, 'apps/cli/dist'));
  writeFileSync(join(folder, 'apps/cli/dist/package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'apps/cli/dist/main.js'), 'export const main = async (words) => console.log("ran", ...words);');
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (program: 'earshot.js' | 'node-check.js', version: string, ...words: readonly string[]) => {
  const fake = join(folder, 'fake.cjs');
  writeFileSync(fake, `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: ${JSON.stringify(version)} } });`);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', fake, join(folder, 'apps/cli/bin', program), ...words], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

const ownNode = (): void => {
  const own = join(folder, 'node_modules/.bin/node');
  writeFileSync(own, '#!/bin/sh\necho "our own Node runs $3 with $1"\n');
  chmodSync(own, 0o755);
};

describe.each(['earshot.js', 'node-check.js'] as const)('%s, on a Node that is too old', (program) => {
  it.each(['18.20.4', '16.20.2', '22.1.0'])('%s: one message that says what to do', (version) => {
    const { status, stdout, stderr } = run(program, version, 'start');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^Earshot cannot go on: it needs Node 24 or newer, and this is ${version.replaceAll('.', '\\.')} \\(NODE_TOO_OLD\\)\\.\\n {2}What to do: .*npm ci.*\\n$`));
  });

  it('says when nothing is installed yet', () => {
    rmSync(join(folder, 'node_modules'), { recursive: true });
    expect(run(program, '18.20.4')).toMatchObject({ status: 1, stderr: expect.stringMatching(/not installed\.\n {2}What to do: npm ci/) });
  });
});

describe('earshot.js', () => {
  it('runs on the Node that npm ci brought, where the one that was called is too old', () => {
    ownNode();
    expect(run('earshot.js', '18.20.4', 'doctor')).toEqual({ status: 0, stdout: 'our own Node runs doctor with --max-semi-space-size=16\n', stderr: '' });
  });

  it('runs on a Node that is new enough', () => {
    expect(run('earshot.js', '24.0.0', 'start')).toEqual({ status: 0, stdout: 'ran start\n', stderr: '' });
    expect(run('node-check.js', '24.0.0')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('says when it is not built', () => {
    rmSync(join(folder, 'apps/cli/dist'), { recursive: true });
    expect(run('earshot.js', '24.0.0')).toMatchObject({ status: 1, stderr: 'Earshot is not built yet.\n  What to do: npm run build\n' });
  });
});
