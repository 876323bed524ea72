import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import { StartError } from '@earshot/core/errors';
import type { ImportEnd, ImportWatch, ImportWish } from '@earshot/server';
import type { ImportSign } from './messages.js';

/**
 * What an import works with is some 110 MB, whatever the file's size. V8 by itself lets garbage grow to several times that where the machine
 * has memory to spare, and its limits can be set for a thread only when it is made.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 144 };

/**
 * Imports in a thread whose memory is bounded. Stops in order after the batch that is being stored once `stop` resolves.
 *
 * @throws {StartError} as `importArchive` does
 */
export const runImport = (wish: ImportWish, watch: ImportWatch, stop: Promise<void>): Promise<ImportEnd> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./import.worker.js', import.meta.url), { workerData: { wish, compileCache: getCompileCacheDir() }, resourceLimits });
    worker.on('message', (sign: ImportSign) => {
      if (sign.kind === 'progress') watch.progress(sign.done, sign.of);
      else if (sign.kind === 'taken') watch.taken(sign.kept, sign.dropped);
      else if (sign.kind === 'ended') resolve(sign.end);
      else reject(new StartError(sign.code, sign.message, sign.cure));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the import ended with code ${code}`)));
    void stop.then(() => worker.postMessage('stop'));
  });
