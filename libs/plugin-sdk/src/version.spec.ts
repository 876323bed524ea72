import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isCompatible, sdkVersion } from './version.js';

describe('sdkVersion', () => {
  it('is the version of the package', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(sdkVersion).toBe(manifest.version);
  });
});

describe('isCompatible', () => {
  it.each([
    ['^0.1.0', '0.1.0'],
    ['^0.1.0', '0.1.9'],
    ['^0.1.0', '0.1.0-dev'],
    ['^0.0.3', '0.0.3'],
    ['^0.0', '0.0.9'],
    ['^0', '0.9.0'],
    ['^1.2.3', '1.9.0'],
    ['~1.2.3', '1.2.9'],
    ['~1', '1.9.9'],
    ['0.1', '0.1.7'],
    ['2', '2.5.0'],
    ['0.1.2', '0.1.2'],
    [' ^0.1.0 ', '0.1.1'],
  ])('%s takes %s', (range, version) => {
    expect(isCompatible(range, version)).toBe(true);
  });

  it.each([
    ['^0.1.0', '0.2.0'],
    ['^0.1.2', '0.1.1'],
    ['^0.0.3', '0.0.4'],
    ['^0.0', '0.1.0'],
    ['^1.2.3', '2.0.0'],
    ['^1.2.3', '1.2.2'],
    ['~1.2.3', '1.3.0'],
    ['0.1', '0.2.0'],
    ['0.1.2', '0.1.3'],
    ['*', '0.1.0'],
    ['>=0.1.0', '0.1.0'],
    ['^0.1.0 || ^0.2.0', '0.1.0'],
    ['', '0.1.0'],
    ['^0.1.0', 'latest'],
    ['^0.1.0', '^0.1.0'],
  ])('%s does not take %s', (range, version) => {
    expect(isCompatible(range, version)).toBe(false);
  });

  it('asks for this very SDK when no version is given', () => {
    expect(isCompatible(`^${sdkVersion}`)).toBe(true);
  });
});
