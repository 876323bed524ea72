import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { migrations } from './index.js';

/** What databases have had by a release, by the SHA-256 of its SQL. Another release adds lines and changes none. */
const released: Readonly<Record<string, { readonly by: string; readonly sha256: string }>> = {
  '0001-initial.sql': { by: '0.1.0', sha256: '1563bf6cc3d014dfdea628f9919173130a973f56061dcc766bdabd7d115bcdc1' },
};

const folder = new URL('.', import.meta.url);
const names = migrations.map((each) => new each().name);

describe('the migrations', () => {
  it.each(Object.entries(released))('%s is as it was released', (file, { by, sha256 }) => {
    const now = createHash('sha256').update(readFileSync(new URL(file, folder))).digest('hex');
    if (now !== sha256)
      throw new Error(`${file} came to databases with ${by}, and no database will have it again: bring it back (git checkout v${by} -- libs/core/src/database/migrations/${file}) and make the change by another migration beside it, listed in index.ts.`);
  });

  it('run in the order in which they are listed, each once', () => {
    const times = names.map((name) => Number(name.slice(-13)));
    expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
    expect(names[0]).toBe('Initial1700000000001');
    // What a database has had is looked for by the name of the class.
    expect(migrations.map((each) => each.name)).toEqual(names);
  });

  it('are listed, each of them', () => {
    expect(readdirSync(folder).filter((file) => file.endsWith('.migration.ts'))).toHaveLength(names.length);
  });
});
