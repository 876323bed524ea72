import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { StartError } from '@earshot/core/errors';
import type { ImportWish } from '@earshot/server';
import type { ImportSign } from './messages.js';

/** The thread of `earshot import`: run-import.ts says why there is one. */
const tell = (sign: ImportSign): void => parentPort?.postMessage(sign);
const stop = new AbortController();
parentPort?.once('message', () => stop.abort());

const { wish, compileCache } = workerData as { wish: ImportWish; compileCache: string | undefined };
if (compileCache !== undefined) enableCompileCache(compileCache);
try {
  const [{ importArchive }, { openInstallation }] = [await import('@earshot/server'), await import('../installation.js')];
  const end = await importArchive({
    ...(await openInstallation(true)), wish, stop: stop.signal,
    watch: {
      progress: (done, of) => tell({ kind: 'progress', done, of }),
      taken: (kept, dropped) => tell({ kind: 'taken', kept, dropped }),
    },
  });
  tell({ kind: 'ended', end });
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  tell({ kind: 'refused', code: error.code, message: error.message, cure: error.cure });
} finally {
  parentPort?.close();
}
