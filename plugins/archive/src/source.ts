import type { Channel, Source, Target } from '@earshot/plugin-sdk';
import { readdir, stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { allowedPath } from './archive-file.js';
import type { ArchiveCursor } from './cursor.js';
import { readArchive } from './read-archive.js';
import type { ArchiveCtx } from './settings.js';

/** A file that was read to its end changes rarely: looking once an hour is often enough. */
const pulseMs = 3_600_000;

const isArchive = (target: Target): boolean => target.kind === 'feed' || target.kind === 'list';

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** One channel a file; a file that is followed twice over is read once. */
const plan = (targets: readonly Target[]): readonly Channel[] => {
  const byPath = Map.groupBy(targets.filter(isArchive), ({ key }) => key);
  return [...byPath]
    .sort(([a], [b]) => order(a, b))
    .map(([key, same]) => ({ key, mode: 'poll', pulseMs, targets: same.toSorted((a, b) => order(a.kind, b.kind)), retarget: 'reopen' }));
};

const looksLikeArchive = /\.(json|jsonl|ndjson)(\.gz)?$|\.(tar|tar\.gz|tgz)$/i;

/** An absolute path, or the name of a file in the account's folder; with nothing typed, all archives there. */
const resolve = async (text: string, ctx: ArchiveCtx): Promise<readonly Target[]> => {
  const { path } = ctx.settings;
  const asked = text.trim();
  try {
    const isFolder = (await stat(path)).isDirectory();
    const names = asked !== '' ? [asked] : isFolder ? (await readdir(path)).filter((name) => looksLikeArchive.test(name)).sort() : [path];
    const files = await Promise.all(names.map((name) => allowedPath(isAbsolute(name) ? name : join(isFolder ? path : join(path, '..'), name), path)));
    const isFile = await Promise.all(files.map(async (file) => (await stat(file)).isFile()));
    return files.filter((_, i) => isFile[i]).map((file) => ({ kind: 'feed', key: file, label: basename(file) }));
  } catch {
    // A text that names no readable file here means nothing here: another plugin may know it.
    return [];
  }
};

/** Nothing can be asked of a file that reading it does not bring. */
// eslint-disable-next-line require-yield -- it has nothing to yield, whatever is wanted
async function* fetchNothing(): AsyncGenerator<never> {
  return;
}

/** Archive files as a source. */
export const archiveSource: Source<ArchiveCtx, ArchiveCursor> = { resolve, plan, read: readArchive, fetch: fetchNothing };
