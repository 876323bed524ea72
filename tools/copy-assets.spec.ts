import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

let root: string;
const at = (path: string): string => join(root, path);
const copyAssets = (...args: string[]): void => void execFileSync(process.execPath, [at('tools/copy-assets.mjs'), ...args]);

function write(path: string, content: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'earshot-assets-'));
  mkdirSync(at('tools'));
  cpSync(fileURLToPath(new URL('copy-assets.mjs', import.meta.url)), at('tools/copy-assets.mjs'));
  write('libs/core/src/deep/one.sql', 'select 1');
  write('libs/core/src/code.ts', '');
  write('plugins/feeds/src/reader.worker.mjs', '');
  write('plugins/feeds/src/reader.spec.mjs', '');
  write('plugins/feeds/fixtures/x.json', '{}');
  write('apps/cli/src/words.json', '{}');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('copy-assets', () => {
  it('copies SQL, workers and data of every package beside the built code, and nothing else', () => {
    copyAssets();
    expect(readFileSync(at('libs/core/dist/deep/one.sql'), 'utf8')).toBe('select 1');
    const places = ['plugins/feeds/dist/reader.worker.mjs', 'apps/cli/dist/words.json', 'libs/core/dist/code.ts', 'plugins/feeds/dist/reader.spec.mjs', 'plugins/feeds/dist/x.json'];
    expect(places.map((path) => existsSync(at(path)))).toEqual([true, true, false, false, false]);
  });

  it('copies again what changed', () => {
    copyAssets();
    write('libs/core/src/deep/one.sql', 'select 2');
    utimesSync(at('libs/core/src/deep/one.sql'), Date.now() / 1000 + 5, Date.now() / 1000 + 5);
    copyAssets();
    expect(readFileSync(at('libs/core/dist/deep/one.sql'), 'utf8')).toBe('select 2');
  });

  it('removes what was built, with --clean', () => {
    copyAssets();
    copyAssets('--clean');
    expect(['libs/core/dist', 'plugins/feeds/dist', 'apps/cli/dist'].map((path) => existsSync(at(path)))).toEqual([false, false, false]);
    expect(existsSync(at('libs/core/src/deep/one.sql'))).toBe(true);
  });
});
