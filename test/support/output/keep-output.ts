import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_OUTPUT } from './record.js';
import { refuseLeaks } from './refuse-leaks.js';

/** From now on, in this process and those that it starts, what comes out of Earshot is kept until {@link searchOutput}. */
export const keepOutput = (): void => {
  process.env[TEST_OUTPUT] = mkdtempSync(join(tmpdir(), 'earshot-output-'));
};

/** @throws where a secret came out, or a whole run kept nothing */
export const searchOutput = (run: 'whole' | 'part'): void => {
  const folder = process.env[TEST_OUTPUT];
  if (folder === undefined) throw new Error('Nothing was kept of what came out.');
  try {
    const { secrets, bytes } = refuseLeaks(folder, run);
    process.stdout.write(`${(bytes / 1_048_576).toFixed(1)} MB that came out were searched for ${secrets} secrets: none is in them.\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
