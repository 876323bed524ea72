import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What we are measured beside has packages and a lock file of its own. */
export const installPeers = async (): Promise<void> => {
  await promisify(execFile)('npm', ['ci', '--prefix', fileURLToPath(new URL('.', import.meta.url)), '--ignore-scripts', '--no-audit', '--no-fund']);
};
